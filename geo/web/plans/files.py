"""A plan to take along: a workbook, tracks for a navigation device, GeoJSON for other programs."""

import io
import json
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from django.utils.translation import gettext as _

from geo.sourcing.plans.stops import clock_words
from geo.sourcing.plans.telling import WHY, StopTold
from geo.web.plans.ferries import FerryTold, ferry_words
from geo.web.plans.page import Shown, letter

ATTRIBUTION = "© OpenStreetMap contributors, ODbL"
"""What must be said where times and lines follow roads of OpenStreetMap."""


def note(shown: Shown) -> str:
    """Say where times and lines come from."""
    if shown.found["down"]:
        return _("Estimate: the road engine has no answer. Straight distance with a detour, at a mean speed.")
    if shown.found["estimate"]:
        return _("Estimate, no road data: straight distance with a detour, at a mean speed.")
    return _("Times and lines follow the roads (%(source)s; %(attribution)s).") % {
        "source": shown.found["source"],
        "attribution": ATTRIBUTION,
    }


def ferries(shown: Shown) -> list[FerryTold]:
    """Return the ferries of all lorries, in words."""
    legs = (
        leg
        for route in shown.found["routes"]
        for leg in (*(visit.get("ferries", ()) for visit in route["visits"]), route.get("home_ferries", ()))
    )
    return [ferry_words(one) for leg in legs for one in leg]


def geojson(shown: Shown) -> bytes:
    """Return stops as points and the ways of the lorries as lines (RFC 7946)."""
    features: list[dict[str, Any]] = []
    estimate = shown.found["estimate"]
    for route in shown.found["routes"]:
        name = shown.vehicle_name(route["vehicle"])
        line = {"type": "MultiLineString", "coordinates": [part for part in route["line"]["parts"] if part]}
        way = {"lorry": name, "metres": route["metres"], "drive_s": route["drive_s"], "estimate": estimate}
        features.append(_feature(line, way))
        for at, visit in enumerate(route["visits"]):
            stop = shown.stops[visit["stop"]]
            told = {
                "lorry": name,
                "stop": f"{letter(route['vehicle'])}{at + 1}",
                "name": stop.name,
                "place": stop.place or None,
                "arrival": clock_words(visit["arrival"]),
                "leaves": clock_words(visit["leave"]),
                "estimate": estimate,
                "load_kg": visit["kg"],
                "on_board_kg": visit["after_kg"],
                "approximate": stop.approximate,
                "ferries": visit.get("ferries", []),
            }
            features.append(_feature(_point(stop), told))
    for left in shown.found["unserved"]:
        stop = shown.stops[left["stop"]]
        told = {"name": stop.name, "place": stop.place or None, "unserved": left["reason"], "load_kg": left["kg"]}
        features.append(_feature(_point(stop), told))
    whole = {
        "type": "FeatureCollection",
        "date": shown.asked["date"],
        "estimate": estimate,
        "note": note(shown),
        "features": features,
    }
    return json.dumps(whole, ensure_ascii=False).encode()


def _point(stop: StopTold) -> dict[str, Any] | None:
    return None if stop.lon is None else {"type": "Point", "coordinates": [stop.lon, stop.lat]}


def _feature(geometry: dict[str, Any] | None, properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


_GPX = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<gpx xmlns="http://www.topografix.com/GPX/1/1" version="1.1" creator="ocopmap">'
)


def gpx(shown: Shown) -> bytes:
    """Return a track and a route of stops for each lorry (GPX 1.1)."""
    title = _xml(shown.asked.get("title") or shown.asked["date"])
    desc = f"<desc>{_xml(note(shown))}</desc>"
    about = f"<metadata><name>{title}</name>{desc}</metadata>"
    routes, tracks = [], []
    for route in shown.found["routes"]:
        name = _xml(shown.vehicle_name(route["vehicle"]))
        points = "".join(_route_point(shown, route, at) for at in range(len(route["visits"])))
        routes.append(f"<rte><name>{name}</name>{desc}{points}</rte>")
        segments = "".join(
            "<trkseg>" + "".join(f'<trkpt lat="{lat}" lon="{lon}"/>' for lon, lat in part) + "</trkseg>"
            for part in route["line"]["parts"]
            if part
        )
        tracks.append(f"<trk><name>{name}</name>{desc}{segments}</trk>")
    return f"{_GPX}{about}{''.join(routes)}{''.join(tracks)}</gpx>\n".encode()


