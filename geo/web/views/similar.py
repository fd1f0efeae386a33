"""Places that may be there already, while somebody types a new one: a list for the page, or JSON."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from geo.divisions.models import Division, Level
from geo.places.models import Place
from geo.spatial import parameters as parse
from geo.spatial import public_ids
from geo.spatial.problems import Problem
from geo.stewardship.duplicates import Asked, Match, find
from geo.stewardship.whereabouts import read_position
from geo.web.editing.choosing import commune_of, producer_of
from geo.web.private_pages import desk_page

FoundT = TypeVar("FoundT")
LONGEST = 200


@require_safe
@desk_page
def similar(request: HttpRequest) -> HttpResponse:
    """Answer a fragment of the form (``text/html``), or JSON for ``f=json``; nothing typed yet gives nothing.

    Takes what the form's fields hold, as they are typed: ``name``, ``kind``, ``phone``, ``position``, ``commune``,
    ``province``, ``producer``; programs may give ``lon`` and ``lat``. ``except`` is the number of the record that is
    edited. What is half typed or can't be read counts as not said.
    """
    matches = find(_asked(request)) if request.GET.get("name", "").strip() else []
    if request.GET.get("f") == "json":
        return JsonResponse({"matches": [_told(match) for match in matches]})
    return render(request, "web/desk/similar.html", {"matches": matches})


def _asked(request: HttpRequest) -> Asked:
    given = {
        name: request.GET.get(name, "").strip()[:LONGEST] for name in ("commune", "province", "producer", "except")
    }
    province = _division(Level.PROVINCE, given["province"])
    commune = _division(Level.COMMUNE, given["commune"]) or commune_of(given["commune"], province)[0]
    producer = _tried(lambda: producer_of(given["producer"]))
    lon, lat = _point(request, province, commune)
    edited = _tried(lambda: Place.objects.filter(public_id=public_ids.parse(given["except"])).first())
    return Asked(
        name=parse.text("name", request.GET["name"], LONGEST),
        lon=lon,
        lat=lat,
        commune=commune.pk if commune is not None else None,
        producer=producer.pk if producer is not None else None,
        kind=request.GET.get("kind", ""),
        phone=request.GET.get("phone", ""),
        stored=edited.pk if edited is not None else None,
    )


def _tried(read: Callable[[], FoundT | None]) -> FoundT | None:
    """Return what ``read`` gives, ``None`` for what is half typed."""
    try:
        return read()
    except Problem:
        return None


def _division(level: Level, text: str) -> Division | None:
    """Return the division of today with a primary key, as choices hold it."""
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        return None
    return Division.objects.filter(level=level, pk=int(text)).first()


def _point(
    request: HttpRequest, province: Division | None, commune: Division | None
) -> tuple[float, float] | tuple[None, None]:
    """Return the position that was typed, or given as ``lon`` and ``lat``. Raises: InvalidParameter for those two."""
    lon, lat = request.GET.get("lon", ""), request.GET.get("lat", "")
    if lon and lat:
        return parse.number("lon", lon, -180, 180), parse.number("lat", lat, -90, 90)
    text = request.GET.get("position", "").strip()[:LONGEST]
    typed: Any = _tried(lambda: read_position(text, province, commune)) if text else None
    return (typed.lon, typed.lat) if typed is not None else (None, None)


def _told(match: Match) -> dict[str, object]:
    place = match.record
    return {
        "id": place.public_id,
        "name": place.name,
        "kind": place.kind,
        "commune": place.commune.full_name if place.commune else None,
        "province": place.province.full_name,
        "metres": match.metres,
        "score": match.score,
        "href": reverse("web:record", args=[place.public_id]),
    }
