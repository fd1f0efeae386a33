"""The base of every address under /api/: checks, negotiation, validators, compression, CORS and problem documents.

The order is the same everywhere: find what the address names, check the parameters' names, choose format and language,
compare the validator (304 without touching the data), answer, compress.
"""

import hashlib
import json
import logging
from collections.abc import Collection, Iterable
from typing import Any, ClassVar

from django.core.exceptions import SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, MethodNotAllowed
from rest_framework.permissions import AllowAny, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from geo.api.asking import Ask, received
from geo.api.compression import SMALLEST, compress, encoding_for
from geo.api.formats import HTML, JSON, Format, choose, language_of
from geo.spatial import parameters as parse
from geo.spatial import versions
from geo.spatial.problems import InvalidParameter, NotFound, Problem, Unavailable, document

PROBLEM_TYPE = "application/problem+json"
REVALIDATE = "public, no-cache"
_VARY = ("Accept", "Accept-Encoding", "Accept-Language")
_MOMENT_MINUTES = 5
_NOW = "now"
logger = logging.getLogger(__name__)


class Endpoint(APIView):
    """One address of the API, readable by everybody (GET, HEAD, OPTIONS).

    A subclass says what it offers: ``formats`` (the first is the default), ``locate`` (path to subject), ``names`` (its
    query parameters), ``depends_on`` (collections whose versions its answers show) and ``answer``.
    """

    authentication_classes: ClassVar[list[Any]] = []  # type: ignore[misc]
    permission_classes: ClassVar[list[type[BasePermission]]] = [AllowAny]  # type: ignore[misc]
    renderer_classes: ClassVar[list[Any]] = []  # type: ignore[misc]
    http_method_names: ClassVar[list[str]] = ["get", "head", "options"]  # type: ignore[misc]
    formats: tuple[Format, ...] = (JSON, HTML)
    strong = False
    """Whether equal validators mean equal bytes; answers with a ``timeStamp`` have weak ones."""
    state = ""
    """The token of the data's state, read before the data."""
    validator = ""

    def locate(self, **path: str) -> None:
        """Find what the path names. Raises: NotFound."""

    def names(self) -> Collection[str]:
        """Return the names of the query parameters besides ``f`` and ``lang``."""
        return ()

    def momentary(self) -> Collection[str]:
        """Return the names of the parameters whose value may be relative to the present moment."""
        return ()

    def depends_on(self) -> Iterable[str]:
        """Return the collections whose versions an answer depends on."""
        return ()

    def answer(self, ask: Ask) -> HttpResponseBase:
        """Return the answer, uncompressed and without caching headers."""
        raise NotImplementedError

    # -- the course of a request ---------------------------------------------------------------------------------------

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer in the language of the request, open to every origin."""
        language = language_of(request)
        with translation.override(language):
            response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = "ETag, Content-Language, Content-Disposition"
        response.headers["Content-Language"] = language
        patch_vary_headers(response, _VARY)
        return response

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Leave the choice of the format to ``get``, after the subject is found."""
        return None, ""

    def get(self, request: Request, **path: str) -> HttpResponseBase:
        """Answer GET and HEAD."""
        plain = request._request
        self.locate(**path)
        query = received(plain)
        parse.reject_unknown(query, {"f", "lang", *self.names()})
        lang = parse.single(query, "lang")
        if lang is not None and lang != translation.get_language():
            raise InvalidParameter("lang", _("“lang” must be one of: %(names)s.") % {"names": "en, vi"})
        chosen = choose(self.formats, parse.single(query, "f"), plain.headers.get("Accept", ""))
        encoding = encoding_for(plain.headers.get("Accept-Encoding", ""))
        ask = Ask(plain, query, chosen, translation.get_language() or "", encoding)
        self.state = versions.token(self.depends_on())
        self.validator = tag = self.tag(ask)
        if known := self.known(tag, parse_etags(plain.headers.get("If-None-Match", "")[:4000])):
            unchanged = HttpResponse(status=304)
            unchanged.headers["ETag"] = known
            unchanged.headers["Cache-Control"] = self.cache_control(ask)
            return unchanged
        response = self.answer(ask)
        response.headers.setdefault("Cache-Control", self.cache_control(ask))
        response.headers.setdefault("ETag", f'"{tag}"' if self.strong else f'W/"{tag}"')
        return _without_body(response) if plain.method == "HEAD" else response

    head = get

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Say what may be sent from other origins; nothing here needs more than plain reading."""
        response = HttpResponse(status=204)
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        response.headers["Access-Control-Allow-Headers"] = "Accept, Accept-Language, If-None-Match"
        response.headers["Access-Control-Max-Age"] = "86400"
        return response

    # -- validators ----------------------------------------------------------------------------------------------------

    def tag(self, ask: Ask) -> str:
        """Return what names this answer: state of the data, format, language, encoding, address, five-minute slot."""
        slot = ""
        if self.is_momentary(ask):
            slot = parse.moment("", _NOW, _MOMENT_MINUTES).isoformat()
        parts = (
            self.state,
            ask.request.get_full_path(),
            ask.request.get_host(),
            ask.request.scheme,
            ask.format.name,
            ask.language,
            ask.encoding,
            slot,
        )
        return hashlib.blake2b("\n".join(map(str, parts)).encode(), digest_size=12).hexdigest()

    def is_momentary(self, ask: Ask) -> bool:
        """Return whether some parameter means the present moment."""
        return any(value.strip() == _NOW for name in self.momentary() for value in ask.query.get(name, ()))

    def known(self, tag: str, presented: list[str]) -> str | None:
        """Return the presented validator that this answer still has, if any."""
        wanted = f'"{tag}"'
        return next((one for one in presented if one.removeprefix("W/") == wanted), None)

    def cache_control(self, ask: Ask) -> str:
        """Return the Cache-Control header: stored by anybody, asked again every time."""
        return REVALIDATE

    # -- errors --------------------------------------------------------------------------------------------------------

    def http_method_not_allowed(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Refuse other methods with a problem document."""
        raise MethodNotAllowed(str(request.method))

    def handle_exception(self, exc: Exception) -> HttpResponse:  # type: ignore[override]
        """Turn whatever went wrong into a problem document; a fault of ours is logged with its trace."""
        return problem_response(_as_problem(exc, self.request))


