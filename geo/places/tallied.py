"""Rows of the tally (``sql/tally.sql``), and the queries that read them beside what waits to be merged."""

from dataclasses import dataclass

from geo.catalog.models import ProductCategory
from geo.places import atoms
from geo.places.covering import Cover
from geo.spatial.clusters import Sql

EVERY = -1
"""Node of every place, whatever it grows, makes or sells."""

TOTAL = -2
"""Node of every place as well, its counts told apart by kind only."""

STARS = -1_000_000
"""Node of every place with goods, its quality the set of the stars of their certificates, whatever their states."""

STATES = -1_000_001
"""The same, its quality the set of the states of its goods, whatever their stars."""

SUM = -3
"""Less a node: that node, its places told apart by kind only."""

LEVELS = (0, 4, 5, 7, 9)
"""Tile matrices that are kept; the same as ``places_tally_levels()``."""

FIRST_BY_PROVINCE = 5
"""The coarsest level that tells provinces apart; it and the coarsest of all know places without a position."""

FINEST = LEVELS[-1]


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

    sums: int | None = None
    """``STARS`` when the qualities are all with some stars, ``STATES`` when all in some states, of any goods."""

    @property
    def by_kind(self) -> bool:
        """Whether counts that are told apart by kind only can answer."""
        return not (self.statuses or self.provinces)

    @property
    def is_summed(self) -> bool:
        """Whether it asks for no more than kinds, a position and a box."""
        return self.by_kind and self.mask == -1

    def conditions(self) -> Sql:
        """Return the conditions on columns that tally and waiting changes share."""
        found = Sql("true")
        for column, wanted in (("kind", self.kinds), ("status", self.statuses), ("province_id", self.provinces)):
            if wanted:
                found += Sql(f" AND {column} = ANY (%s)", (list(wanted),))
        return found


def counted(asked: Question, *, by_province: bool = False, every_node: bool = False, sums: int | None = None) -> Sql:
    """Return a query of counts: node, quality, kind, status, province_id (0 unless by province), unlocated, n.

    Read through the primary key of ``places_tally``, or ``places_tally_province``. With ``every_node`` the node of
    ``asked`` doesn't count; there is a row for each of a place's nodes. ``sums`` is the node of sets to read instead.
    """
    if asked.cover:
        return _covered(asked, asked.cover, by_province=by_province, every_node=every_node, sums=sums)
    level = FIRST_BY_PROVINCE if by_province or asked.provinces else LEVELS[0]
    node = f"{SUM} - node AS node" if every_node and asked.is_summed else "node"
    kept = Sql(
        f"SELECT {node}, quality, kind, status, province_id, cell < 0 AS unlocated, n FROM places_tally"
        f" WHERE zoom = {level} AND node = ANY (%s) AND ",
        (_nodes_of_cells(asked, every_node=every_node, sums=sums),),
    ) + good_enough(asked)
    waiting = (
        Sql(" UNION ALL SELECT node, quality, kind, status, province_id, world_x IS NULL, sign FROM places_tallydelta ")
        + (_NODES if every_node else _one_node(asked.node))
        + Sql(" WHERE ")
        + (good_enough(asked) if every_node else on_shelf(asked))
    )
    return (
        kept
        + asked.conditions()
        + _position(asked, "cell >= 0", "cell < 0")
        + waiting
        + asked.conditions()
        + _position(asked, "world_x IS NOT NULL", "world_x IS NULL")
    )


def counted_inside(
    asked: Question, cover: Cover, *, by_province: bool = False, every_node: bool = False, sums: int | None = None
) -> Sql:
    """Return the same for the cells that lie wholly inside a box, with what waits to be merged into them.

    Reads through the primary key of ``places_tally``, where each node is a range.
    """
    levels = [one for one in LEVELS[1:] if one >= FIRST_BY_PROVINCE or not (by_province or asked.provinces)]
    nodes_asked = _nodes_of_cells(asked, every_node=every_node, sums=sums)
    node = f"{SUM} - node AS node" if every_node and asked.is_summed else "node"
    shelf, place = _of_places(asked, every_node=every_node)
    return (
        cover.cells_of(
            levels,
            Sql(
                f"SELECT {node}, quality, kind, status, province_id, false AS unlocated, n FROM places_tally"
                " WHERE node = ANY (%s) AND ",
                (nodes_asked,),
            )
            + good_enough(asked)
            + asked.conditions(),
        )
        + Sql(f"{_PLACE_COLUMNS}, sign FROM places_tallydelta ")
        + shelf
        + place
        + cover.inside(FINEST)
    )


def _covered(asked: Question, cover: Cover, *, by_province: bool, every_node: bool, sums: int | None) -> Sql:
    """Return the same for a box: its cells, and the marks of its rim (places_mark_point)."""
    shelf, place = _of_places(asked, every_node=every_node)
    return (
        counted_inside(asked, cover, by_province=by_province, every_node=every_node, sums=sums)
        + Sql(f" UNION ALL {_PLACE_COLUMNS}, 1 FROM places_mark ")
        + shelf
        + place
        + cover.rim(FINEST)
    )


_PLACE_COLUMNS = "SELECT node, quality, kind, status, province_id, false"


def _of_places(asked: Question, *, every_node: bool) -> tuple[Sql, Sql]:
    """Return what gives each place its nodes and qualities, and the conditions on it, up to one more with AND."""
    shelf = _one_node(asked.node)
    if every_node:
        shelf = _NODES if asked.mask != -1 else _BARE_NODES
    place = Sql(" WHERE ") + (good_enough(asked) if every_node else on_shelf(asked)) + asked.conditions()
    return shelf, place + Sql(" AND ")


def _nodes_of_cells(asked: Question, *, every_node: bool, sums: int | None) -> list[int]:
    """Return the nodes that are read of cells; each is a range of the primary key."""
    if not every_node:
        return [asked.node if sums is None else sums]
    pks = ProductCategory.objects.order_by().values_list("pk", flat=True)
    known = [atoms.ANY, atoms.NO_CATEGORY, *map(atoms.node_of, pks)]
    return [SUM - node for node in known] if asked.is_summed else known


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
    if node == EVERY:
        return Sql("CROSS JOIN (VALUES (%s, 0::bigint)) AS of_shelf (node, quality)", (node,))
    return Sql(
        "CROSS JOIN LATERAL (SELECT %s AS node, coalesce(bit_or(1::bigint << (atom %% 64)), 0) AS quality"
        " FROM unnest(shelf) AS atom WHERE atom / 64 = %s AND atom %% 64 <> 63) AS of_shelf",
        (node, node),
    )


def good_enough(asked: Question) -> Sql:
    """Return the condition, with AND, that a quality is one of those asked for."""
    return Sql("quality & %s <> 0 AND ", (asked.mask,)) if asked.mask != -1 else Sql("")


def on_shelf(asked: Question) -> Sql:
    """Return the condition, with AND, that a shelf has one of the atoms asked for."""
    return Sql("shelf && %s::int[] AND ", (list(asked.atoms),)) if asked.node != EVERY else Sql("")


def _position(asked: Question, some: str, none: str) -> Sql:
    if asked.located is None:
        return Sql("")
    return Sql(f" AND {some if asked.located else none}")
