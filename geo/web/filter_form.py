"""The filter form: every facet of the present question with the count beside each value, as ordinary form controls."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from geo.places.labels import STATE_LABELS
from geo.places.models import Place
from geo.spatial.collections import FacetValue, find
from geo.spatial.roads.choice import offers_areas
from geo.web import words
from geo.web.queries import PageQuery

MINUTES = (15, 30, 45, 60)
_NBSP = "\u00a0"


@dataclass(frozen=True)
class Option:
    """A value that can be chosen."""

    value: str
    label: str
    count: int | None = None
    selected: bool = False
    mark: str = ""
    indent: str = ""

    @property
    def count_text(self) -> str:
        """The count with separators."""
        return words.number(self.count or 0)

    @property
    def is_empty(self) -> bool:
        """Whether choosing it would find nothing."""
        return self.count == 0 and not self.selected


@dataclass(frozen=True)
class Group:
    """A facet: ``control`` is select, checkbox or radio."""

    name: str
    label: str
    control: str
    options: Sequence[Option]
    any_label: str = ""


@dataclass(frozen=True)
class FilterForm:
    """The form; ``kept`` are parameters it carries along untouched."""

    groups: Sequence[Group]
    kept: Sequence[tuple[str, str]]
    submit_label: str


def filter_form(query: PageQuery, found: str) -> FilterForm:
    """Return the form for ``query``, to which ``found`` (“12 places”) is the answer."""
    collection = find("places")
    facets = collection.facets(query.asked) if collection and collection.facets else {}
    groups = [
        _choices("kind", _("Kind of place"), query, facets, _kind_label, marked=True),
        _select("province", _("Province or city"), _("all of Viet Nam"), query, facets),
        _select("commune", _("Commune"), _("all communes"), query, facets) if query.asked.province else None,
        _select("category", _("Product category"), _("all categories"), query, facets),
        _choices("stars", _("OCOP stars"), query, facets, _stars_label),
        _choices("certificate", _("Certificate"), query, facets, _state_label),
        _select("scheme", _("Scheme of the certificate"), "OCOP", query, facets),
        _open_now(query, facets),
        _reach(query),
        _sample(query),
    ]
    shown = tuple(group for group in groups if group and group.options)
    names = {group.name for group in shown}
    kept = tuple((name, value) for name, value in query.filters.items() if name not in names)
    return FilterForm(shown, kept, _("Show %(places)s") % {"places": found})


def _selected(name: str, query: PageQuery) -> frozenset[str]:
    """Return the chosen values of a facet with ticks."""
    return frozenset(value.strip() for value in query.get(name).split(",") if value)


def _choices(
    name: str,
    label: str,
    query: PageQuery,
    facets: dict[str, list[FacetValue]],
    named: Callable[[str], str],
    *,
    marked: bool = False,
) -> Group:
    chosen = _selected(name, query)
    options = [
        Option(value.value, named(value.value), value.count, value.value in chosen, value.value if marked else "")
        for value in facets.get(name, ())
    ]
    return Group(name, label, "checkbox", options)


def _select(name: str, label: str, any_label: str, query: PageQuery, facets: dict[str, list[FacetValue]]) -> Group:
    """Return a list to choose one value from, where what is in force stays as it was written.

    A name, a former province or several values can stand in an address: sending the form must not lose them.
    """
    options = [
        Option(
            value.value,
            value.label,
            value.count,
            value.selected,
            indent=_NBSP * 3 * value.value.count(".") if name == "category" else "",
        )
        for value in facets.get(name, ())
    ]
    if given := query.get(name):
        marked = [option.label for option in options if option.selected]
        scope = {"province": query.asked.province, "commune": query.asked.commune}.get(name)
        meant = scope.names if scope else marked
        if len(marked) == len(meant) == 1:
            options = [replace(option, value=given) if option.selected else option for option in options]
        else:
            said = words.join(meant) or given
            options = [Option(given, said, selected=True), *(replace(option, selected=False) for option in options)]
    return Group(name, label, "select", options, any_label)


def _open_now(query: PageQuery, facets: dict[str, list[FacetValue]]) -> Group:
    count = next((value.count for value in facets.get("open_at", ()) if value.value == "now"), None)
    given = query.get("open_at")
    options = [Option("now", _("Open now"), count, given == "now")]
    if given and given != "now":
        options.append(Option(given, given, None, selected=True))
    return Group("open_at", _("Hours"), "checkbox" if len(options) == 1 else "radio", options)


def _reach(query: PageQuery) -> Group | None:
    """Return how far by road from where one searches, if the site's roads can tell; what is in force stays."""
    at, now = query.asked.near, query.asked.reach
    given = query.get("reach")
    if now is None and (at is None or not offers_areas()):
        return None
    lon, lat = (now.lon, now.lat) if now is not None else (at.lon, at.lat) if at is not None else (0.0, 0.0)
    choices = sorted({*MINUTES, *((now.minutes,) if now is not None else ())})
    options = []
    for minutes in choices:
        chosen = now is not None and minutes == now.minutes
        label = _("within %(minutes)d min by road") % {"minutes": minutes}
        options.append(Option(given if chosen else f"{lon:.4f},{lat:.4f},{minutes}", label, selected=chosen))
    return Group("reach", _("By road from there"), "select", options, _("any distance"))


def _sample(query: PageQuery) -> Group:
    given = query.get("sample")
    options = [Option("false", _("Leave sample data out"), None, given == "false")]
    if given and given != "false":
        options.append(Option(given, capfirst(_("sample data")), None, selected=True))
    return Group("sample", _("Data"), "checkbox" if len(options) == 1 else "radio", options)


def _kind_label(value: str) -> str:
    return capfirst(str(Place.Kind(value).label))


def _stars_label(value: str) -> str:
    return f"{'★' * int(value)} {words.stars(int(value))}"


def _state_label(value: str) -> str:
    return capfirst(str(STATE_LABELS[value]))
