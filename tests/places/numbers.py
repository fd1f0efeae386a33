"""A varied register for the tests of numbers, random filters, and every way there is to count what they ask for."""

import json
import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.contrib.gis.geos import Point
from django.db import connection

from geo.catalog.models import Certificate, Product
from geo.divisions.models import Division
from geo.places import counts, facets, selectors
from geo.places.filters import PlaceFilter, place_filter
from geo.places.models import Place, PlaceClusterTile, PlaceMark, PlaceProduct
from geo.places.tiles import ALONE, EVERYTHING, KEPT_LAYER, cluster_parts, kept_tile, live_parts, place_tile
from geo.spatial import calendar
from geo.spatial.clusters import Sql, clusters_mvt
from geo.spatial.tiles import Tile, world
from tests import factories

KINDS = tuple(Place.Kind.values)
STATUSES = ("open", "open", "open", "closed")
CODES = ("I", "I.1", "I.1.1", "I.1.2", "I.2.3", "IV.1.21", "")
CORNERS = ((102.2, 8.5), (109.4, 23.3))
TALLY = (
    "SELECT zoom, node, tile_col, tile_row, cell, province_id, kind, status, quality, n, sum_x, sum_y, sum_place"
    " FROM places_tally ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9"
)


@dataclass
class Register:
    """What was made, and the dice that made it."""

    dice: random.Random
    provinces: list[Division] = field(default_factory=list)
    products: list[Product] = field(default_factory=list)

    def position(self) -> Point | None:
        """Return a position in the country, one of two that many share, or none."""
        draw = self.dice.random()
        if draw < 0.15:
            return None
        if draw < 0.3:
            return Point(*self.dice.choice(((105.85, 21.03), (106.7, 10.78))), srid=4326)
        (west, south), (east, north) = CORNERS
        return Point(self.dice.uniform(west, east), self.dice.uniform(south, north), srid=4326)

    def values(self) -> dict[str, Any]:
        """Return columns of a place."""
        position = self.position()
        return {
            "location": position,
            "location_accuracy": self.dice.choice(("address", "commune_point")) if position else "none",
            "province": self.dice.choice(self.provinces),
            "kind": self.dice.choice(KINDS),
            "status": self.dice.choice(STATUSES),
        }

    def add(self, number: int) -> None:
        """Make places with up to four products each."""
        for _number in range(number):
            place = factories.place(f"Nơi {self.dice.randrange(10**6)}", commune=None, **self.values())
            for product in self.dice.sample(self.products, self.dice.choice((0, 1, 1, 2, 4))):
                factories.sells(place, product)

    def disturb(self) -> None:
        """Change something, in one of the ways things change."""
        dice = self.dice
        places, parts = Place.objects.order_by("pk"), PlaceProduct.objects.order_by("pk")
        one = places[dice.randrange(places.count())]
        match dice.randrange(9):
            case 0:
                self.add(3)
            case 1:
                Place.objects.filter(pk=one.pk).update(**self.values())
            case 2:
                one.delete()
            case 3:
                one.name = "Tên khác"
                one.save()
            case 4:
                Place.objects.filter(pk__in=places[:20].values("pk")).update(status=dice.choice(STATUSES))
            case 5 if parts.exists():
                parts[dice.randrange(parts.count())].delete()
            case 6:
                self.certify(dice.choice(self.products))
            case 7:
                Certificate.objects.filter(stars=dice.choice((3, 4, 5))).update(revoked_on=calendar.today())
            case _:
                product = dice.choice(self.products)
                product.category = factories.category(dice.choice(CODES[:-1]))
                product.category_basis = "source"
                product.save()

    def certify(self, product: Product) -> None:
        """Give a product a certificate that holds, has ended, ends soon, or isn't begun."""
        decided = calendar.today() - timedelta(days=self.dice.choice((30, 400, 1060, 1500)))
        factories.certificate(product, stars=self.dice.choice((3, 4, 5)), decision_date=decided)


def register(seed: int, places: int = 60) -> Register:
    """Return a small varied register, the same for the same seed."""
    made = Register(random.Random(seed))
    names = (("Hà Nội", "01"), ("An Giang", "91"), ("Huế", "46"))
    made.provinces = [factories.province(name, code) for name, code in names]
    for number in range(20):
        code = made.dice.choice(CODES)
        product = factories.product(f"Sản phẩm {number}", category=factories.category(code) if code else None)
        made.products.append(product)
        if made.dice.random() < 0.75:
            made.certify(product)
    factories.certificate(made.products[0], scheme=factories.scheme("VIETGAP"), valid_from=date(2025, 1, 1))
    made.add(places)
    return made


