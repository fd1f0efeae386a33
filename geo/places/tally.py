"""Numbers of places read from the tally (``sql/tally.sql``), for the filters that it can answer.

It answers for at most one category, stars and states of OCOP, provinces of today, kinds and statuses, with or without a
position. Everything else is counted from the marks. Every statement adds what is still waiting to be merged, so that
the tally is never behind.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection

from geo.catalog.models import OCOP, ProductCategory
from geo.places import atoms, marks
from geo.places.covering import Cover, cover_of, holds_all
from geo.places.filters import PlaceFilter
from geo.places.marked import nodes
from geo.places.models import PlaceMark
from geo.spatial.clusters import CELLS, Sql, cell_of, in_tile
from geo.spatial.parameters import BBox
from geo.spatial.tiles import Tile

EVERY = -1
"""Node of every place, whatever it grows, makes or sells."""

TOTAL = -2
"""Node of every place as well, its counts told apart by kind only."""

LEVELS = (0, 4, 5, 7, 9)
"""Tile matrices that are kept; the same as ``places_tally_levels()``."""

FIRST_BY_PROVINCE = 5
"""The coarsest level that tells provinces apart; it and the coarsest of all know places without a position."""

FINEST = LEVELS[-1]
_ANSWERED = ("province", "categories", "stars", "states", "scheme", "kinds", "statuses", "located", "radius_m")


@dataclass(frozen=True)
class Question:
    """A filter as the tally is asked: a node, the qualities wanted as bits (-1: any), and columns of the place."""

    node: int
    mask: int
    atoms: tuple[int, ...] = ()
    kinds: tuple[int, ...] = ()
    statuses: tuple[int, ...] = ()
    provinces: tuple[int, ...] = ()
    located: bool | None = None
    cover: Cover | None = None
    """A box that the places lie in."""

    @property
    def is_common(self) -> bool:
        """Whether it asks for a category and certificates at most: its statement is one of a few."""
        return not (self.kinds or self.statuses or self.provinces) and self.located is None

    def conditions(self) -> Sql:
        """Return the conditions on columns that tally and waiting changes share."""
        found = Sql("true")
        for column, wanted in (("kind", self.kinds), ("status", self.statuses), ("province_id", self.provinces)):
            if wanted:
                found += Sql(f" AND {column} = ANY (%s)", (list(wanted),))
        return found


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
    node, mask, wanted = EVERY, -1, []
    if asked.asks_product:
        (node,) = nodes(asked.categories) or [EVERY - 1]
        qualities = atoms.wanted_qualities(asked.stars, asked.states, any_certificate=asked.asks_certificate)
        mask, wanted = atoms.mask(qualities), atoms.wanted_atoms([node], qualities)
    return Question(
        node=node,
        mask=mask,
        atoms=tuple(wanted),
        kinds=tuple(PlaceMark.KINDS.index(kind) for kind in asked.kinds),
        statuses=tuple(PlaceMark.STATUSES.index(status) for status in asked.statuses),
        provinces=asked.province.province_ids if asked.province else (),
        located=asked.located,
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
        + _good_enough(asked)
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
        + _on_shelf(asked)
        + asked.conditions()
    )
    nothing = Sql(" AND false") if asked.located is False else Sql("")
    return replace(kept + nothing + waiting + nothing, often=asked.is_common)


def totals(asked: Question) -> tuple[int, int]:
    """Return how many places there are, and how many of them have no position."""
    ((total, unlocated),) = _rows(
        "SELECT coalesce(sum(n), 0)::int, coalesce(sum(n) FILTER (WHERE unlocated), 0)::int", _counted(asked)
    )
    return total, unlocated


def by_columns(asked: Question, columns: Sequence[str]) -> list[tuple[Any, ...]]:
    """Return rows of values of ``columns`` (kind, status, province_id, unlocated) with the number of their places."""
    names = ", ".join(columns)
    rows = _counted(asked, by_province="province_id" in columns)
    return _rows(f"SELECT {names}, sum(n)::int", rows, f"GROUP BY {names} HAVING sum(n) > 0")


def by_node(asked: Question) -> dict[int, int]:
    """Return the number of places by node, those without any left out; the node of ``asked`` doesn't count."""
    return dict(_rows("SELECT node, sum(n)::int", _counted(asked, every_node=True), "GROUP BY node HAVING sum(n) > 0"))


def by_quality(asked: Question, of_each: Sequence[Sequence[int]]) -> list[int]:
    """Return the number of places with one of the qualities, for each of several sets of them."""
    if asked.node == EVERY:
        asked = replace(asked, node=atoms.ANY, atoms=(atoms.atom(atoms.ANY),))
    masks = [atoms.mask(qualities) for qualities in of_each]
    sums = ", ".join(f"coalesce(sum(n) FILTER (WHERE quality & {mask} <> 0), 0)::int" for mask in masks)
    return list(_rows(f"SELECT {sums}", _counted(asked))[0])


