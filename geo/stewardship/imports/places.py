"""Rows of places: what each one would make of the place it is."""

import re
from collections.abc import Collection
from copy import copy
from functools import lru_cache
from typing import Any

from django.contrib.gis.geos import Point

from geo.catalog.models import Producer
from geo.places import hours, rules
from geo.places.models import Place
from geo.stewardship.imports import producers
from geo.stewardship.imports.comparing import (
    SOURCE_OTHERS,
    SOURCE_TEXTS,
    equal,
    plain_values,
    settle_changes,
    source_of_new,
)
from geo.stewardship.imports.context import Context
from geo.stewardship.imports.ground import communes_at, metres
from geo.stewardship.imports.lines import Line
from geo.stewardship.imports.place_recognition import recognise
from geo.stewardship.imports.settling import settle_position
from geo.stewardship.imports.values import CLEARED

_TEXTS = ("name", "address", "phone", "email", "zalo", "website", "outlet", *SOURCE_TEXTS)
_OTHERS = ("kind", "status", "opened_on", "closed_on", "checked_on", "contact_consent_on", *SOURCE_OTHERS)
_EMPTY = {
    "name": "", "kind": "", "outlet": "", "producer_id": None, "status": "open", "moved_to_id": None,
    "opened_on": None, "closed_on": None, "location": None, "location_accuracy": "none", "location_source": "",
    "province_id": None, "commune_id": None, "address": "", "phone": "", "email": "", "zalo": "", "website": "",
    "contact_consent_on": None, "schedule_expression": "", "checked_on": None, "photo": "", "photo_credit": "",
    "source_kind": "", "source_name": "", "source_url": "", "source_licence": "", "source_date": None, "trust": "",
    "external_id": "",
}  # fmt: skip
_HOUR = r"(\d{1,2})\s*(?:h|g|giờ|:)\s*(\d{2})?"
_CLOCK = re.compile(rf"{_HOUR}\s*(?:-|–|đến|tới)\s*{_HOUR}", re.IGNORECASE)


def prepare(lines: list[Line], context: Context) -> None:
    """Settle everything about the rows of one chunk: divisions, producer, position, record, changes."""
    context.divisions.settle(lines)
    for line in lines:
        settle_position(line, context.ground)
    producers.settle(lines, context)
    recognise(lines, context)
    within = _within(lines, context)
    for line in lines:
        if not line.problems:
            _propose(line, context, within.get(line.number))


def _within(lines: list[Line], context: Context) -> dict[int, int]:
    """Return the commune whose boundary holds the position of a row, by row number."""
    located = [line for line in lines if line.point is not None]
    found = communes_at([line.point for line in located if line.point is not None])
    return {located[position].number: commune for position, commune in found.items()}


def _propose(line: Line, context: Context, within: int | None) -> None:
    """Fill in ``wanted`` and ``changes``, or refuse the row."""
    record = line.record
    place = copy(record) if record is not None else Place()
    values = {} if record is not None else {**_EMPTY, **source_of_new(line, context)}
    if record is not None:
        record.schedule_expression = record.schedule.expression if record.schedule is not None else ""
    values.update(plain_values(line, _TEXTS, _OTHERS))
    if record is not None and line.text("external_id") and not record.external_id:
        values["external_id"] = context.external_id(line.text("external_id"))
    values.update(_division_values(line, context, within, record))
    values.update(_producer_values(line))
    values.update(_position_values(line, context, values, record))
    if "opening_hours" in line.says:
        values["schedule_expression"] = _hours(line)
    for name, value in values.items():
        setattr(place, name, value)
    if line.new_producer is not None:
        place.producer = Producer(kind=line.new_producer["kind"])
    elif line.producer is not None:
        place.producer = line.producer
    touched = {name for name, value in values.items() if record is None or not equal(getattr(record, name), value)}
    _check(line, place, touched, context)
    if not line.problems:
        settle_changes(line, _with_closing_day(place, values, context))
        producers.settle_change(line)


def _division_values(line: Line, context: Context, within: int | None, record: Any) -> dict[str, Any]:
    """Return province and commune: as said, else by the boundary that holds the position."""
    commune = line.commune
    if commune is None and line.province is None and record is None and within is not None:
        commune = context.ground.divisions.get(within)
        if commune is not None:
            line.note("commune-by-position", "lat", found=commune.full_name)
    if commune is not None:
        line.commune, line.province = commune, commune.parent
        return {"commune_id": commune.pk, "province_id": commune.parent_id}
    if line.province is not None:
        found: dict[str, Any] = {"province_id": line.province.pk}
        stored = context.ground.divisions.get(record.commune_id) if record is not None else None
        if stored is not None and stored.parent_id != line.province.pk:
            found["commune_id"] = None
        return found
    return {}


