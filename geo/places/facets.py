"""Counts beside every value of a filter: how many places there would be, the rest of the filter unchanged.

Each facet is counted without its own selection. A place counts once per value, whatever number of its products fit; the
counts come from the same rows as the list (``selectors.places``).
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.utils.translation import get_language

from geo.catalog.models import ProductCategory
from geo.catalog.rules import IN_FORCE, CertificateState
from geo.catalog.selectors import current_certificates
from geo.divisions.models import Division
from geo.places import selectors
from geo.places.filters import NO_CATEGORY, PlaceFilter
from geo.places.labels import LOCATED, STATE_LABELS, UNASSIGNED, UNLOCATED
from geo.places.models import Place, PlaceProduct
from geo.spatial import calendar
from geo.spatial.collections import FacetValue

LEAST_CERTIFIED_STARS = 3
"""Products below three stars get no certificate, so the lower stars are shown only where they occur."""


def place_facets(asked: PlaceFilter) -> dict[str, list[FacetValue]]:
    """Return the facets of places by the name of the parameter they set."""
    return {
        "kind": _kinds(asked),
        "status": _statuses(asked),
        "province": _provinces(asked),
        "commune": _communes(asked),
        "category": _categories(asked),
        "stars": _stars(asked),
        "certificate": _states(asked),
        "located": _located(asked),
    }


def _grouped(rows: QuerySet[Place], column: str) -> dict[Any, int]:
    return dict(rows.order_by().values_list(column).annotate(Count("pk")))


def _kinds(asked: PlaceFilter) -> list[FacetValue]:
    counts = _grouped(selectors.places(asked.without("kinds")), "kind")
    return [
        FacetValue(value, str(label), counts.get(value, 0), selected=value in asked.kinds)
        for value, label in Place.Kind.choices
    ]


def _statuses(asked: PlaceFilter) -> list[FacetValue]:
    counts = _grouped(selectors.places(asked.without("statuses")), "status")
    return [
        FacetValue(value, str(label), counts.get(value, 0), selected=value in asked.statuses)
        for value, label in Place.Status.choices
    ]


def _divisions(counts: dict[int | None, int], selected: Iterable[int]) -> list[FacetValue]:
    chosen = set(selected)
    rows = Division.objects.filter(pk__in={pk for pk in counts if pk is not None} | chosen).order_by("key")
    return [FacetValue(row.code, row.full_name, counts.get(row.pk, 0), selected=row.pk in chosen) for row in rows]


def _provinces(asked: PlaceFilter) -> list[FacetValue]:
    counts = _grouped(selectors.places(asked.without("province", "commune")), "province_id")
    return _divisions(counts, asked.province.province_ids if asked.province else ())


def _communes(asked: PlaceFilter) -> list[FacetValue]:
    """Communes of the chosen province; without one there would be thousands."""
    if asked.province is None and asked.commune is None:
        return []
    counts = _grouped(selectors.places(asked.without("commune")), "commune_id")
    counts.pop(None, None)
    return _divisions(counts, asked.commune.commune_ids if asked.commune else ())


def _parts(asked: PlaceFilter, *own: str) -> QuerySet[PlaceProduct]:
    """Return the products at places, every product fitting the filter without ``own``, every place fitting the rest."""
    of_products = ("categories", "products", "stars", "states", "scheme")
    return PlaceProduct.objects.filter(
        product__in=selectors.fitting_products(asked.without(*own)),
        place__in=selectors.places(asked.without(*of_products)),
    )


def _categories(asked: PlaceFilter) -> list[FacetValue]:
    counts: dict[str, set[int]] = {}
    pairs = _parts(asked, "categories").order_by().values_list("product__category__code", "place_id").distinct()
    for code, place in pairs:
        for node in _upwards(code):
            counts.setdefault(node, set()).add(place)
    english = (get_language() or "vi").startswith("en")
    values = [
        FacetValue(
            row.code,
            row.name_en if english and row.name_en else row.name_vi,
            len(counts.get(row.code, ())),
            parent=row.code.rpartition(".")[0],
            selected=row.code in asked.categories,
        )
        for row in ProductCategory.objects.order_by("edition", "position")
    ]
    unassigned = len(counts.get(NO_CATEGORY, ()))
    if unassigned or NO_CATEGORY in asked.categories:
        values.append(
            FacetValue(
                NO_CATEGORY,
                str(UNASSIGNED),
                unassigned,
                selected=NO_CATEGORY in asked.categories,
            )
        )
    return values


def _upwards(code: str | None) -> list[str]:
    """Return a category's code and those above it; ``none`` for none."""
    if code is None:
        return [NO_CATEGORY]
    parts = code.split(".")
    return [".".join(parts[: depth + 1]) for depth in range(len(parts))]


def _by_certificate(asked: PlaceFilter, own: str, column: str) -> dict[Any, set[int]]:
    """Return the places by a column of the current certificate of a fitting product."""
    current = current_certificates(calendar.today()).filter(
        subject_id=OuterRef("product__public_id"), scheme_id=asked.scheme
    )
    rows = _parts(asked, own).annotate(value=Subquery(current.values(column)[:1]))
    found: dict[Any, set[int]] = {}
    for value, place in rows.order_by().values_list("value", "place_id").distinct():
        found.setdefault(value, set()).add(place)
    return found


def _stars(asked: PlaceFilter) -> list[FacetValue]:
    found = _by_certificate(asked, "stars", "stars")
    return [
        FacetValue(
            str(stars),
            "★" * stars,
            len(found.get(stars, ())),
            selected=stars in asked.stars,
        )
        for stars in (5, 4, 3, 2, 1)
        if stars >= LEAST_CERTIFIED_STARS or stars in found
    ]


def _states(asked: PlaceFilter) -> list[FacetValue]:
    found = _by_certificate(asked, "states", "state")
    found["none"] = found.pop(None, set())
    found[CertificateState.VALID] = set().union(*(found.get(state, set()) for state in IN_FORCE))
    return [
        FacetValue(value, str(label), len(found.get(value, ())), selected=value in asked.states)
        for value, label in STATE_LABELS.items()
        if value != CertificateState.UPCOMING or value in found
    ]


def _located(asked: PlaceFilter) -> list[FacetValue]:
    rows = selectors.places(asked.without("located"))
    without = rows.filter(location__isnull=True).count()
    return [
        FacetValue("true", str(LOCATED), rows.count() - without, selected=asked.located is True),
        FacetValue("false", str(UNLOCATED), without, selected=asked.located is False),
    ]
