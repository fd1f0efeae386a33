"""Numbers of places read from the tally (``sql/tally.sql``), for the filters that it can answer.

It answers for at most one category, stars and states of OCOP, provinces of today, kinds and statuses, with or without a
position. Everything else is counted from the marks. Every statement adds what is still waiting to be merged, so that
the tally is never behind.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db import connection

from geo.catalog.models import OCOP
from geo.places import atoms, marks
from geo.places.covering import cover_of, holds_all
from geo.places.filters import PlaceFilter
from geo.places.marked import nodes
from geo.places.models import PlaceMark
from geo.places.tallied import (
    EVERY,
    FINEST,
    FIRST_BY_PROVINCE,
    LEVELS,
    STARS,
    STATES,
    TOTAL,
    Question,
    counted,
    counted_inside,
    good_enough,
    on_shelf,
)
from geo.spatial.clusters import CELLS, Sql, cell_of, in_tile
from geo.spatial.parameters import BBox
from geo.spatial.tiles import Tile

_ANSWERED = ("province", "categories", "stars", "states", "scheme", "kinds", "statuses", "located", "radius_m")


def question(asked: PlaceFilter, *, boxed: bool = False) -> Question | None:
    """Return how the tally is asked for ``asked``; ``None`` when it can't answer that.

    With ``boxed`` it may lie in a large box: then clusters can't be asked for, nor places without a position.
    """
    if boxed and asked.bbox and asked.located is not False:
        found = question(asked.without("bbox"))
        return found and _in_box(found, asked.bbox)
    if not asked.asks_only(_ANSWERED) or len(asked.categories) > 1 or asked.certificate_scheme != OCOP:
        return None
    if asked.province and (asked.province.commune_ids or not asked.province.province_ids):
        return None
    if asked.states and not marks.current():
        return None
    return _question(asked)


def _in_box(asked: Question, box: BBox) -> Question | None:
    """Return the question for what lies in a box; one around all places asks for no more than a position."""
    if holds_all(box):
        return replace(asked, located=True)
    cover = cover_of(box, FINEST)
    return replace(asked, cover=cover) if cover else None


def _question(asked: PlaceFilter) -> Question:
    node, mask, wanted, sums = EVERY, -1, [], None
    if asked.asks_product:
        (node,) = nodes(asked.categories) or [EVERY - 1]
        qualities = atoms.wanted_qualities(asked.stars, asked.states, any_certificate=asked.asks_certificate)
        mask, wanted = atoms.mask(qualities), atoms.wanted_atoms([node], qualities)
        if node == atoms.ANY and not (asked.stars and asked.states):
            sums = STARS if asked.stars else STATES
    return Question(
        node=node,
        mask=mask,
        atoms=tuple(wanted),
        kinds=tuple(PlaceMark.KINDS.index(kind) for kind in asked.kinds),
        statuses=tuple(PlaceMark.STATUSES.index(status) for status in asked.statuses),
        provinces=asked.province.province_ids if asked.province else (),
        located=asked.located,
        sums=sums,
    )


def level_of(asked: Question, zoom: int) -> int:
    """Return the level that a tile of a matrix is read from."""
    return next(one for one in LEVELS if one >= zoom and (one >= FIRST_BY_PROVINCE or not asked.provinces))


def cluster_parts(asked: Question, tile: Tile) -> Sql:
    """Return the parts of the clusters of a tile down to ``FINEST``, as ``geo.spatial.clusters`` wants them.

    Read through the primary key of ``places_tally``.
    """
    level = level_of(asked, tile.zoom)
    finer = level - tile.zoom
    node = TOTAL if asked.node == EVERY and asked.is_common else asked.node
    columns, rows = (list(range(start << finer, (start + 1) << finer)) for start in (tile.col, tile.row))
    column, row = f"(tile_col * {CELLS} + cell %% {CELLS})", f"(tile_row * {CELLS} + cell / {CELLS})"
    kept = (
        Sql(
            f"SELECT {column} >> {finer}, {row} >> {finer}, kind, n, sum_x, sum_y, sum_place, min_x, max_x, min_y,"
            " max_y FROM places_tally WHERE zoom = %s AND node = %s"
            " AND tile_col = ANY (%s) AND tile_row = ANY (%s) AND cell >= 0 AND ",
            (level, node, columns, rows),
        )
        + good_enough(asked)
        + asked.conditions()
    )
    waiting = (
        Sql(
            f" UNION ALL SELECT {cell_of(tile.zoom, 'world_x')}, {cell_of(tile.zoom, 'world_y')}, kind, sign,"
            " sign * world_x::bigint, sign * world_y::bigint, sign * place_id, world_x, world_x, world_y, world_y"
            " FROM places_tallydelta WHERE "
        )
        + in_tile(tile)
        + Sql(" AND ")
        + on_shelf(asked)
        + asked.conditions()
    )
    nothing = Sql(" AND false") if asked.located is False else Sql("")
    return replace(kept + nothing + waiting + nothing, often=asked.is_common)


def make_missing_tiles() -> int:
    """Make the tiles of clusters without a filter that are missing, after loads and many changes; return how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT places_make_missing_tiles()")
        (made,) = cursor.fetchone()
    return int(made)