def _producer_values(line: Line) -> dict[str, Any]:
    if line.says.get("producer") == CLEARED:
        return {"producer_id": None}
    if line.producer is not None:
        return {"producer_id": line.producer.pk}
    return {}


def _position_values(line: Line, context: Context, values: dict[str, Any], record: Any) -> dict[str, Any]:
    """Return position, accuracy and source; the position of a place that hasn't moved stays as it is stored."""
    said = line.says.get("location_accuracy")
    said = None if said == Place.Accuracy.NONE else said  # "no position yet" asks for nothing
    source = line.text("location_source")
    if line.point is not None and said != Place.Accuracy.COMMUNE_POINT:
        point = Point(*line.point, srid=4326)
        if record is not None and equal(record.location, point) and record.location_accuracy in rules.MEASURED:
            found = {"location_accuracy": said} if said else {}
            return {**found, "location_source": source} if source else found
        return {
            "location": point,
            "location_accuracy": said or line.point_accuracy,
            "location_source": source or context.position_source,
        }
    if said in rules.MEASURED:
        if record is None or record.location is None:
            line.refuse("accuracy-alone", "location_accuracy")
            return {}
        found = {"location_accuracy": said, "location_source": source or record.location_source}
        return found if record.location_accuracy in rules.MEASURED else {}
    moved = "commune_id" in values and (record is None or values["commune_id"] != record.commune_id)
    at_commune = said == Place.Accuracy.COMMUNE_POINT or (
        (record is None or record.location_accuracy in ("none", "commune_point")) and moved
    )
    if at_commune and line.commune is not None and line.commune.location is not None:
        middle = line.commune.location
        return {
            "location": Point(middle.x, middle.y, srid=4326),
            "location_accuracy": Place.Accuracy.COMMUNE_POINT.value,
            "location_source": line.commune.location_source,
        }
    return {}


def _hours(line: Line) -> str:
    text = line.text("opening_hours")
    if not text:
        return ""
    try:
        return canonical_hours(text)
    except hours.HoursError:
        line.refuse("opening-hours", "opening_hours", said=text)
        return ""


@lru_cache(4096)
def canonical_hours(text: str) -> str:
    """Return the expression; ``7h30 - 18h`` and ``24/24`` are said the OSM way first."""
    match = _CLOCK.fullmatch(text.strip())
    if match:
        start, end = (f"{int(match[n]):02d}:{match[n + 1] or '00'}" for n in (1, 3))
        text = f"Mo-Su {start}-{end}"
    elif text.replace(" ", "") in ("24/24", "24h", "24/24h"):
        text = "24/7"
    return hours.canonical(text)


def _with_closing_day(place: Place, values: dict[str, Any], context: Context) -> dict[str, Any]:
    if place.status != Place.Status.OPEN and place.closed_on is None:
        return {**values, "closed_on": context.today}
    return values


def _check(line: Line, place: Place, touched: Collection[str], context: Context) -> None:
    """Check what the row changes by the rules of places; warn where a position lies away from its commune."""
    if not place.name:
        line.refuse("missing", "name")
    if not place.kind:
        line.refuse("missing", "kind")
    if place.province_id is None:
        line.refuse("missing-division", "province")
    if place.outlet and place.kind and place.kind != Place.Kind.POINT_OF_SALE:
        line.refuse("outlet-without-sale", "outlet")
    point = place.location
    if {"location", "location_accuracy", "location_source"} & set(touched):
        position = rules.Position(
            point.x if point else None, point.y if point else None, place.location_accuracy, place.location_source
        )
        _flaw(line, rules.position_problem(position))
    if {"location", "producer_id", "kind", "outlet", "contact_consent_on"} & set(touched) or line.new_producer:
        measured = point is not None and place.location_accuracy in rules.MEASURED
        if measured and place.producer is not None and not place.contact_is_public:
            _flaw(line, rules.Problem("contact_consent_on", "home-without-consent"))
    if {"status", "opened_on", "closed_on"} & set(touched):
        closed_on = place.closed_on
        if place.status != Place.Status.OPEN and closed_on is None:
            closed_on = context.today
        moved = place.moved_to_id is not None
        _flaw(line, rules.status_problem(place.status, place.opened_on, closed_on, moved, context.today))
    if place.checked_on and "checked_on" in touched and place.checked_on > context.today:
        line.refuse("date-in-future", "checked_on")
    context.settle_area(line, "province", place, line.record)
    _warn_away(line)


def _flaw(line: Line, problem: rules.Problem | None) -> None:
    if problem is not None:
        line.refuse(f"flaw-{problem.flaw}", problem.field)


def _warn_away(line: Line) -> None:
    if line.point is None or line.commune is None or line.commune.location is None:
        return
    away = metres(line.point, (line.commune.location.x, line.commune.location.y))
    if away > rules.FAR_FROM_COMMUNE_M:
        line.note("far-from-commune", "lat", km=round(away / 1000), commune=line.commune.full_name)