def _route_point(shown: Shown, route: dict[str, Any], at: int) -> str:
    visit = route["visits"][at]
    stop = shown.stops[visit["stop"]]
    if stop.lon is None:
        return ""
    name = f"{letter(route['vehicle'])}{at + 1} {stop.name}"
    said = f"{_marked(shown, clock_words(visit['arrival']))} · {visit['kg']:g} kg"
    position = f"lat={quoteattr(str(stop.lat))} lon={quoteattr(str(stop.lon))}"
    return f"<rtept {position}><name>{_xml(name)}</name><desc>{_xml(said)}</desc></rtept>"


def _marked(shown: Shown, text: str) -> str:
    """Mark a time or a way as an estimate, where it is one."""
    return f"{text} ({_('estimate')})" if shown.found["estimate"] else text


def _xml(text: str) -> str:
    return escape(_printable(text))


def _printable(text: str) -> str:
    """Return a text without characters that XML can't hold."""
    return "".join(c if c.isprintable() else " " for c in text if c.isprintable() or c.isspace())


def workbook(shown: Shown) -> bytes:
    """Return a workbook: the stops of every lorry in their order, then what nobody serves."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = _("Stops")
    _write(sheet, [
        _("Lorry"), _("Stop"), _("Place"), _("Number on the map"), _("Where"), _marked(shown, _("Arrival")),
        _marked(shown, _("Loading from")), _marked(shown, _("Leaves")), _("Load (kg)"), _("Volume (m³)"),
        _("On board (kg)"), _("On board (m³)"), _marked(shown, _("Way (km)")),
        _marked(shown, _("Time on the road (min)")), _("Longitude"), _("Latitude"),
    ])  # fmt: skip
    for route in shown.found["routes"]:
        for at, visit in enumerate(route["visits"]):
            stop = shown.stops[visit["stop"]]
            _write(sheet, [
                shown.vehicle_name(route["vehicle"]), f"{letter(route['vehicle'])}{at + 1}", stop.name, stop.place,
                stop.where, clock_words(visit["arrival"]), clock_words(visit["begin"]), clock_words(visit["leave"]),
                visit["kg"], visit["m3"], visit["after_kg"], visit["after_m3"], round(visit["drive_m"] / 1000, 1),
                round(visit["drive_s"] / 60), stop.lon, stop.lat,
            ])  # fmt: skip
    left = book.create_sheet(_("Not served"))
    _write(left, [_("Place"), _("Number on the map"), _("Where"), _("Load (kg)"), _("Why")])
    for one in shown.found["unserved"]:
        stop = shown.stops[one["stop"]]
        _write(left, [stop.name, stop.place, stop.where, one["kg"], str(WHY[one["reason"]])])
    about = book.create_sheet(_("About"))
    _write(about, [_("Day"), shown.asked["date"]])
    _write(about, [_("Road times"), note(shown)])
    for said in dict.fromkeys(one.text for one in ferries(shown)):
        _write(about, [_("Ferry"), said])
    for each in (sheet, left, about):
        for column in "ABCDEFGHIJKLMNOP":
            each.column_dimensions[column].width = 30 if column in "CE" else 16
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write(sheet: Any, cells: Sequence[Any]) -> None:
    """Add a row; text stays text, whatever it begins with."""
    row = sheet.max_row + 1 if sheet.max_row > 1 or sheet.cell(1, 1).value is not None else 1
    for column, value in enumerate(cells, 1):
        cell = sheet.cell(row, column)
        cell.value = _printable(value) if isinstance(value, str) else value
        if isinstance(value, str):
            cell.data_type, cell.number_format = "s", "@"


FILES = {
    "plan.xlsx": (workbook, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "plan.gpx": (gpx, "application/gpx+xml"),
    "plan.geojson": (geojson, "application/geo+json"),
}
"""What can be downloaded: name to how it is made and its media type."""