def _rows(select: str, counted: Sql, rest: str = "") -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"{select} FROM ({counted.text}) AS counted {rest}", counted.params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _counted(asked: Question, *, by_province: bool = False, every_node: bool = False) -> Sql:
    """Return a query of counts: node, quality, kind, status, province_id (0 unless by province), unlocated, n.

    Read through the primary key of ``places_tally``, or ``places_tally_province``. With ``every_node`` the node of
    ``asked`` doesn't count; there is a row for each of a place's nodes.
    """
    if asked.cover:
        return _covered(asked, asked.cover, by_province=by_province, every_node=every_node)
    level = FIRST_BY_PROVINCE if by_province or asked.provinces else LEVELS[0]
    kept = Sql(
        "SELECT node, quality, kind, status, province_id, cell < 0 AS unlocated, n FROM places_tally"
        f" WHERE zoom = {level} AND "
    )
    kept += (Sql("node >= 0 AND ") if every_node else Sql("node = %s AND ", (asked.node,))) + _good_enough(asked)
    waiting = (
        Sql(" UNION ALL SELECT node, quality, kind, status, province_id, world_x IS NULL, sign FROM places_tallydelta ")
        + (_NODES if every_node else _one_node(asked.node))
        + Sql(" WHERE ")
        + (_good_enough(asked) if every_node else _on_shelf(asked))
    )
    return (
        kept
        + asked.conditions()
        + _position(asked, "cell >= 0", "cell < 0")
        + waiting
        + asked.conditions()
        + _position(asked, "world_x IS NOT NULL", "world_x IS NULL")
    )


def _covered(asked: Question, cover: Cover, *, by_province: bool, every_node: bool) -> Sql:
    """Return the same for a box: its cells, what waits to be merged into them, and the marks of its rim.

    Reads through the primary key of ``places_tally``, where each node is a range, and ``places_mark_point``.
    """
    levels = [one for one in LEVELS[1:] if one >= FIRST_BY_PROVINCE or not (by_province or asked.provinces)]
    nodes_asked = _known_nodes() if every_node else [asked.node]
    shelf = _one_node(asked.node)
    if every_node:
        shelf = _NODES if asked.mask != -1 else _BARE_NODES
    place = Sql(" WHERE ") + (_good_enough(asked) if every_node else _on_shelf(asked)) + asked.conditions()
    columns = "SELECT node, quality, kind, status, province_id, false"
    return (
        cover.cells_of(
            levels,
            Sql(f"{columns} AS unlocated, n FROM places_tally WHERE node = ANY (%s) AND ", (nodes_asked,))
            + _good_enough(asked)
            + asked.conditions(),
        )
        + Sql(f"{columns}, sign FROM places_tallydelta ")
        + shelf
        + place
        + Sql(" AND ")
        + cover.inside(FINEST)
        + Sql(f" UNION ALL {columns}, 1 FROM places_mark ")
        + shelf
        + place
        + Sql(" AND ")
        + cover.rim(FINEST)
    )


def _known_nodes() -> list[int]:
    pks = ProductCategory.objects.order_by().values_list("pk", flat=True)
    return [atoms.ANY, atoms.NO_CATEGORY, *map(atoms.node_of, pks)]


_BARE_NODES = Sql(
    "CROSS JOIN LATERAL (SELECT atom / 64 AS node, 0::bigint AS quality FROM unnest(shelf) AS atom"
    " WHERE atom %% 64 = 63) AS of_shelf"
)
"""The nodes of a shelf where no quality is asked for: each has one atom that says nothing else."""

_NODES = Sql(
    "CROSS JOIN LATERAL (SELECT atom / 64 AS node, bit_or(1::bigint << (atom %% 64)) AS quality"
    " FROM unnest(shelf) AS atom WHERE atom %% 64 <> 63 GROUP BY 1) AS of_shelf"
)


def _one_node(node: int) -> Sql:
    return Sql(
        "CROSS JOIN LATERAL (SELECT %s AS node, coalesce(bit_or(1::bigint << (atom %% 64)), 0) AS quality"
        " FROM unnest(shelf) AS atom WHERE atom / 64 = %s AND atom %% 64 <> 63) AS of_shelf",
        (node, node),
    )


def _good_enough(asked: Question) -> Sql:
    return Sql("quality & %s <> 0 AND ", (asked.mask,)) if asked.mask != -1 else Sql("")


def _on_shelf(asked: Question) -> Sql:
    return Sql("shelf && %s::int[] AND ", (list(asked.atoms),)) if asked.node != EVERY else Sql("")


def _position(asked: Question, some: str, none: str) -> Sql:
    if asked.located is None:
        return Sql("")
    return Sql(f" AND {some if asked.located else none}")
