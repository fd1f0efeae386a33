"""Suggestions while typing, across products, producers, places, divisions and categories: the action ``suggest``.

First names in which every word typed begins a word, accents or not; when these are few, former divisions and similar
spellings. Equal product names of several producers are one suggestion.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import FloatField, Func
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from geo.catalog.models import Product
from geo.catalog.selectors import with_stars
from geo.divisions.models import Division, Level
from geo.divisions.resolution import resolve
from geo.places.models import Place
from geo.spatial import calendar
from geo.spatial import parameters as parse
from geo.spatial.actions import Action
from geo.spatial.collections import Parameter
from geo.spatial.folding import fold
from geo.spatial.parameters import LonLat, Query
from geo.spatial.problems import InvalidParameter

SQL = Path(__file__).parent / "sql"
BEGINNING = (SQL / "suggest.sql").read_text(encoding="utf-8")
SIMILAR = (SQL / "suggest_similar.sql").read_text(encoding="utf-8")
SIMILARITY = 0.6
"""Least word similarity (pg_trgm) of a name offered for a misspelling."""
ABBREVIATIONS = {"htx": "hop tac xa", "tht": "to hop tac", "cty": "cong ty", "tp": "thanh pho", "hkd": "ho kinh doanh"}
"""What people type for words that names spell out (folded)."""
MOST, USUAL = 20, 8
LONGEST = 100
MOST_PRODUCTS = 20
_FEW = 3
_SHORTEST_FOR_PLACES = 3
_ORDER = ("province", "commune", "product", "category", "producer", "place")


@dataclass(frozen=True)
class Found:
    """One row of the SQL: ``ids`` are public ids or codes; a smaller ``rank`` is a better match."""

    type: str
    pk: int
    label: str
    number: int
    ids: tuple[str, ...]
    detail: str | None
    rank: float
    weight: float


class _Side(Func):
    """One side of the bounding box of a geometry, in degrees."""

    output_field = FloatField()


def run(query: Query) -> dict[str, Any]:
    """Answer the action. Raises: InvalidParameter naming what is wrong with the query."""
    parse.reject_unknown(query, {parameter.name for parameter in PARAMETERS})
    given = {name: parse.single(query, name) for name in ("q", "lang", "limit", "near")}
    asked = fold(parse.text("q", given["q"], LONGEST)) if given["q"] else ""
    limit = parse.integer("limit", given["limit"], 1, MOST) if given["limit"] else USUAL
    near = parse.lonlat("near", given["near"]) if given["near"] else None
    language = parse.one_of("lang", given["lang"], ("vi", "en")) if given["lang"] else translation.get_language()
    if "q" not in query:
        raise InvalidParameter("q", _("“%(name)s” is needed.") % {"name": "q"})
    with translation.override(language or "vi"):
        return {"suggestions": suggest(asked, limit, near)}


def suggest(asked: str, limit: int = USUAL, near: LonLat | None = None) -> list[dict[str, Any]]:
    """Return at most ``limit`` suggestions for ``asked`` (folded), best first; places by distance from ``near``."""
    if not asked:
        return []
    found = _beginning(asked, limit, near)
    if not found and (spelt_out := _spelt_out(asked)) != asked:
        found = _beginning(spelt_out, limit, near)
    suggestions = _described(_mixed(found, limit))
    if len(found) < _FEW and len(asked) >= _SHORTEST_FOR_PLACES:
        known = {(row.type, row.ids[0]) for row in found}
        suggestions += [s for s in _former(asked) if (s["type"], s["id"]) not in known]
        known |= {(s["type"], s["id"]) for s in suggestions}
        similar = [row for row in _similar(asked, limit) if (row.type, row.ids[0]) not in known]
        suggestions += _described(_mixed(similar, max(0, limit - len(suggestions))))
    return suggestions[:limit]


def _spelt_out(asked: str) -> str:
    return " ".join(ABBREVIATIONS.get(word, word) for word in asked.split())


def _beginning(asked: str, limit: int, near: LonLat | None) -> list[Found]:
    words = asked.split()
    longest = max(words, key=len)
    return _rows(
        BEGINNING,
        {
            "query": asked,
            "compact": asked.replace(" ", ""),
            "begins": f"{asked}%",
            "start": f"{longest}%",
            "inside": f"% {longest}%",
            "words": [f"% {word}%" for word in words],
            "day": calendar.today(),
            "lon": near.lon if near else None,
            "lat": near.lat if near else None,
            "row_limit": limit,
            "with_places": len(asked) >= _SHORTEST_FOR_PLACES,
        },
    )


def _similar(asked: str, limit: int) -> list[Found]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(SIMILARITY)])
        return _rows(SIMILAR, {"query": asked, "day": calendar.today(), "row_limit": limit})


def _rows(statement: str, values: dict[str, Any]) -> list[Found]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [
            Found(kind, pk, label, number, tuple(ids), detail, float(rank), float(weight))
            for kind, pk, label, number, ids, detail, rank, weight in cursor.fetchall()
        ]


def _mixed(found: list[Found], limit: int) -> list[Found]:
    """Return the best ``limit`` rows; at most half of them of one type as long as there are others."""
    ordered = sorted(found, key=lambda row: (row.rank, _ORDER.index(row.type), row.weight, row.label))
    share: Counter[str] = Counter()
    first: list[Found] = []
    rest: list[Found] = []
    for row in ordered:
        share[row.type] += 1
        (first if share[row.type] <= max(1, limit // 2) else rest).append(row)
    chosen = set((first + rest)[:limit])
    return [row for row in ordered if row in chosen]


def _described(rows: list[Found]) -> list[dict[str, Any]]:
    """Turn rows into what the API says, reading what belongs to the chosen ones only."""
    by_type: dict[str, list[int]] = {}
    for row in rows:
        by_type.setdefault("division" if row.type in ("province", "commune") else row.type, []).append(row.pk)
    starred = with_stars(Product.objects.filter(pk__in=by_type.get("product", ())), calendar.today())
    products = {product.pk: product for product in starred}
    places = Place.objects.select_related("commune", "province").in_bulk(by_type.get("place", []))
    divisions = _divisions(by_type.get("division", ()))
    described = []
    for row in rows:
        if row.type == "product":
            described.append(_product(row, products[row.pk]))
        elif row.type == "place":
            described.append(_place(row, places[row.pk]))
        elif row.type == "producer":
            described.append(_record(row, row.detail or "") | {"filter": {"producer": row.ids[0]}})
        elif row.type == "category":
            described.append(_category(row))
        else:
            described.append(_division(divisions[row.pk]))
    return described


def _record(row: Found, detail: str) -> dict[str, Any]:
    return {"type": row.type, "id": row.ids[0], "label": row.label, "detail": detail, "href": f"/p/{row.ids[0]}"}


def _product(row: Found, product: Any) -> dict[str, Any]:
    if row.number > 1:
        several = ngettext("%(count)d product", "%(count)d products", row.number) % {"count": row.number}
        suggestion = _record(row, several)
        del suggestion["href"]
        few = row.number <= MOST_PRODUCTS
        return suggestion | {"filter": {"product": ",".join(row.ids)} if few else {"q": row.label}, "count": row.number}
    english = translation.get_language() == "en" and product.name_en
    suggestion = _record(row, row.detail or "") | {"filter": {"product": row.ids[0]}}
    if english:
        suggestion |= {"label": product.name_en, "detail": row.label}
    if product.stars:
        suggestion |= {"stars": product.stars, "certificate": product.star_state}
    return suggestion


def _place(row: Found, place: Place) -> dict[str, Any]:
    parts = [str(place.get_kind_display()), *(str(d) for d in (place.commune, place.province) if d is not None)]
    suggestion = _record(row, " · ".join(parts)) | {"kind": place.kind, "status": place.status}
    return suggestion | ({"point": [place.location.x, place.location.y]} if place.location else {})


def _category(row: Found) -> dict[str, Any]:
    english = translation.get_language() == "en" and row.detail
    return {
        "type": "category",
        "id": row.ids[0],
        "label": row.detail if english else row.label,
        "detail": row.ids[0],
        "filter": {"category": row.ids[0]},
    }


def _divisions(chosen: Iterable[int]) -> dict[int, Any]:
    """Return the divisions with their parents and, where an outline is loaded, its west, south, east and north."""
    names = {"west": "ST_XMin", "south": "ST_YMin", "east": "ST_XMax", "north": "ST_YMax"}
    sides = {side: _Side("outline__boundary", function=function) for side, function in names.items()}
    return Division.objects.select_related("parent").annotate(**sides).in_bulk(list(chosen))


def _division(division: Any, former: Division | None = None) -> dict[str, Any]:
    """Describe a division in force, found by its own name or by that of a ``former`` unit, or a former one."""
    english = translation.get_language() == "en" and division.name_en
    label = division.name_en if english else division.full_name
    gone = division.valid_until is not None and division.valid_until <= calendar.today()
    parents = [division.parent.full_name] if division.parent else []
    suggestion: dict[str, Any] = {
        "type": "province" if division.level == Level.PROVINCE else "commune",
        "id": division.code,
        "label": label,
        "detail": ", ".join(parents),
        "filter": {"province" if division.level == Level.PROVINCE else "commune": division.code},
    }
    if former is not None:
        suggestion["detail"] = _("formerly %(name)s") % {"name": _with_parents(former)}
    if gone:
        suggestion |= _gone(division)
    if getattr(division, "west", None) is not None:
        suggestion["bbox"] = [division.west, division.south, division.east, division.north]
    if division.location:
        suggestion["point"] = [division.location.x, division.location.y]
    return suggestion


def _gone(division: Division) -> dict[str, Any]:
    """Say where a former province or district is now, and how to filter by the communes that came out of it."""
    if division.level == Level.PROVINCE:
        heirs = Division.objects.filter(came_from__predecessor=division)
        now = {heir.full_name for heir in heirs}
        asks = {"province": division.full_name}
    else:
        communes = Division.objects.filter(came_from__predecessor__parent=division).select_related("parent")
        now = {commune.parent.full_name for commune in communes if commune.parent}
        asks = {"commune": ",".join(sorted({commune.code for commune in communes}))}
    return {"detail": _("former unit, now in %(names)s") % {"names": ", ".join(sorted(now))}, "filter": asks}


def _with_parents(division: Division) -> str:
    return f"{division.full_name}, {division.parent.full_name}" if division.parent else division.full_name


def _former(asked: str) -> list[dict[str, Any]]:
    """Return what a former name stands for today: all successors of a split commune."""
    candidates = [c for c in resolve(asked).candidates if c.via is not None or c.reason == "former_name"]
    divisions = _divisions(candidate.division.pk for candidate in candidates)
    return [_division(divisions[c.division.pk], c.via) for c in candidates]


PARAMETERS = (
    Parameter("q", {"type": "string", "maxLength": LONGEST}, gettext_lazy("What has been typed so far."), "nuoc mam"),
    Parameter("lang", {"type": "string", "enum": ["vi", "en"]}, gettext_lazy("Language of the answer."), "vi"),
    Parameter(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL},
        gettext_lazy("Most suggestions wanted."),
        "8",
    ),
    Parameter(
        "near",
        {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
        gettext_lazy("Longitude, latitude: nearer places first."),
        "105.85,21.03",
    ),
)

ACTION = Action(
    name="suggest",
    title=gettext_lazy("Suggestions while typing"),
    description=gettext_lazy("Products, producers, places, divisions and categories whose names fit what was typed."),
    parameters=PARAMETERS,
    run=run,
    versions=("places", "products", "producers", "categories", "divisions"),
)
