"""How much longer a way is because the straight one leaves the mainland: over a bay, or through a neighbour.

The mainland of Viet Nam is drawn in cells of a fifth of a degree (``fixtures/roads/mainland.txt``). A way from cell to
cell that stays inside is compared with one that could go anywhere: their quotient tells what a bay or a border adds,
beyond the tenth that is common. What is narrower than a cell isn't seen. Each cell's ways are found once and kept:
there are some 700, so that this costs a few seconds and megabytes in the life of a process, however much is asked.
"""

import heapq
import math
from array import array
from functools import cache, lru_cache

from geo.spatial.parameters import LonLat
from geo.spatial.roads.land import ROADS_FIXTURES

WEST, NORTH, STEP = 102.0, 23.6, 0.2
NEAR = 2
"""So many cells from land a point still belongs to the nearest one: shores are coarse."""
COMMON = 1.1
"""A tenth more than the free way is nothing special: coasts curve, cells are coarse, the stated detour has it in it."""
DIAGONAL = math.sqrt(2)
Cell = tuple[int, int]


@cache
def cells() -> dict[Cell, int]:
    """Return the cells of the mainland as (row from the north, column from the west), numbered."""
    text = (ROADS_FIXTURES / "mainland.txt").read_text(encoding="utf-8")
    rows = enumerate(line for line in text.splitlines() if not line.startswith(";"))
    found = [(row, column) for row, line in rows for column, sign in enumerate(line) if sign == "#"]
    return {cell: number for number, cell in enumerate(found)}


def cell_of(point: LonLat) -> Cell | None:
    """Return the cell that a point is in, or the nearest one; ``None`` far from the mainland."""
    row, column = (NORTH - point.lat) / STEP, (point.lon - WEST) / STEP
    here = math.floor(row), math.floor(column)
    known = cells()
    if here in known:
        return here
    around = [(here[0] + y, here[1] + x) for y in range(-NEAR, NEAR + 1) for x in range(-NEAR, NEAR + 1)]
    near = [cell for cell in around if cell in known]
    return min(near, key=lambda cell: math.hypot(cell[0] + 0.5 - row, cell[1] + 0.5 - column), default=None)


def factor(one: Cell | None, other: Cell | None) -> float:
    """Return how many times longer than usual the way is that stays on the mainland; 1 where nothing is known."""
    if one is None or other is None or one == other:
        return 1.0
    inside = _lengths(one)[cells()[other]]
    long, short = sorted((abs(one[0] - other[0]), abs(one[1] - other[1])), reverse=True)
    anywhere = long - short + DIAGONAL * short
    return max(1.0, inside / anywhere / COMMON) if math.isfinite(inside) else 1.0


def way(one: Cell, other: Cell) -> list[tuple[float, float]]:
    """Return the middles (longitude, latitude) of the cells where a way between two others turns."""
    lengths, known, beside = _lengths(one), cells(), _beside()
    path = [known[other]]
    while lengths[path[-1]] and math.isfinite(lengths[path[-1]]):
        path.append(min(beside[path[-1]], key=lambda to: lengths[to[0]] + to[1])[0])
    middles = list(known)
    steps = [middles[number] for number in reversed(path)]
    turns = [b for a, b, c in zip(steps, steps[1:], steps[2:], strict=False) if _step(a, b) != _step(b, c)]
    return [(round(WEST + (x + 0.5) * STEP, 6), round(NORTH - (y + 0.5) * STEP, 6)) for y, x in turns]


def _step(one: Cell, other: Cell) -> Cell:
    return other[0] - one[0], other[1] - one[1]


@lru_cache(maxsize=1_000)
def _lengths(start: Cell) -> "array[float]":
    """Return the length of the shortest way inside from ``start`` to each cell, in cells (Dijkstra)."""
    beside, first = _beside(), cells()[start]
    found = array("d", [math.inf]) * len(beside)
    found[first] = 0.0
    waiting = [(0.0, first)]
    while waiting:
        length, here = heapq.heappop(waiting)
        if length > found[here]:
            continue
        for to, step in beside[here]:
            if length + step < found[to]:
                found[to] = length + step
                heapq.heappush(waiting, (length + step, to))
    return found


@cache
def _beside() -> list[list[tuple[int, float]]]:
    """Return the cells beside each cell, by number, and how far they are."""
    known = cells()
    around = [(y, x, math.hypot(y, x)) for y in (-1, 0, 1) for x in (-1, 0, 1) if y or x]
    return [
        [(known[row + y, column + x], far) for y, x, far in around if (row + y, column + x) in known]
        for row, column in known
    ]