def totals(asked: Question) -> tuple[int, int]:
    """Return how many places there are, and how many of them have no position."""
    ((total, unlocated),) = _rows(
        "SELECT coalesce(sum(n), 0)::int, coalesce(sum(n) FILTER (WHERE unlocated), 0)::int",
        counted(asked, sums=asked.sums if asked.by_kind else None),
    )
    return total, unlocated


def are_more_than(asked: PlaceFilter, most: int) -> bool:
    """Return whether the cells that lie wholly inside the box asked for hold more places: there may be more about them.

    ``False`` without a large box, and when the tally can't answer for what is asked in it.
    """
    cover = cover_of(asked.bbox, FINEST) if asked.bbox and asked.located is not False else None
    found = question(asked.without("bbox")) if cover else None
    if cover is None or found is None:
        return False
    ((inside,),) = _rows("SELECT coalesce(sum(n), 0)::int", counted_inside(found, cover))
    return bool(inside > most)


def by_columns(asked: Question, columns: Sequence[str]) -> list[tuple[Any, ...]]:
    """Return rows of values of ``columns`` (kind, status, province_id, unlocated) with the number of their places."""
    names = ", ".join(columns)
    rows = counted(asked, by_province="province_id" in columns)
    return _rows(f"SELECT {names}, sum(n)::int", rows, f"GROUP BY {names} HAVING sum(n) > 0")


def by_node(asked: Question) -> dict[int, int]:
    """Return the number of places by node, those without any left out; the node of ``asked`` doesn't count."""
    return dict(_rows("SELECT node, sum(n)::int", counted(asked, every_node=True), "GROUP BY node HAVING sum(n) > 0"))


def by_quality(asked: Question, of_each: Sequence[Sequence[int]], sums: int | None = None) -> list[int]:
    """Return the number of places with one of the qualities, for each of several sets of them.

    ``sums`` is ``tallied.STARS`` when each set is of all qualities with some stars, ``STATES`` when it is of all in
    some states.
    """
    is_summed = sums is not None and asked.node == EVERY and asked.is_summed
    if asked.node == EVERY:
        asked = replace(asked, node=atoms.ANY, atoms=(atoms.atom(atoms.ANY),))
    masks = [atoms.mask(qualities) for qualities in of_each]
    numbers = ", ".join(f"coalesce(sum(n) FILTER (WHERE quality & {mask} <> 0), 0)::int" for mask in masks)
    return list(_rows(f"SELECT {numbers}", counted(asked, sums=sums if is_summed else None))[0])


def _rows(select: str, query: Sql, rest: str = "") -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"{select} FROM ({query.text}) AS counted {rest}", query.params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
