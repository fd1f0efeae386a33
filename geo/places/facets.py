"""Counts beside every value of a filter: how many places there would be, the rest of the filter unchanged.

Each facet is counted without its own selection. A place counts once per value, whatever number of its products fit; the
counts come from the tally or the same marks as the list.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, TypeVar

from django.core.cache import cache
from django.db.models import Count, Exists, OuterRef
from django.db.models.functions import Collate
from django.utils.translation import get_language

from geo.catalog.models import Certificate, CertificateScheme, ProductCategory
from geo.catalog.rules import CertificateState
from geo.divisions.models import Division
from geo.places import counts
from geo.places.filters import NO_CATEGORY, PlaceFilter
from geo.places.labels import LOCATED, OPEN_NOW, STATE_LABELS, UNASSIGNED, UNLOCATED
from geo.places.marked import marked
from geo.places.models import Place, PlaceMark
from geo.places.shelves import shelf_counts
from geo.spatial import parameters as parse
from geo.spatial.collections import FacetValue
from geo.spatial.versions import token

SHOWN = ("places", "products", "producers", "divisions")
"""Collections whose versions the counts depend on."""

_STEP_SECONDS = 300
"""Moments are rounded to it."""

KeptT = TypeVar("KeptT")

_RARE = CertificateState.UPCOMING
"""State that is shown only where it occurs."""

LEAST_CERTIFIED_STARS = 3
"""Products below three stars get no certificate, so the lower stars are shown only where they occur."""


def place_facets(asked: PlaceFilter) -> dict[str, list[FacetValue]]:
    """Return the facets of places by the name of the parameter they set; counted once per state of the register.

    "Open now" changes by the clock: it is counted once per step of ``open_at``.
    """
    state = token(SHOWN)
    known = _kept(f"facets {state} {get_language()} {asked!r}", None, lambda: _count(asked))
    return {**known, "open_at": _open_now(asked, state)}


def summary(asked: PlaceFilter) -> dict[str, int]:
    """Return how many places there are and how many of them have no position yet; counted once per state."""
    return _kept(f"summary {token(SHOWN)} {asked!r}", None, lambda: counts.summary(asked))


def _kept(name: str, seconds: int | None, make: Callable[[], KeptT]) -> KeptT:
    key = f"facets:{hashlib.sha256(name.encode()).hexdigest()}"
    known: KeptT | None = cache.get(key)
    if known is None:
        known = make()
        cache.set(key, known, timeout=seconds)
    return known


def _count(asked: PlaceFilter) -> dict[str, list[FacetValue]]:
    shelves = shelf_counts(asked)
    own = _own_counts(asked)
    return {
        "kind": _choices(Place.Kind.choices, own["kind"], asked.kinds),
        "status": _choices(Place.Status.choices, own["status"], asked.statuses),
        "province": _divisions(own["province_id"], asked.province.province_ids if asked.province else ()),
        "commune": _communes(asked),
        "category": _categories(asked, shelves.category),
        "stars": _stars(asked, shelves.stars),
        "certificate": _states(asked, shelves.certificate),
        "scheme": _schemes(asked),
        "located": _located(asked, own["unlocated"]),
    }


_OWN = {"kind": ("kinds",), "status": ("statuses",), "province_id": ("province", "commune"), "unlocated": ("located",)}
"""Columns counted on the place itself, and the members of the filter each is counted without."""

_WORDS = {"kind": PlaceMark.KINDS, "status": PlaceMark.STATUSES}
"""What the numbers of marks mean."""


def _own_counts(asked: PlaceFilter) -> dict[str, dict[Any, int]]:
    """Return the counts by each column; columns that need the same rows are counted in one pass over them."""
    passes: dict[PlaceFilter, list[str]] = {}
    for column, members in _OWN.items():
        passes.setdefault(asked.without(*members), []).append(column)
    found: dict[str, dict[Any, int]] = {column: {} for column in _OWN}
    for rest, columns in passes.items():
        for *values, count in counts.by_columns(rest, tuple(columns)):
            for column, value in zip(columns, values, strict=True):
                known = _WORDS[column][value] if column in _WORDS else value
                found[column][known] = found[column].get(known, 0) + count
    return found


def _choices(choices: Iterable[tuple[str, Any]], counts: dict[Any, int], selected: Iterable[str]) -> list[FacetValue]:
    chosen = set(selected)
    return [FacetValue(value, str(label), counts.get(value, 0), selected=value in chosen) for value, label in choices]


def _divisions(counts: dict[int | None, int], selected: Iterable[int]) -> list[FacetValue]:
    chosen = set(selected)
    rows = Division.objects.filter(pk__in={pk for pk in counts if pk is not None} | chosen).order_by(
        Collate("name", "vi-x-icu"), "code"
    )
    english = (get_language() or "vi").startswith("en")
    return [
        FacetValue(
            row.code,
            row.name_en if english and row.name_en else row.full_name,
            counts.get(row.pk, 0),
            selected=row.pk in chosen,
        )
        for row in rows
    ]


def _communes(asked: PlaceFilter) -> list[FacetValue]:
    """Communes of the chosen province; without one there would be thousands."""
    if asked.province is None and asked.commune is None:
        return []
    rows = marked(asked.without("commune")).filter(commune_id__isnull=False)
    found = dict(rows.order_by().values_list("commune_id").annotate(Count("pk")))
    return _divisions(found, asked.commune.commune_ids if asked.commune else ())


def _categories(asked: PlaceFilter, counts: dict[str, int]) -> list[FacetValue]:
    english = (get_language() or "vi").startswith("en")
    values = [
        FacetValue(
            row.code,
            row.name_en if english and row.name_en else row.name_vi,
            counts.get(row.code, 0),
            parent=row.code.rpartition(".")[0],
            selected=row.code in asked.categories,
        )
        for row in ProductCategory.objects.order_by("edition", "position")
    ]
    if NO_CATEGORY in counts or NO_CATEGORY in asked.categories:
        chosen = NO_CATEGORY in asked.categories
        values.append(FacetValue(NO_CATEGORY, str(UNASSIGNED), counts.get(NO_CATEGORY, 0), selected=chosen))
    return values


def _stars(asked: PlaceFilter, counts: dict[str, int]) -> list[FacetValue]:
    return [
        FacetValue(str(stars), "★" * stars, counts.get(str(stars), 0), selected=stars in asked.stars)
        for stars in (5, 4, 3, 2, 1)
        if stars >= LEAST_CERTIFIED_STARS or str(stars) in counts
    ]


def _states(asked: PlaceFilter, counts: dict[str, int]) -> list[FacetValue]:
    shown = [(value, label) for value, label in STATE_LABELS.items() if value != _RARE or value in counts]
    return _choices(shown, counts, asked.states)


def _schemes(asked: PlaceFilter) -> list[FacetValue]:
    """Schemes that some certificate has, each counted with the stars and states asked for."""
    english = (get_language() or "vi").startswith("en")
    return [
        FacetValue(
            scheme.code,
            scheme.name_en if english else scheme.name_vi,
            counts.total(replace(asked, scheme=scheme.code)),
            selected=scheme.code == asked.scheme,
        )
        for scheme in CertificateScheme.objects.filter(Exists(Certificate.objects.filter(scheme=OuterRef("pk"))))
    ]


def _located(asked: PlaceFilter, unlocated: dict[bool, int]) -> list[FacetValue]:
    return [
        FacetValue("true", str(LOCATED), unlocated.get(False, 0), selected=asked.located is True),
        FacetValue("false", str(UNLOCATED), unlocated.get(True, 0), selected=asked.located is False),
    ]


def _open_now(asked: PlaceFilter, state: str) -> list[FacetValue]:
    moment = parse.moment("open_at", "now")
    open_then = replace(asked, open_at=moment)
    count = _kept(f"open {state} {open_then!r}", _STEP_SECONDS, lambda: counts.total(open_then))
    return [FacetValue("now", str(OPEN_NOW), count, selected=asked.open_at == moment)]
