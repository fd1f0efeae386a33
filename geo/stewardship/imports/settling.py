"""Positions of rows: from whichever columns a row uses, checked against the province it says it is in."""

from geo.places.models import Place
from geo.places.rules import is_inside
from geo.stewardship.imports import positions, vn2000
from geo.stewardship.imports.ground import Ground, metres
from geo.stewardship.imports.lines import Line
from geo.stewardship.imports.values import CLEARED, Unreadable, number

AGREE_M = 50
"""Two positions of one row farther apart than this contradict each other."""

Point = tuple[float, float]


def settle_position(line: Line, ground: Ground) -> None:
    """Fill in ``point`` and the accuracy it is worth by the way it was said."""
    found: list[tuple[Point, str]] = []
    if line.mentions("lat", "lon"):
        found += _degrees(line)
    if line.mentions("coordinates"):
        found += _one_cell(line)
    if line.mentions("x", "y"):
        found += _survey(line, ground)
    if any(metres(found[0][0], point) > AGREE_M for point, _accuracy in found[1:]):
        line.refuse("positions-differ", "lat" if line.mentions("lat") else "coordinates")
    elif found:
        # The survey is the best of them.
        line.point, line.point_accuracy = found[-1]


def _degrees(line: Line) -> list[tuple[Point, str]]:
    if not line.mentions("lat") or not line.mentions("lon"):
        line.refuse("half-position", "lon" if line.mentions("lon") else "lat")
        return []
    try:
        found = positions.from_columns(line.says["lat"], line.says["lon"])
    except Unreadable as unreadable:
        line.refuse(unreadable.code, "lat", **unreadable.facts)
        return []
    if found.swapped:
        line.note("swapped", "lat")
    return [((found.lon, found.lat), Place.Accuracy.ADDRESS.value)]


def _one_cell(line: Line) -> list[tuple[Point, str]]:
    try:
        found = positions.from_cell(line.says["coordinates"])
    except Unreadable as unreadable:
        line.refuse(unreadable.code, "coordinates", **unreadable.facts)
        return []
    if found.swapped:
        line.note("swapped", "coordinates")
    return [((found.lon, found.lat), Place.Accuracy.ADDRESS.value)]


def _survey(line: Line, ground: Ground) -> list[tuple[Point, str]]:
    if not line.mentions("x") or not line.mentions("y"):
        line.refuse("half-position", "x" if line.mentions("x") else "y")
        return []
    field_name = "x"
    try:
        plane = vn2000.plane(line.says["x"], line.says["y"])
        if plane.swapped:
            line.note("swapped-metres", "x")
        field_name = "zone_width"
        width = _width(line)
        field_name = "meridian"
        point = _located(line, plane, width, ground)
    except Unreadable as unreadable:
        line.refuse(unreadable.code, field_name, **unreadable.facts)
        return []
    return [(point, Place.Accuracy.SURVEYED.value)] if point is not None else []


def _width(line: Line) -> int:
    said = line.says.get("zone_width")
    if said is None:
        return 3
    text = str(said).replace("°", "").replace("độ", "").strip()
    width = number(text) if text.replace(".0", "").isdigit() else 0
    if width not in (3, 6):
        raise Unreadable("zone-width", said=str(said))
    return int(width)


def _located(line: Line, plane: vn2000.Plane, width: int, ground: Ground) -> Point | None:
    """Return the position by the meridian that is said, or by the province's; it must lie where the row says."""
    if line.says.get("meridian") not in (None, CLEARED):
        central = vn2000.meridian(line.says["meridian"])
        point = vn2000.to_degrees(plane, central, width)
        if _fits(line, point, ground):
            return point
        _refuse_elsewhere(line, plane, point, vn2000.meridian_words(central), ground)
        return None
    if line.province is None:
        raise Unreadable("meridian-missing")
    of_province = vn2000.defaults_of(line.province.code, line.province_before)
    candidates = of_province if width == 3 else list(vn2000.ZONES_6)
    points = {central: vn2000.to_degrees(plane, central, width) for central in candidates}
    fitting = [central for central, point in points.items() if _fits(line, point, ground)]
    if len(fitting) == 1:
        line.note("meridian-used", "x", meridian=vn2000.meridian_words(fitting[0]))
        return points[fitting[0]]
    if fitting:
        raise Unreadable("meridian-ambiguous", candidates=", ".join(map(vn2000.meridian_words, fitting)))
    tried = ", ".join(map(vn2000.meridian_words, candidates))
    _refuse_elsewhere(line, plane, points[candidates[0]], tried, ground)
    return None


def _refuse_elsewhere(line: Line, plane: vn2000.Plane, point: Point, tried: str, ground: Ground) -> None:
    """Refuse a survey that lies outside the province, with the meridians by which it would lie inside."""
    others = [
        vn2000.meridian_words(central)
        for central in vn2000.ZONES_3
        if _fits(line, vn2000.to_degrees(plane, central), ground)
    ]
    facts = {"tried": tried, "lies": ground.province_at(point), "fitting": ", ".join(others)}
    line.refuse("survey-elsewhere" if others else "survey-nowhere", "x", **facts)


def _fits(line: Line, point: Point, ground: Ground) -> bool:
    if not is_inside(*point):
        return False
    if line.commune is not None and not ground.near_commune(line.commune, point):
        return False
    return line.province is None or ground.holds(line.province, point)
