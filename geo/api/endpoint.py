"""The base of every address under /api/: checks, negotiation, validators, compression, CORS and problem documents.

The order is the same everywhere: find what the address names, check the parameters' names, choose format and language,
compare the validator (304 without touching the data), answer, compress.
"""

import hashlib
import json
import logging
from collections.abc import Callable, Collection, Iterable
from typing import Any, ClassVar

from django.core.exceptions import SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from django.views import View
from psycopg2.errors import QueryCanceled

from geo.api.asking import Ask, received
from geo.api.compression import SMALLEST, compress, encoding_for
from geo.api.formats import HTML, JSON, Format, choose, language_of
from geo.api.kept import answers
from geo.spatial import parameters as parse
from geo.spatial import versions
from geo.spatial.problems import InvalidParameter, NotFound, Problem, Unavailable, document

PROBLEM_TYPE = "application/problem+json"
REVALIDATE = "public, no-cache"
IMMUTABLE = "public, max-age=31536000, immutable"
_VARY = "Accept, Accept-Encoding, Accept-Language"
_MOMENT_MINUTES = 5
_NOW = "now"
logger = logging.getLogger(__name__)


READING = "GET, HEAD, OPTIONS"


class MethodNotAllowed(Exception):
    """The address doesn't do that; ``allowed`` names what it does."""

    def __init__(self, allowed: str = READING) -> None:
        super().__init__(allowed)
        self.allowed = allowed


