"""Bodies of requests: one JSON object of bounded size, or a problem that says what is wrong with it."""

import json
from collections.abc import Collection
from typing import Any, NoReturn

from django.http import HttpRequest
from django.utils.translation import gettext as _

from geo.api.paging import CRS84
from geo.spatial.problems import InvalidParameter, TooLarge, UnsupportedMediaType

LARGEST = 256 * 1024
"""Bytes: a feature with every property at its longest has a tenth of it."""
GEOJSON_TYPES = ("application/geo+json", "application/json", "application/vnd.geo+json")
PATCH_TYPES = ("application/merge-patch+json", *GEOJSON_TYPES)
_DEEPEST = 20


def json_object(request: HttpRequest, types: Collection[str]) -> dict[str, Any]:
    """Return the object a request holds.

    Raises: UnsupportedMediaType, TooLarge, InvalidParameter (``body``, or ``Content-Crs``).
    """
    if (request.content_type or "").lower() not in types:
        raise UnsupportedMediaType(_("Send it as: %(types)s.") % {"types": ", ".join(types)})
    _check_crs(request.META.get("HTTP_CONTENT_CRS", ""))
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    if length > LARGEST:
        raise TooLarge(_("At most %(most)d kB are read at once.") % {"most": LARGEST // 1024})
    try:
        # A lone surrogate is no character: it can't be stored.
        text = request.body.decode("utf-8")
        found = json.loads(text, parse_constant=_no_number, object_pairs_hook=_members)
        json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise InvalidParameter("body", _("The body can't be read as JSON (UTF-8).")) from None
    if not isinstance(found, dict):
        raise InvalidParameter("body", _("The body must be one JSON object."))
    _check_depth(found, 1)
    return found


def _check_crs(said: str) -> None:
    if said and said.strip().strip("<>") != CRS84:
        raise InvalidParameter("Content-Crs", _("Positions are read in CRS84 only: longitude, latitude in degrees."))


def _no_number(said: str) -> NoReturn:
    raise InvalidParameter("body", _("“%(value)s” is no number in JSON.") % {"value": said})


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise InvalidParameter(twice[:60], _("“%(name)s” may be given only once.") % {"name": twice[:60]})
    return found


def _check_depth(value: Any, depth: int) -> None:
    if depth > _DEEPEST:
        raise InvalidParameter("body", _("The body is nested too deeply."))
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for one in inner:
        _check_depth(one, depth + 1)
