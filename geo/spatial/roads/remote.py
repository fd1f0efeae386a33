"""Asking an engine of roads over HTTP: the operator's address only, with an end in time and size."""

import json
import time
import urllib.request
from collections.abc import Callable
from http.client import HTTPException, HTTPMessage
from typing import IO, Any
from urllib.error import HTTPError

from geo.spatial.roads.interface import RoadsDown

LARGEST_ANSWER = 32_000_000


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Follows nothing: the address is the operator's, not what an answer names."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        """Refuse."""


_opener = urllib.request.build_opener(_NoRedirects, urllib.request.ProxyHandler({}))


def caller(base: str, timeout_s: float) -> Callable[[str, dict[str, Any] | None], tuple[int, Any]]:
    """Return a function that asks ``base`` + path (POST with a body, else GET) for (status, JSON).

    All its questions together may take ``timeout_s``. It raises ``RoadsDown``; a status of 400 is an answer.
    """
    end = time.monotonic() + timeout_s

    def ask(path: str, body: dict[str, Any] | None) -> tuple[int, Any]:
        left = end - time.monotonic()
        if left <= 0:
            raise RoadsDown(f"{base} took longer than {timeout_s:g} s")
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(base + path, data, {"Content-Type": "application/json"})
        try:
            with _opener.open(request, timeout=left) as answer:
                return answer.status, json.loads(_read(answer, end))
        except HTTPError as error:
            if error.code == 400:
                return 400, _said(error)
            raise RoadsDown(f"{base} answers {error.code}") from None
        except (OSError, HTTPException, ValueError) as error:
            raise RoadsDown(f"{base}: {error}") from None

    return ask


def _read(answer: IO[bytes], end: float) -> bytes:
    """Return the body; one that comes in drops, or never ends, is given up."""
    found = bytearray()
    while part := answer.read(65_536):
        found += part
        if len(found) > LARGEST_ANSWER or time.monotonic() > end:
            raise ValueError("the answer is too large or too slow")
    return bytes(found)


def _said(error: HTTPError) -> Any:
    try:
        return json.loads(error.read(65_536))
    except (OSError, ValueError):
        return {}
