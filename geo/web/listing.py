"""The list beside the map: count, order, a page of cards, downloads, and what to say when nothing matches."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, FloatField, Func, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from geo.places import counts
from geo.places.conditions import Geography, GeographyPoint, distance_m
from geo.places.models import Place
from geo.places.selectors import in_order, places
from geo.spatial import calendar
from geo.spatial.parameters import LonLat
from geo.web import words
from geo.web.cards import Card, cards
from geo.web.chips import Chip, active_chips
from geo.web.directions import Link
from geo.web.queries import MAX_PAGE, PageQuery, written
from geo.web.records.place import place_rows

PAGE_SIZE = 20
POINT_DEGREES = 0.0001


@dataclass(frozen=True)
class Counted:
    """How many places match, in words; ``total`` is one more than is counted when there are more."""

    total: int
    text: str
    places: str
    note: str = ""


@dataclass(frozen=True)
class ListPage:
    """A page of the list."""

    cards: Sequence[Card]
    order_text: str = ""
    about: Link | None = None
    unplaced: Link | None = None
    whole: Link | None = None
    downloads: Sequence[Link] = ()
    removable: Sequence[Chip] = ()
    nearest: Card | None = None
    first_number: int = 1
    previous_href: str = ""
    next_href: str = ""
    printed: str = ""


def listing(query: PageQuery) -> tuple[Counted, ListPage]:
    """Return the count and the page of the list that ``query`` asks for."""
    asked = query.asked
    matching = places(asked)
    found = counts.count(asked)
    total = counts.MOST_COUNTED + 1 if found is None else found
    unplaced = _unplaced(query)
    said = words.places(total) if found is not None else words.places_beyond(counts.MOST_COUNTED)
    counted = Counted(total, _count_text(query, said), said, _note(query, unplaced))
    link = _unplaced_link(query, unplaced)
    whole = Link(query.href("bbox", "open"), _("Show the whole country")) if query.asked.bbox else None
    if total == 0:
        return counted, ListPage(
            cards=(),
            printed=printed_on(),
            unplaced=link,
            whole=whole,
            removable=active_chips(query, with_words=True),
            nearest=_nearest_beyond(query),
        )
    start = (query.page - 1) * PAGE_SIZE
    more = start + PAGE_SIZE < total and query.page < MAX_PAGE
    ids = list(in_order(matching, asked).values_list("pk", flat=True)[start : start + PAGE_SIZE])
    rows = _read(ids, query)
    return counted, ListPage(
        cards=cards(rows, query),
        printed=printed_on(),
        about=_about(query),
        order_text=_("Nearest first") if asked.near else "",
        unplaced=link,
        whole=whole,
        downloads=downloads(query),
        first_number=start + 1,
        previous_href=query.href() if query.page > 1 else "",
        next_href=query.href(page=str(query.page + 1)) if more else "",
    )


def _about(query: PageQuery) -> Link | None:
    """Return the way to the product or producer whose places are listed."""
    if len(query.asked.products) == 1:
        return Link(query.href(open=query.asked.products[0]), _("About this product"))
    if query.asked.producer:
        return Link(query.href(open=query.asked.producer), _("About this producer"))
    return None


def printed_on() -> str:
    """Say of which day a sheet of paper is."""
    return _("As of %(day)s") % {"day": words.day(calendar.today())}


def _read(ids: Sequence[int], query: PageQuery) -> list[Place]:
    """Read the places of a page with all that cards need, in the order of ``ids``."""
    rows: QuerySet[Any] = place_rows().filter(pk__in=ids)
    if query.asked.near:
        rows = rows.annotate(distance_m=distance_m(query.asked.near.point()))
    by_id = {row.pk: row for row in rows}
    return [by_id[pk] for pk in ids if pk in by_id]


def _count_text(query: PageQuery, said: str) -> str:
    if query.asked.near:
        distance = words.distance(query.asked.radius_m)
        return _("%(places)s within %(distance)s") % {"places": said, "distance": distance}
    if _at_one_point(query):
        return _("%(places)s at this point") % {"places": said}
    if query.asked.bbox:
        return _("%(places)s in view") % {"places": said}
    return said


def _at_one_point(query: PageQuery) -> bool:
    """Whether the frame is that of a stack: places that share one point, which the map can't show apart."""
    box = query.asked.bbox
    return box is not None and box.east - box.west < POINT_DEGREES and box.north - box.south < POINT_DEGREES


def _unplaced(query: PageQuery) -> int:
    """Count the matching places without a position, wherever the map looks."""
    if query.asked.located is not None or query.asked.near or _at_one_point(query):
        return 0
    return counts.unlocated(query.asked.without("bbox", "located"))


def _unplaced_words(count: int) -> str:
    return ngettext("%(count)s without a position", "%(count)s without a position", count) % {
        "count": words.number(count)
    }


def _note(query: PageQuery, unplaced: int) -> str:
    if not unplaced:
        return ""
    text = _unplaced_words(unplaced)
    return _("and %(unplaced)s") % {"unplaced": text} if query.asked.bbox else text


def _unplaced_link(query: PageQuery, unplaced: int) -> Link | None:
    if not unplaced:
        return None
    return Link(query.href("bbox", "open", located="false"), _("Without a position"))


def downloads(query: PageQuery) -> list[Link]:
    """Return the addresses of the whole list as a table or as GeoJSON, from the API, with the same filter."""
    kept = {name: value for name, value in query.values.items() if name not in {"open", "page"}}
    return [Link(f"{ITEMS}{_with_format(kept, code)}", label) for code, label in FORMATS]


ITEMS = "/api/collections/places/items"
FORMATS = (("xlsx", "Excel (XLSX)"), ("csv", "CSV"), ("geojson", "GeoJSON"))


def _with_format(kept: dict[str, str], code: str) -> str:
    query = written(kept)
    return f"{query}&f={code}" if query else f"?f={code}"


def _nearest_beyond(query: PageQuery) -> Card | None:
    """Return the nearest place that fulfils everything but the circle or the view."""
    asked = query.asked
    centre = asked.near
    if centre is None and asked.bbox:
        box = asked.bbox
        centre = LonLat((box.west + box.east) / 2, (box.south + box.north) / 2)
    if centre is None:
        return None
    point = centre.point()
    # The <-> operator walks the index places_place_location_geography from the point outwards.
    away = Func(
        Geography(F("location")),
        GeographyPoint(point),
        arg_joiner=" <-> ",
        template="(%(expressions)s)",
        output_field=FloatField(),
    )
    rows: QuerySet[Any] = places(asked.without("near", "radius_m", "bbox")).filter(location__isnull=False)
    nearest = rows.order_by(away).values_list("pk", flat=True).first()
    if nearest is None:
        return None
    row = place_rows().annotate(distance_m=distance_m(point)).get(pk=nearest)
    return cards([row], query)[0]