def _as_problem(error: Exception, request: Request) -> tuple[int, dict[str, Any], dict[str, str]]:
    """Return status, members and extra headers for an exception."""
    if isinstance(error, Problem):
        return *document(error), {}
    if isinstance(error, Http404):
        return *document(NotFound(_("There is nothing at this address."))), {}
    if isinstance(error, MethodNotAllowed):
        detail = _("This address can only be read (GET, HEAD, OPTIONS).")
        return 405, _plain(405, "Method not allowed", "method-not-allowed", detail), {"Allow": "GET, HEAD, OPTIONS"}
    if isinstance(error, SuspiciousOperation):
        return 400, _plain(400, "Bad request", "bad-request", _("This request can't be read.")), {}
    if isinstance(error, APIException):
        return error.status_code, _plain(error.status_code, "Error", "error", str(error.detail)), {}
    logger.error("%s %s failed", request.method, request.path, exc_info=error)
    if isinstance(error, OperationalError):
        return *document(Unavailable(_("The database does not answer. Please try again in a moment."))), {
            "Retry-After": "5"
        }
    return 500, _plain(500, "Internal server error", "internal", _("Something went wrong on our side.")), {}


def _plain(status: int, title: str, code: str, detail: str) -> dict[str, Any]:
    return {"type": "about:blank", "title": title, "status": status, "code": code, "detail": detail}


def problem_response(described: tuple[int, dict[str, Any], dict[str, str]]) -> HttpResponse:
    """Return the problem document (RFC 9457), never stored."""
    status, members, headers = described
    body = json.dumps(members, ensure_ascii=False, default=str).encode()
    response = HttpResponse(body, status=status, content_type=PROBLEM_TYPE, headers=headers)
    response.headers["Cache-Control"] = "no-store"
    return response


def body_response(ask: Ask, body: bytes, content_type: str = "") -> HttpResponse:
    """Return ``body`` in the encoding asked for."""
    packed = compress(body, ask.encoding) if ask.encoding and len(body) >= SMALLEST else body
    response = HttpResponse(packed, content_type=content_type or ask.format.content_type)
    if packed is not body:
        response.headers["Content-Encoding"] = ask.encoding
    response.headers["Content-Length"] = str(len(packed))
    return response


def json_response(ask: Ask, members: dict[str, Any]) -> HttpResponse:
    """Return a JSON object; what Django translates lazily is translated now."""
    return body_response(ask, json.dumps(members, ensure_ascii=False, default=str).encode())


def _without_body(response: HttpResponseBase) -> HttpResponseBase:
    """Return the headers of ``response`` for HEAD."""
    if isinstance(response, HttpResponse):
        response.content = b""
    elif isinstance(response, StreamingHttpResponse):
        response.close()
        response.streaming_content = iter(())
    return response
