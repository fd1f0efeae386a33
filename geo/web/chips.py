"""Chips under the search field: each filter in force, removable; and a few likely ones, one tap away."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from geo.catalog.models import CertificateScheme, Producer, Product, ProductCategory
from geo.divisions.parameters import DivisionScope
from geo.divisions.selectors import current
from geo.places.labels import STATE_LABELS, UNASSIGNED
from geo.places.models import Place
from geo.web import words
from geo.web.queries import PageQuery
from geo.web.records.common import scheme_name


@dataclass(frozen=True)
class Chip:
    """A chip: a link that adds a filter or, when ``on``, takes it away; ``spare`` where there is little room."""

    label: str
    href: str
    on: bool = False
    kind: str = ""
    spare: bool = False

    @property
    def remove_label(self) -> str:
        """What a screen reader says of an active chip."""
        return _("Remove the filter %(label)s") % {"label": self.label}


@dataclass(frozen=True)
class Chips:
    """The row of chips."""

    chips: Sequence[Chip]
    active: int


def chips(query: PageQuery) -> Chips:
    """Return the filters in force, then suggestions that aren't in force."""
    active = active_chips(query)
    suggested = [Chip(_("Clear all"), reverse("web:map"))] if len(active) > 1 else []
    if not query.get("kind"):
        suggested += [
            Chip(capfirst(str(label)), query.href("open", kind=value), kind=value)
            for value, label in Place.Kind.choices
        ]
    if not query.get("open_at"):
        suggested.append(Chip(_("Open now"), query.href("open", open_at="now"), spare=bool(active)))
    if not query.get("stars"):
        suggested.append(Chip(_("★ 4 and up"), query.href("open", stars="4,5"), spare=bool(active)))
    if not active:
        suggested.append(Chip(_("Certificate still valid"), query.href("open", certificate="valid")))
    return Chips((*active, *suggested), len(active))


def active_chips(query: PageQuery, *, with_words: bool = False) -> list[Chip]:
    """Return a chip for every filter in force; the words of the search only when asked for."""
    labels = {
        "q": f"“{query.asked.text}”" if with_words and query.asked.text else "",
        "product": _product_names(query),
        "producer": _producer_name(query),
        "province": _divisions(query.asked.province),
        "commune": _divisions(query.asked.commune),
        "category": _categories(query.asked.categories),
        "kind": words.join(capfirst(str(Place.Kind(kind).label)) for kind in query.asked.kinds),
        "stars": _stars(query.asked.stars),
        "certificate": words.join(capfirst(str(STATE_LABELS[state])) for state in query.asked.states),
        "scheme": _scheme(query.get("scheme")),
        "open_at": _open_at(query),
        "near": _("within %(distance)s") % {"distance": words.distance(query.asked.radius_m)}
        if query.asked.near
        else "",
        "reach": _("within %(minutes)d min by road") % {"minutes": query.asked.reach.minutes}
        if query.asked.reach
        else "",
        "status": words.join(capfirst(str(Place.Status(status).label)) for status in query.asked.statuses),
        "located": _located(query.asked.located),
        "sample": {True: _("sample data only"), False: _("without sample data")}.get(query.asked.sample, "")
        if query.asked.sample is not None
        else "",
        "datetime": query.get("datetime"),
    }
    together = {"near": ("near", "radius"), "province": ("province", "commune")}
    return [
        Chip(label, query.href("open", *together.get(name, (name,))), on=True)
        for name, label in labels.items()
        if label
    ]


def _divisions(scope: DivisionScope | None) -> str:
    """Name the divisions that were understood; in English where they are in force and have an English name."""
    if scope is None or words.is_vietnamese():
        return words.join(scope.names) if scope else ""
    english = dict(
        current().filter(full_name__in=scope.names, code__in=scope.codes).values_list("full_name", "name_en")
    )
    return words.join(english.get(name) or name for name in scope.names)


def _stars(stars: Sequence[int]) -> str:
    if not stars:
        return ""
    if tuple(stars) == tuple(range(stars[0], 6)) and stars[0] < 5:
        return _("★ %(least)d and up") % {"least": stars[0]}
    return "★ " + ", ".join(str(star) for star in stars)


def _categories(codes: Sequence[str]) -> str:
    if not codes:
        return ""
    names = ProductCategory.objects.filter(code__in=codes).values_list("name_vi", "name_en")
    known = [vi if words.is_vietnamese() else en or vi for vi, en in names]
    return words.join([*known, *([str(UNASSIGNED)] if "none" in codes else [])])


def _product_names(query: PageQuery) -> str:
    if not query.asked.products:
        return ""
    names = Product.objects.filter(public_id__in=query.asked.products).values_list("name", flat=True)
    return words.join(names) or words.join(query.asked.products)


def _producer_name(query: PageQuery) -> str:
    if not query.asked.producer:
        return ""
    found = Producer.objects.filter(public_id=query.asked.producer).values_list("name", flat=True).first()
    return found or query.asked.producer


def _scheme(code: str) -> str:
    if not code:
        return ""
    scheme = CertificateScheme.objects.filter(code=code).first()
    return scheme_name(scheme) if scheme else code


def _open_at(query: PageQuery) -> str:
    if query.asked.open_at is None:
        return ""
    if query.get("open_at") == "now":
        return _("Open now")
    return _("open on %(day)s at %(time)s") % {
        "day": words.day(query.asked.open_at.date()),
        "time": f"{query.asked.open_at:%H:%M}",
    }


def _located(located: bool | None) -> str:
    if located is None:
        return ""
    return _("with a position") if located else _("no position yet")
