"""What a request asks for, checked at the door, and the links of its answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import quote, urlencode

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from django.urls import get_script_prefix, reverse
from django.utils.translation import gettext as _

from geo.api.formats import Format
from geo.spatial.problems import InvalidParameter

LONGEST_VALUE = 2000
_MOST_VALUES = 100
_SAFE = ",:/"


def received(request: HttpRequest) -> dict[str, list[str]]:
    """Return the query parameters, each with its values.

    Raises: InvalidParameter for a value that is too long or has characters no parameter can have (NUL, broken UTF-8).
    """
    if not request.META.get("QUERY_STRING"):
        return {}
    try:
        query = dict(request.GET.lists())
    except SuspiciousOperation:
        raise InvalidParameter("", _("There are too many parameters.")) from None
    if sum(len(values) for values in query.values()) > _MOST_VALUES:
        raise InvalidParameter("", _("There are too many parameters."))
    for name, values in query.items():
        for value in (name, *values):
            if "\x00" in value or "\ufffd" in value:
                raise InvalidParameter(
                    name[:60].replace("\x00", "\ufffd"),
                    _("“%(name)s” has characters that can't be read.") % {"name": name[:60].replace("\x00", "\ufffd")},
                )
            if len(value) > LONGEST_VALUE:
                raise InvalidParameter(
                    name[:60],
                    _("“%(name)s” is longer than %(longest)d characters.")
                    % {"name": name[:60], "longest": LONGEST_VALUE},
                )
    return query


@dataclass(frozen=True)
class Ask:
    """One checked request: its parameters, the format and language of the answer, and where it was made."""

    request: HttpRequest
    query: Mapping[str, list[str]]
    format: Format
    language: str
    encoding: str
    echoed: dict[str, str] = field(default_factory=dict)

    @cached_property
    def base(self) -> str:
        """The address of this server, without a slash at its end. Raises: SuspiciousOperation for a strange host."""
        return f"{self.request.scheme}://{self.request.get_host()}"

    def url(self, name: str, /, query: Mapping[str, Any] | None = None, **path: Any) -> str:
        """Return the absolute address of a route of this API."""
        address = self.base + _path(get_script_prefix(), name, tuple(path.items()))
        return f"{address}?{encode(query)}" if query else address

    def pinned(self) -> dict[str, list[str]]:
        """Return the parameters with what was echoed in its place: what is hashed by them keeps its meaning."""
        return {name: [self.echoed[name]] if name in self.echoed else values for name, values in self.query.items()}

    def echoing(self, echo: Mapping[str, Any]) -> "Ask":
        """Return this request with the texts that the collection echoes."""
        echoed = {name: value for name, value in echo.items() if isinstance(value, str)}
        return replace(self, echoed=echoed) if echoed else self

    def here(self, **changes: str | None) -> str:
        """Return this request's absolute address with some parameters changed, or left out (``None``).

        What was echoed (a moment said as ``now``) stands in its place, so that the link keeps its meaning.
        """
        pairs = self._pairs
        if changes:
            pairs = {name: pair for name, pair in pairs.items() if name not in changes}
            pairs |= {name: _pair(name, value) for name, value in changes.items() if value is not None}
        return f"{self._address}?{'&'.join(pairs.values())}" if pairs else self._address

    @cached_property
    def _address(self) -> str:
        return self.base + quote(self.request.path)

    @cached_property
    def _pairs(self) -> dict[str, str]:
        """The parameters of this request's address, each as it is written there: several links have them."""
        given = {name: values for name, values in self.pinned().items() if any(values)}
        return {name: "&".join(_pair(name, value) for value in values) for name, values in given.items()}


@lru_cache(maxsize=512)
def _path(prefix: str, name: str, path: tuple[tuple[str, Any], ...]) -> str:
    """Return the path of a route; ``prefix`` is where the service stands, part of what Django answers."""
    return reverse(f"api:{name}", kwargs=dict(path))


@lru_cache(maxsize=512)
def _pair(name: str, value: str) -> str:
    """Return a parameter as it stands in a query string."""
    return encode({name: value})


def encode(query: Mapping[str, Any]) -> str:
    """Return a query string; commas and colons stay readable."""
    return urlencode(query, doseq=True, safe=_SAFE)


def link(href: str, rel: str, media_type: str, title: str = "") -> dict[str, str]:
    """Return a link object of OGC API."""
    found = {"href": href, "rel": rel, "type": media_type}
    if title:
        found["title"] = title
    return found


def self_and_alternates(ask: Ask, offered: Iterable[Format]) -> list[dict[str, str]]:
    """Return the link to this answer and to the same in every other format."""
    links = [link(ask.here(), "self", ask.format.media_type)]
    page, whole = ask.here(f=None), ask.here(f=None, cursor=None, limit=None)
    for other in offered:
        if other is not ask.format:
            address = whole if other.tabular else page
            href = f"{address}{'&' if '?' in address else '?'}f={other.name}"
            links.append(link(href, "alternate", other.media_type, other.name.upper()))
    return links