class Endpoint(View):
    """One address of the API, readable by everybody (GET, HEAD, OPTIONS).

    A subclass says what it offers: ``formats`` (the first is the default), ``locate`` (path to subject), ``names`` (its
    query parameters), ``depends_on`` (collections whose versions its answers show) and ``answer``.
    """

    public_read: ClassVar[bool] = True
    """Nothing here depends on who asks: ``PublicReads`` answers it without looking for a session."""
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
        """Return the answer, without caching headers."""
        raise NotImplementedError

    # -- the course of a request ---------------------------------------------------------------------------------------

    def dispatch(self, request: HttpRequest, *args: Any, **path: Any) -> HttpResponseBase:
        """Answer in the language of the request, open to every origin."""
        language = language_of(request)
        with translation.override(language):
            try:
                handle = self._handler(request)
                response = handle(request, **path)
            except Exception as error:
                response = problem_response(_as_problem(error, request))
        headers = response.headers
        headers["Access-Control-Allow-Origin"] = "*"
        headers["Access-Control-Expose-Headers"] = "ETag, Location, Content-Language, Content-Disposition"
        headers["Content-Language"] = language
        headers["Vary"] = _VARY
        return response

    def _handler(self, request: HttpRequest) -> Callable[..., HttpResponseBase]:
        name = (request.method or "").lower()
        if name not in self.http_method_names:
            raise MethodNotAllowed
        handler: Callable[..., HttpResponseBase] = getattr(self, name)
        return handler

    def get(self, request: HttpRequest, **path: str) -> HttpResponseBase:
        """Answer GET and HEAD."""
        self.locate(**path)
        ask = self.ask(request)
        presented = request.META.get("HTTP_IF_NONE_MATCH")
        response = self.respond(ask, parse_etags(presented[:4000]) if presented else [])
        return _without_body(response) if request.method == "HEAD" else response

    head = get

    def options(self, request: HttpRequest, *args: Any, **path: Any) -> HttpResponse:
        """Say what may be sent from other origins; nothing here needs more than plain reading."""
        response = HttpResponse(status=204)
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        response.headers["Access-Control-Allow-Headers"] = "Accept, Accept-Language, If-None-Match"
        response.headers["Access-Control-Max-Age"] = "86400"
        return response

    def ask(self, request: HttpRequest) -> Ask:
        """Return the request with its parameters' names, its format, language and encoding checked."""
        query = received(request)
        if query:
            parse.reject_unknown(query, {"f", "lang", *self.names()})
        lang, language = parse.single(query, "lang"), translation.get_language() or ""
        if lang is not None and lang != language:
            raise InvalidParameter("lang", _("“lang” must be one of: %(names)s.") % {"names": "en, vi"})
        chosen = choose(self.formats, parse.single(query, "f"), request.META.get("HTTP_ACCEPT", ""))
        encoding = encoding_for(request.META.get("HTTP_ACCEPT_ENCODING", ""))
        return Ask(request, query, chosen, language, encoding)

    def respond(self, ask: Ask, presented: list[str]) -> HttpResponseBase:
        """Return "not changed" if the answer has one of the ``presented`` validators, else the answer, made once."""
        if not presented and (made := self._made_at_once(ask)) is not None:
            return made
        self._is_in(versions.token(self.depends_on()), ask)
        if known := self.known(presented):
            return self.unchanged(ask, known)
        return answers.answer(self.validator, lambda: self.made(ask))

    def _is_in(self, state: str, ask: Ask) -> None:
        self.state = state
        self.validator = self.tag(ask)

    def reads_state(self, ask: Ask) -> bool:
        """Return whether the statement that makes the answer can read the state of the data along with it."""
        return False

    def _made_at_once(self, ask: Ask) -> HttpResponseBase | None:
        """Return the answer, made for the state seen last, if that turns out to be still the one it was read in.

        ``None`` when there is nothing to expect, when an answer for that state is kept or being made (the state must be
        asked for then), and when the data have changed meanwhile: whatever was found out then counts for nothing.
        """
        expected = versions.steady(self.depends_on()) if self.reads_state(ask) else None
        if expected is None:
            return None
        self._is_in(versions.token_of(expected.names, expected.state), ask)

        def make() -> HttpResponseBase:
            response = self.made(ask)
            expected.confirm()
            return response

        try:
            with versions.expecting(expected):
                return answers.only_make(self.validator, make)
        except (versions.Moved, Problem):
            return None

    def unchanged(self, ask: Ask, validator: str) -> HttpResponse:
        """Return a 304."""
        response = HttpResponse(status=304, headers={"ETag": validator, "Cache-Control": self.cache_control(ask)})
        del response.headers["Content-Type"]
        return response

    def made(self, ask: Ask) -> HttpResponseBase:
        """Return the answer with caching headers."""
        with versions.memory.of(self.state):
            response = self.answer(ask)
        response.headers.setdefault("Cache-Control", self.cache_control(ask))
        response.headers.setdefault("ETag", f'"{self.validator}"' if self.strong else f'W/"{self.validator}"')
        return response

    # -- validators ----------------------------------------------------------------------------------------------------

    def tag(self, ask: Ask) -> str:
        """Return what names this answer: state of the data, format, language, encoding, address, five-minute slot."""
        slot = parse.moment("", _NOW, _MOMENT_MINUTES).isoformat() if self.is_momentary(ask) else ""
        address = f"{ask.base}{ask.request.path}?{ask.request.META.get('QUERY_STRING', '')}"
        parts = (self.state, address, ask.format.name, ask.language, ask.encoding, slot)
        return hashlib.blake2b("\n".join(parts).encode(), digest_size=12).hexdigest()

    def is_momentary(self, ask: Ask) -> bool:
        """Return whether some parameter means the present moment."""
        if not ask.query:
            return False
        return any(value.strip() == _NOW for name in self.momentary() for value in ask.query.get(name, ()))

    def known(self, presented: list[str]) -> str | None:
        """Return the presented validator that this answer still has, if any."""
        wanted = f'"{self.validator}"'
        return next((one for one in presented if one.removeprefix("W/") == wanted), None)

    def cache_control(self, ask: Ask) -> str:
        """Return the Cache-Control header: stored by anybody, asked again every time."""
        return REVALIDATE


def _as_problem(error: Exception, request: HttpRequest) -> tuple[int, dict[str, Any], dict[str, str]]:
    """Return status, members and extra headers for an exception."""
    if isinstance(error, Problem):
        return *document(error), error.headers()
    if isinstance(error, Http404):
        return *document(NotFound(_("There is nothing at this address."))), {}
    if isinstance(error, MethodNotAllowed):
        detail = _("This address does only this: %(methods)s.") % {"methods": error.allowed}
        return 405, _plain(405, "Method not allowed", "method-not-allowed", detail), {"Allow": error.allowed}
    if isinstance(error, SuspiciousOperation):
        return 400, _plain(400, "Bad request", "bad-request", _("This request can't be read.")), {}
    if isinstance(error.__cause__, QueryCanceled):
        logger.warning("%s %s took too long", request.method, request.get_full_path())
        detail = _("This takes too long to answer. Please ask for less: a smaller area, or more filters.")
        return *document(Unavailable(detail)), {}
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
