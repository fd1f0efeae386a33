"""Formats and languages of an answer: by ``f=`` and ``lang=``, else by Accept and Accept-Language (RFC 9110)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from django.utils.translation import get_supported_language_variant
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header

from geo.spatial.problems import InvalidParameter, NotAcceptable

_MEDIA_RANGE = re.compile(r"[\w.+*-]+/[\w.+*-]+")


@dataclass(frozen=True)
class Format:
    """One format: its name in ``f=``, what is sent as Content-Type, and the media types that ask for it."""

    name: str
    media_type: str
    asked_by: tuple[str, ...] = ()
    tabular: bool = False

    @property
    def content_type(self) -> str:
        """Return the Content-Type header; text carries its charset."""
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type


JSON = Format("json", "application/json")
GEOJSON = Format("geojson", "application/geo+json", ("application/vnd.geo+json",))
MVT = Format("mvt", "application/vnd.mapbox-vector-tile", ("application/x-protobuf",))
TILEJSON = Format("tilejson", "application/json")
HTML = Format("html", "text/html", ("application/xhtml+xml",))
OPENAPI = Format("json", "application/vnd.oai.openapi+json;version=3.0", ("application/json",))
SCHEMA = Format("json", "application/schema+json", ("application/json",))
CSV = Format("csv", "text/csv", (), tabular=True)
XLSX = Format("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (), tabular=True)


def choose(offered: Sequence[Format], asked: str | None, accept: str) -> Format:
    """Return the format of the answer, the first offered when nothing is asked.

    Raises: InvalidParameter when ``f`` names none of them; NotAcceptable when Accept excludes them all.
    """
    if asked is not None:
        for found in offered:
            if found.name == asked:
                return found
        names = ", ".join(found.name for found in offered)
        raise InvalidParameter("f", _("“f” must be one of: %(names)s.") % {"names": names})
    best = _best(tuple(offered), accept[:2000])
    if best is None:
        names = ", ".join(found.media_type for found in offered)
        raise NotAcceptable(_("This address answers as: %(names)s.") % {"names": names})
    return best


@lru_cache(maxsize=512)
def _best(offered: tuple[Format, ...], accept: str) -> Format | None:
    """Return the format that an Accept header prefers, the first offered without a wish; ``None``: none will do."""
    ranges = _ranges(accept)
    if not ranges:
        return offered[0]
    best = max(offered, key=lambda found: _quality(found, ranges))
    return best if _quality(best, ranges) > 0 else None


def _ranges(accept: str) -> list[tuple[str, float]]:
    """Parse an Accept header into (media range, quality); what can't be read is left out."""
    found = []
    for part in accept.split(","):
        media, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    quality = min(1.0, max(0.0, float(parameter[2:])))
                except ValueError:
                    quality = 0.0
        if _MEDIA_RANGE.fullmatch(media):
            found.append((media, quality))
    return found


def _quality(offer: Format, ranges: list[tuple[str, float]]) -> float:
    """Return the quality of an offer: that of the most specific range that covers it."""
    own = (offer.media_type.split(";")[0], *offer.asked_by)
    quality, specificity = 0.0, -1
    for media, asked in ranges:
        kind = media.split("/")[0]
        if media in own:
            found = 2
        elif media == f"{kind}/*" and any(name.startswith(f"{kind}/") for name in own):
            found = 1
        elif media == "*/*":
            found = 0
        else:
            continue
        if found > specificity:
            quality, specificity = asked, found
    return quality


def language_of(request: HttpRequest) -> str:
    """Return the language of the answer: ``lang`` when it is one of ours, else by Accept-Language, else Vietnamese."""
    if request.META.get("QUERY_STRING"):
        try:
            asked = request.GET.get("lang", "")
        except SuspiciousOperation:
            asked = ""
        if asked in dict(settings.LANGUAGES):
            return asked
    return _language(request.META.get("HTTP_ACCEPT_LANGUAGE", "")[:500].lower())


@lru_cache(maxsize=512)
def _language(accepted: str) -> str:
    """Return the language that an Accept-Language header prefers."""
    for code, _weight in parse_accept_lang_header(accepted):
        if code == "*":
            break
        try:
            return get_supported_language_variant(code)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE
