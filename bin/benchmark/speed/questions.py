"""The questions, as paths of each server: equal questions at the same place of each list."""

import random
from collections.abc import Sequence
from itertools import combinations
from urllib.parse import quote

from benchmark.speed.facts import Box, Facts, in_turns, widened

PLACES = "/api/collections/places"
TIPG = "/collections/bench.places"
LIGHT = "name,kind,status"
VARIANTS = 2000
LIMITS = 400
NEAREST = 20
RADIUS_M, FAR_M = 50_000, 300_000
TYPED = (
    "nước mắm phú quốc",
    "ca phe buon ma thuot",
    "trà shan tuyết",
    "mat ong hoa nhan",
    "gạo st25",
    "htx nong nghiep",
    "cửa hàng ocop",
    "banh pia soc trang",
    "rượu nếp",
    "tieu den",
    "muối ớt tây ninh",
    "hợp tác xã",
    "chả lụa",
    "khô cá lóc",
    "hạt điều bình phước",
    "dua luoi",
    "bưởi năm roi",
    "siêu thị thanh xuân",
    "bưu điện",
    "cơ sở chế biến",
)
"""What people type; each letter is a question."""


def page(box: Box, category: str, limit: int = 1000) -> dict[str, list[str]]:
    """A page of features in a box, of one category; every path has a box of its own."""
    boxes = widened(box, VARIANTS)
    like = quote(f"categories LIKE '%;{category};%'", safe="")
    return {
        "ours": [f"{PLACES}/items?bbox={one}&category={category}&limit={limit}" for one in boxes],
        "tipg": [
            f"{TIPG}/items?bbox={one}&filter={like}&filter-lang=cql2-text&limit={limit}&f=geojson" for one in boxes
        ],
        "pygeoapi": [f"/collections/places/items?bbox={one}&filter={like}&limit={limit}&f=json" for one in boxes],
        "plain": [f"/places/?in_bbox={one}&category={category}&limit={limit}" for one in boxes],
    }


def country(category: str, kind: str, most: int) -> dict[str, list[str]]:
    """All features of a category and a kind, with the little that a map draws; every path has a limit of its own."""
    limits = [most - turn for turn in range(LIMITS)]
    like = quote(f"categories LIKE '%;{category};%' AND kind = '{kind}'", safe="")
    names = f"properties={LIGHT}"
    return {
        "ours": [f"{PLACES}/items?category={category}&kind={kind}&{names}&limit={one}" for one in limits],
        "tipg": [f"{TIPG}/items?filter={like}&filter-lang=cql2-text&{names}&limit={one}&f=geojson" for one in limits],
        "plain": [f"/light/?category={category}&kind={kind}&limit={one}" for one in limits],
    }


def one(ids: Sequence[str]) -> dict[str, list[str]]:
    """One feature by its id."""
    return {
        "ours": [f"{PLACES}/items/{name}" for name in ids],
        "tipg": [f"{TIPG}/items/{name}?f=geojson" for name in ids],
        "pygeoapi": [f"/collections/places/items/{name}?f=json" for name in ids],
        "plain": [f"/places/{name}/" for name in ids],
    }


def nearest(spots: Sequence[tuple[float, float]], category: str, radius_m: int) -> dict[str, list[str]]:
    """The nearest places with a product of a category."""
    return {
        "ours": [
            f"{PLACES}/items?near={lon},{lat}&radius={radius_m}&category={category}&limit={NEAREST}"
            for lon, lat in spots
        ],
        "plain": [f"/places/?near={lon},{lat},{radius_m}&category={category}&limit={NEAREST}" for lon, lat in spots],
    }


def tiles(found: Sequence[tuple[int, int, int]], number: int) -> dict[str, list[str]]:
    """Vector tiles; ours name a version that never was, so that no path is asked twice."""
    ours = in_turns([f"{z}/{row}/{col}" for z, row, col in found], number)
    theirs = in_turns([f"{z}/{col}/{row}" for z, row, col in found], number)
    names = "properties=id,kind,status,name"
    return {
        "ours": [f"{PLACES}/tiles/WebMercatorQuad/{at}?f=mvt&v={turn:x}" for turn, at in enumerate(ours)],
        "tipg": [f"/collections/bench.points/tiles/WebMercatorQuad/{at}?{names}" for at in theirs],
        "tipg, projected": [f"/collections/bench.projected/tiles/WebMercatorQuad/{at}?{names}" for at in theirs],
        "vectortiles": [f"/tiles/{at}" for at in theirs],
    }


def bounds(z: int, row: int, col: int) -> Box:
    """Return west, south, east, north of a tile in degrees."""
    from geo.spatial.tiles import Tile  # needs Django's settings

    return Tile(z, row, col).bounds()


def faceted(facts: Facts, number: int, *, plainly: bool = False) -> list[tuple[tuple[int, int, int], str]]:
    """Return tiles of zoom 5 to 9 with filters from the facets, all different; ``plainly``: such as ``counts`` knows.

    A filter has a category (of any level) or none, stars, a state of the certificate, a kind, a province: two at least.
    """
    chance = random.Random(11)
    codes = sorted(facts.categories)
    provinces = facts.provinces()
    stars = [",".join(map(str, chosen)) for size in (1, 2) for chosen in combinations((3, 4, 5), size)]
    offered = {
        "category": codes,
        "stars": stars,
        "certificate": ["valid", "ending", "expired", "none"],
        "kind": ["production_site", "processing_facility", "point_of_sale"],
        "province": provinces,
    }
    if plainly:
        offered = {name: offered[name] for name in ("category", "stars", "kind")}
    at = [tile for zoom in range(5, 10) for tile in facts.tiles(zoom, 12)]
    found: dict[tuple[tuple[int, int, int], str], None] = {}
    while len(found) < number:
        names = chance.sample(list(offered), chance.randint(2, min(3, len(offered))))
        asked = "&".join(f"{name}={chance.choice(offered[name])}" for name in names)
        found[(chance.choice(at), asked)] = None
    return list(found)


def faceted_tiles(asked: Sequence[tuple[tuple[int, int, int], str]], form: str = "mvt") -> list[str]:
    """Return the paths of our cluster tiles under filters."""
    return [f"{PLACES}/tiles/WebMercatorQuad/{z}/{row}/{col}?f={form}&{filters}" for (z, row, col), filters in asked]


def counted(asked: Sequence[tuple[tuple[int, int, int], str]]) -> list[str]:
    """Return the paths of the plain project's counts for the same tiles and filters."""
    return [f"/counts?bbox={','.join(map(str, bounds(*at)))}&{filters}" for at, filters in asked]


def typed() -> list[str]:
    """Return what is asked while people type, letter by letter from the second on."""
    texts = dict.fromkeys(text[:length] for text in TYPED for length in range(2, len(text) + 1))
    return [f"/api/actions/suggest?q={quote(text)}" for text in texts if not text.endswith(" ")]