def some_filter(dice: random.Random) -> dict[str, str]:
    """Return a random filter; most of them the tally can answer."""
    known = sorted(
        {code[:length] for code in CODES for length in (1, 3, 5, 6, 7) if code[:length].rstrip(".") == code[:length]}
        - {""}
    )
    offered = {
        "category": lambda: dice.choice(["I", "I.1", "I.1.1", "I.2", "IV", "none", "I.1,IV", "I,none"]),
        "stars": lambda: ",".join(sorted(dice.sample("345", dice.choice((1, 2))))),
        "certificate": lambda: ",".join(
            dice.sample(["valid", "ending", "expired", "none", "revoked"], dice.choice((1, 2)))
        ),
        "province": lambda: dice.choice(["01", "91", "01,46"]),
        "kind": lambda: ",".join(dice.sample(KINDS, dice.choice((1, 2)))),
        "status": lambda: dice.choice(["open", "closed", "open,closed"]),
        "located": lambda: dice.choice(["true", "false"]),
        "scheme": lambda: dice.choice(["OCOP", "OCOP", "VIETGAP"]),
        "q": lambda: dice.choice(["noi", "san pham 1"]),
        "near": lambda: "105.85,21.03",
        "bbox": lambda: "103,8,107,22",
        "open_at": lambda: "2026-11-21T10:00",
        "datetime": lambda: "2026-01-01",
    }
    assert known
    usual, rare = list(offered)[:7], list(offered)[7:]
    names = dice.sample(usual, dice.choice((0, 1, 2, 2, 3))) + ([dice.choice(rare)] if dice.random() < 0.3 else [])
    return {name: offered[name]() for name in names}


def parsed(query: dict[str, str]) -> PlaceFilter:
    return place_filter({name: [value] for name, value in query.items()})


def tiles_of(zoom: int) -> list[Tile]:
    """Return the tiles of a matrix that hold the country."""
    (west, south), (east, north) = CORNERS
    (left, low), (right, high) = world(west, south), world(east, north)
    side = 2**zoom
    return [
        Tile(zoom, row, col)
        for row in range(int(high * side), int(low * side) + 1)
        for col in range(int(left * side), int(right * side) + 1)
    ]


def clusters(asked: PlaceFilter, zoom: int) -> list[dict[str, Any]]:
    """Return all clusters of a tile matrix."""
    found = (json.loads(place_tile(asked, tile, "json"))["features"] for tile in tiles_of(zoom))
    return [feature["properties"] for features in found for feature in features]


def check(query: dict[str, str], zooms: tuple[int, ...] = (0, 3, 5, 6)) -> int:
    """Hold list, counts, clusters and facets of a filter against the facts; return how many places there are."""
    asked = parsed(query)
    truth = selectors.places(asked)
    total, located = truth.count(), truth.filter(location__isnull=False).count()
    assert counts.count(asked) == total, query
    assert counts.summary(asked) == {"total": total, "unlocated": total - located}, query
    for zoom in zooms:
        found = clusters(asked, zoom)
        assert sum(one["count"] for one in found) == located, (query, zoom)
        for kind in KINDS:
            of_kind = truth.filter(location__isnull=False, kind=kind).count()
            assert sum(one[kind] for one in found) == of_kind, (query, zoom, kind)
    return total


def check_facets(query: dict[str, str]) -> None:
    """Hold every facet count against the list it promises."""
    for name, values in facets.place_facets(parsed(query)).items():
        for value in values:
            narrowed = {**query, name: value.value}
            if name == "province":
                narrowed.pop("commune", None)
            assert selectors.places(parsed(narrowed)).count() == value.count, (query, name, value)


def by_cell(parts: Sql) -> list[tuple[Any, ...]]:
    """Return what the parts of clusters add up to, whoever counted them; without what only grows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT cell_x, cell_y, kind, sum(n)::int, sum(sum_x)::bigint, sum(sum_y)::bigint, sum(one)::bigint"
            f" FROM ({parts.text}) AS part (cell_x, cell_y, kind, n, sum_x, sum_y, one, min_x, max_x, min_y, max_y)"
            " GROUP BY 1, 2, 3 HAVING sum(n) > 0 ORDER BY 1, 2, 3",
            parts.params,
        )
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def live(asked: PlaceFilter, tile: Tile) -> list[tuple[Any, ...]]:
    """Return what the marks in a tile add up to."""
    return by_cell(live_parts(asked, tile))


def wrong_tiles() -> list[Tile]:
    """Return the kept tiles of clusters that are not what the tally says, with all that waits merged."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT places_fold_tally(1000000)")
    at = [
        Tile(zoom, row, col) for zoom, col, row in PlaceClusterTile.objects.values_list("zoom", "tile_col", "tile_row")
    ]
    return [
        tile
        for tile in at
        if kept_tile(tile) != clusters_mvt(cluster_parts(EVERYTHING, tile), tile, PlaceMark.KINDS, ALONE, KEPT_LAYER)
    ]


def stored() -> list[tuple[Any, ...]]:
    """Return the tally with all that waits merged."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT places_fold_tally(1000000)")
        cursor.execute(TALLY)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def rebuilt() -> list[tuple[Any, ...]]:
    """Return the tally made anew."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT places_rebuild_tally()")
        cursor.execute(TALLY)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
