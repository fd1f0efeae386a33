"""Road times of Valhalla (https://valhalla.github.io/valhalla/api/), wherever it runs: embedded or at a URL.

A point farther than ``SNAP_M`` from every road that a lorry may use is reached by nobody. Ferries count where the road
data has them, with the time it states.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, TypeAlias

from geo.spatial.parameters import LonLat
from geo.spatial.roads.interface import Area, Leg, Line, Matrix, NotCovered, RoadsDown, Row
from geo.spatial.roads.polylines import decode

SNAP_M = 2_000
LORRY = {"costing": "truck", "costing_options": {"truck": {"weight": 5, "axle_load": 4, "height": 3.2, "width": 2.2}}}
"""A light lorry, in tonnes and metres: what fetches from villages."""
MATRIX_BLOCK = 50
"""Sources and targets of one question: 50 × 50 pairs are what a Valhalla service allows as it comes."""
ROUTE_POINTS = 20
LONGEST_ISOCHRONE_S = 2 * 3600


class Refused(Exception):
    """The engine answers that it can't: no road near a point, no way between two."""


Ask: TypeAlias = Callable[[str, dict[str, Any]], Any]
"""Asks one action of the API. Raises: Refused, RoadsDown."""


class Valhalla:
    """Valhalla behind ``session``: a context in which actions can be asked."""

    def __init__(self, source: str, session: Callable[[], AbstractContextManager[Ask]]) -> None:
        self.source, self.session = source, session

    def matrix(self, sources: Sequence[LonLat], targets: Sequence[LonLat] | None = None) -> Matrix:
        """Return the times of a lorry. Raises: RoadsDown."""
        goals = sources if targets is None else targets
        with self.session() as ask:
            reached = _reached(ask, [*sources, *goals])
            _check_covered(reached, sources, goals)
            cells = _cells(ask, [p for p in sources if p in reached], [p for p in goals if p in reached])
        nothing: tuple[None, None] = (None, None)
        rows = [[(0, 0) if one == other else cells.get((one, other), nothing) for other in goals] for one in sources]
        seconds: tuple[Row, ...] = tuple(tuple(cell[0] for cell in row) for row in rows)
        return Matrix(seconds, tuple(tuple(cell[1] for cell in row) for row in rows), self.source, estimate=False)

    def line(self, points: Sequence[LonLat]) -> Line:
        """Return the way along the roads; a leg without one is empty. Raises: RoadsDown."""
        found: list[tuple[tuple[tuple[float, float], ...], Leg]] = []
        with self.session() as ask:
            for start in range(0, len(points) - 1, ROUTE_POINTS - 1):
                found += _legs(ask, points[start : start + ROUTE_POINTS])
        if found and not any(part for part, _ in found) and len(set(points)) > 1:
            raise NotCovered("no road anywhere on the way")
        return Line(tuple(part for part, _ in found), tuple(leg for _, leg in found), self.source, estimate=False)

    def isochrone(self, point: LonLat, seconds: int) -> Area | None:
        """Return the area within reach, up to two hours; ``None`` beyond or off the roads. Raises: RoadsDown."""
        if not 60 <= seconds <= LONGEST_ISOCHRONE_S:
            return None
        asked = {"locations": [_location(point)], "contours": [{"time": seconds / 60}], "polygons": True, **LORRY}
        with self.session() as ask:
            try:
                features = ask("isochrone", asked)["features"]
            except Refused:
                return None
            except (KeyError, TypeError) as error:
                raise RoadsDown(f"isochrone: {error!r}") from None
        return Area(tuple(polygon for feature in features for polygon in _polygons(feature["geometry"])), self.source)


def _location(point: LonLat) -> dict[str, Any]:
    return {"lon": point.lon, "lat": point.lat, "search_cutoff": SNAP_M, "minimum_reachability": 10}


def _reached(ask: Ask, points: Sequence[LonLat]) -> set[LonLat]:
    """Return the points that have a road nearby."""
    distinct = list(dict.fromkeys(points))
    found: set[LonLat] = set()
    for start in range(0, len(distinct), MATRIX_BLOCK):
        block = distinct[start : start + MATRIX_BLOCK]
        try:
            rows = ask("locate", {"locations": [_location(point) for point in block], "verbose": False, **LORRY})
            found |= {point for point, row in zip(block, rows, strict=True) if row.get("edges")}
        except Refused:
            continue
        except (AttributeError, TypeError, ValueError) as error:
            raise RoadsDown(f"locate: {error!r}") from None
    return found


def _check_covered(reached: set[LonLat], sources: Sequence[LonLat], targets: Sequence[LonLat]) -> None:
    """Raise NotCovered where the roads of the engine are elsewhere: then nothing can be said of these points."""
    distinct = {*sources, *targets}
    if len(distinct) > 1 and (len(reached) < 2 or reached.isdisjoint(sources) or reached.isdisjoint(targets)):
        raise NotCovered(f"roads near {len(reached)} of {len(distinct)} points")


def _cells(
    ask: Ask, sources: Sequence[LonLat], targets: Sequence[LonLat]
) -> dict[tuple[LonLat, LonLat], tuple[int | None, int | None]]:
    """Return seconds and metres by pair, asked block by block."""
    found: dict[tuple[LonLat, LonLat], tuple[int | None, int | None]] = {}
    for top in range(0, len(sources), MATRIX_BLOCK):
        for left in range(0, len(targets), MATRIX_BLOCK):
            rows, columns = sources[top : top + MATRIX_BLOCK], targets[left : left + MATRIX_BLOCK]
            asked = {"sources": [*map(_location, rows)], "targets": [*map(_location, columns)], **LORRY}
            try:
                answer = ask("sources_to_targets", asked)["sources_to_targets"]
                for one, cells in zip(rows, answer, strict=True):
                    for other, cell in zip(columns, cells, strict=True):
                        found[one, other] = _cell(cell)
            except Refused:
                continue
            except (KeyError, TypeError, ValueError) as error:
                raise RoadsDown(f"matrix: {error!r}") from None
    return found


def _cell(cell: dict[str, Any]) -> tuple[int | None, int | None]:
    if cell["time"] is None or cell["distance"] is None:
        return None, None
    return round(cell["time"]), round(cell["distance"] * 1000)


def _legs(ask: Ask, points: Sequence[LonLat]) -> list[tuple[tuple[tuple[float, float], ...], Leg]]:
    """Return the shape and length of each leg; when the whole is refused, leg by leg."""
    asked = {"locations": [_location(point) for point in points], "directions_type": "none", **LORRY}
    try:
        legs = ask("route", asked)["trip"]["legs"]
        return [(decode(leg["shape"], 6), _leg(leg["summary"])) for leg in legs]
    except Refused:
        if len(points) == 2:
            return [((), Leg(None, None))]
        return [leg for at in range(len(points) - 1) for leg in _legs(ask, points[at : at + 2])]
    except (KeyError, TypeError, ValueError) as error:
        raise RoadsDown(f"route: {error!r}") from None


def _leg(summary: dict[str, Any]) -> Leg:
    return Leg(round(summary["time"]), round(summary["length"] * 1000))


def _polygons(geometry: dict[str, Any]) -> list[tuple[tuple[tuple[float, float], ...], ...]]:
    many = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [tuple(tuple((x, y) for x, y in ring) for ring in polygon) for polygon in many]
