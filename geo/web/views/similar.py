"""Records that may be there already, while somebody types one: a list for the page, or JSON."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from geo.catalog.models import Producer, Product
from geo.divisions.models import Division, Level
from geo.places.models import Place
from geo.spatial import parameters as parse
from geo.spatial import public_ids
from geo.spatial.problems import Problem
from geo.stewardship.catalog_duplicates import AskedProducer, AskedProduct, find_producers, find_products
from geo.stewardship.duplicates import Asked, Match, find
from geo.stewardship.whereabouts import read_position
from geo.stewardship.writers import Subject
from geo.web.editing.choosing import commune_of, producer_of
from geo.web.private_pages import desk_page

FoundT = TypeVar("FoundT")
LONGEST = 200


@require_safe
@desk_page
def similar(request: HttpRequest) -> HttpResponse:
    """Answer a fragment of the form (``text/html``), or JSON for ``f=json``; nothing typed yet gives nothing.

    ``of`` is ``place`` (unless said), ``product`` or ``producer``. Takes what the form's fields hold, as they are
    typed: ``name``, ``kind``, ``phone``, ``position``, ``commune``, ``province``, ``producer``, ``gtin``; programs may
    give ``lon`` and ``lat``. ``except`` is the number of the record that is edited. What is half typed or can't be read
    counts as not said.
    """
    of = parse.one_of("of", request.GET.get("of", "place"), ("place", "product", "producer"))
    matches = _FINDERS[of](request) if request.GET.get("name", "").strip() else []
    if request.GET.get("f") == "json":
        return JsonResponse({"matches": [_told(match) for match in matches]})
    return render(request, "web/desk/similar.html", {"matches": matches})


def _given(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "").strip()[:LONGEST]


def _name(request: HttpRequest) -> str:
    return parse.text("name", request.GET["name"], LONGEST)


def _edited(request: HttpRequest, model: type[Subject]) -> int | None:
    """Return the primary key of the record that is edited."""
    number = _given(request, "except")
    found = _tried(lambda: model._default_manager.filter(public_id=public_ids.parse(number)).first())
    return found.pk if found is not None else None


def _where(request: HttpRequest) -> tuple[Division | None, Division | None]:
    """Return the commune and the province that were typed or chosen."""
    province = _division(Level.PROVINCE, _given(request, "province"))
    commune = _given(request, "commune")
    return _division(Level.COMMUNE, commune) or commune_of(commune, province)[0], province


def _places(request: HttpRequest) -> list[Match]:
    commune, province = _where(request)
    producer = _tried(lambda: producer_of(_given(request, "producer")))
    lon, lat = _point(request, province, commune)
    asked = Asked(
        name=_name(request),
        lon=lon,
        lat=lat,
        commune=commune.pk if commune is not None else None,
        producer=producer.pk if producer is not None else None,
        kind=request.GET.get("kind", ""),
        phone=request.GET.get("phone", ""),
        stored=_edited(request, Place),
    )
    return find(asked)


def _products(request: HttpRequest) -> list[Match]:
    producer = _tried(lambda: producer_of(_given(request, "producer")))
    maker = producer.pk if producer is not None else None
    asked = AskedProduct(_name(request), maker, _given(request, "gtin"), _edited(request, Product))
    return find_products([asked])[0]


def _producers(request: HttpRequest) -> list[Match]:
    commune, province = _where(request)
    if commune is not None and province is None:
        province = commune.parent
    asked = AskedProducer(
        name=_name(request),
        commune=commune.pk if commune is not None else None,
        province=province.pk if province is not None else None,
        kind=request.GET.get("kind", ""),
        phone=request.GET.get("phone", ""),
        stored=_edited(request, Producer),
    )
    return find_producers([asked])[0]


_FINDERS = {"place": _places, "product": _products, "producer": _producers}


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
    record = match.record
    commune, province = (getattr(record, name, None) for name in ("commune", "province"))
    return {
        "id": record.public_id,
        "name": record.name,
        "kind": getattr(record, "kind", None),
        "commune": commune.full_name if commune else None,
        "province": province.full_name if province else None,
        "metres": match.metres,
        "score": match.score,
        "href": reverse("web:record", args=[record.public_id]),
    }
