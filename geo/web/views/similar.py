"""Places that may be there already, while somebody types a new one: a list for the page, or JSON."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from geo.catalog.models import Producer
from geo.divisions.models import Division
from geo.places.models import Place
from geo.spatial import parameters as parse
from geo.spatial import public_ids
from geo.spatial.problems import InvalidParameter
from geo.stewardship.duplicates import Asked, Match, find
from geo.web.private_pages import desk_page

LONGEST = 200


@require_safe
@desk_page
def similar(request: HttpRequest) -> HttpResponse:
    """Answer a fragment of the form (``text/html``), or JSON for ``f=json``; nothing typed yet gives nothing.

    Takes ``name``, ``lon`` and ``lat``, ``commune`` (primary key or code), ``producer`` (primary key or number),
    ``kind``, ``phone``, and ``except``: the number of the record that is edited.
    """
    matches = find(_asked(request)) if request.GET.get("name", "").strip() else []
    if request.GET.get("f") == "json":
        return JsonResponse({"matches": [_told(match) for match in matches]})
    return render(request, "web/desk/similar.html", {"matches": matches})


def _asked(request: HttpRequest) -> Asked:
    given = {name: request.GET.get(name, "").strip() for name in ("lon", "lat", "commune", "producer", "except")}
    located = bool(given["lon"] and given["lat"])
    return Asked(
        name=parse.text("name", request.GET["name"], LONGEST),
        lon=parse.number("lon", given["lon"], -180, 180) if located else None,
        lat=parse.number("lat", given["lat"], -90, 90) if located else None,
        commune=_commune(given["commune"]),
        producer=_key(Producer, "producer", given["producer"]),
        kind=request.GET.get("kind", ""),
        phone=request.GET.get("phone", ""),
        stored=_key(Place, "except", given["except"]),
    )


def _commune(text: str) -> int | None:
    """Return the primary key of a commune, given by it or by a code of five digits."""
    if not text.isascii() or not text.isdigit():
        return None
    by_code = Division.objects.filter(level="COMMUNE", code=text, valid_until=None) if len(text) == 5 else None
    found = by_code.first() if by_code is not None else None
    return found.pk if found is not None else int(text)


def _key(model: type[Place] | type[Producer], name: str, text: str) -> int | None:
    """Return a primary key given by itself or by the record's number."""
    if not text or (text.isascii() and text.isdigit() and len(text) < public_ids.LENGTH):
        return int(text) if text else None
    try:
        number = public_ids.parse(text)
    except public_ids.InvalidPublicId as wrong:
        raise InvalidParameter(name, wrong.message) from wrong
    return model._default_manager.filter(public_id=number).values_list("pk", flat=True).first()


def _told(match: Match) -> dict[str, object]:
    place = match.place
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
