"""Road times of an OSRM service (http://project-osrm.org/docs/v5.24.0/api/) at the operator's URL, profile ``driving``.

OSRM takes the nearest road however far it is; a point farther than ``SNAP_M`` from it is reached by nobody here.
"""

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any, TypeAlias

from geo.spatial.parameters import LonLat
from geo.spatial.roads.interface import Area, Leg, Line, Matrix, NotCovered, RoadsDown
from geo.spatial.roads.remote import caller
from geo.spatial.roads.valhalla import SNAP_M

TABLE_BLOCK = 50
"""Sources and targets of one question: a service allows 100 points as it comes."""
ROUTE_POINTS = 25

Get: TypeAlias = Callable[[str, dict[str, Any] | None], tuple[int, Any]]
Cell: TypeAlias = tuple[int | None, int | None]


class Osrm:
    """The OSRM service at ``base``; one question may take ``timeout_s``."""

    source = "osrm"

    def __init__(self, base: str, timeout_s: float) -> None:
        self.base, self.timeout_s = base.rstrip("/"), timeout_s

    def matrix(self, sources: Sequence[LonLat], targets: Sequence[LonLat] | None = None) -> Matrix:
        """Return the times of a car. Raises: RoadsDown."""
        goals = sources if targets is None else targets
        get = caller(self.base, self.timeout_s)
        found: dict[tuple[LonLat, LonLat], Cell] = {}
        for top in range(0, len(sources), TABLE_BLOCK):
            for left in range(0, len(goals), TABLE_BLOCK):
                found |= _table(get, sources[top : top + TABLE_BLOCK], goals[left : left + TABLE_BLOCK])
        _check_covered(found)
        rows = [[(0, 0) if one == other else found[one, other] for other in goals] for one in sources]
        return Matrix(
            tuple(tuple(cell[0] for cell in row) for row in rows),
            tuple(tuple(cell[1] for cell in row) for row in rows),
            self.source,
            estimate=False,
        )

    def line(self, points: Sequence[LonLat]) -> Line:
        """Return the way along the roads; a leg without one is empty. Raises: RoadsDown."""
        get = caller(self.base, self.timeout_s)
        found: list[tuple[tuple[tuple[float, float], ...], Leg]] = []
        for start in range(0, len(points) - 1, ROUTE_POINTS - 1):
            found += _route(get, points[start : start + ROUTE_POINTS])
        return Line(tuple(part for part, _ in found), tuple(leg for _, leg in found), self.source, estimate=False)

    def isochrone(self, point: LonLat, seconds: int) -> Area | None:
        """Return nothing: OSRM has no isochrones."""
        return None


def _check_covered(found: dict[tuple[LonLat, LonLat], Cell]) -> None:
    """Raise NotCovered where no way at all is known: the roads of the engine are elsewhere."""
    ways = [cell for (one, other), cell in found.items() if one != other]
    if ways and all(seconds is None for seconds, _metres in ways):
        raise NotCovered("no way between any two points")


def _written(points: Sequence[LonLat]) -> str:
    return ";".join(f"{point.lon:.6f},{point.lat:.6f}" for point in points)


def _table(get: Get, sources: Sequence[LonLat], targets: Sequence[LonLat]) -> dict[tuple[LonLat, LonLat], Cell]:
    first, last = len(sources), len(sources) + len(targets)
    asked = f"sources={';'.join(map(str, range(first)))}&destinations={';'.join(map(str, range(first, last)))}"
    status, answer = get(
        f"/table/v1/driving/{_written([*sources, *targets])}?{asked}&annotations=duration,distance", None
    )
    nowhere: dict[tuple[LonLat, LonLat], Cell] = {(one, other): (None, None) for one in sources for other in targets}
    if status == 400:
        _expect_nothing(answer)
        return nowhere
    try:
        near = [[row["distance"] <= SNAP_M for row in answer[side]] for side in ("sources", "destinations")]
        return {
            (one, other): _cell(answer["durations"][i][j], answer["distances"][i][j])
            if near[0][i] and near[1][j]
            else (None, None)
            for i, one in enumerate(sources)
            for j, other in enumerate(targets)
        }
    except (KeyError, TypeError, IndexError) as error:
        raise RoadsDown(f"table: {error!r}") from None


def _expect_nothing(answer: Any) -> None:
    """Go on where the engine says that no road leads there. Raises: RoadsDown for another refusal."""
    code = answer.get("code") if isinstance(answer, dict) else None
    if code not in {"NoTable", "NoRoute", "NoSegment"}:
        raise RoadsDown(f"osrm refuses: {code}")


def _cell(seconds: float | None, metres: float | None) -> Cell:
    return (None, None) if seconds is None or metres is None else (round(seconds), round(metres))


def _route(get: Get, points: Sequence[LonLat]) -> list[tuple[tuple[tuple[float, float], ...], Leg]]:
    asked = "overview=false&steps=true&geometries=geojson"
    status, answer = get(f"/route/v1/driving/{_written(points)}?{asked}", None)
    if status == 400:
        _expect_nothing(answer)
        if len(points) == 2:
            return [((), Leg(None, None))]
        return [leg for at in range(len(points) - 1) for leg in _route(get, points[at : at + 2])]
    try:
        return [
            (_shape(leg), Leg(round(leg["duration"]), round(leg["distance"]))) for leg in answer["routes"][0]["legs"]
        ]
    except (KeyError, TypeError, IndexError) as error:
        raise RoadsDown(f"route: {error!r}") from None


def _shape(leg: dict[str, Any]) -> tuple[tuple[float, float], ...]:
    return tuple((x, y) for x, y in chain.from_iterable(step["geometry"]["coordinates"] for step in leg["steps"]))
