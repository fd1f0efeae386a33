"""How to choose, and other parameters besides the demand, parsed at the door."""

from fractions import Fraction

from django.utils.translation import gettext as _

from geo.divisions.models import Level
from geo.divisions.parameters import division_scope
from geo.sourcing import asking
from geo.sourcing.choosing import Rules
from geo.sourcing.choosing.rules import KM_PER_STOP
from geo.sourcing.planning import Wishes
from geo.sourcing.totals import GROUPS, Asked
from geo.spatial import parameters as parse
from geo.spatial import public_ids
from geo.spatial.parameters import Query
from geo.spatial.problems import InvalidParameter

NAMES = ("max_share", "max_stops", "minimums", "km_per_stop", "star_km", "year_km")
"""Query parameters that make Wishes."""

MOST_COMPARED = 5
MOST_KM = 10_000


def wishes(query: Query) -> Wishes:
    """Return how to choose. Raises: InvalidParameter naming the parameter that is wrong."""
    given = {name: value for name in NAMES if (value := parse.single(query, name)) is not None}
    share = parse.number("max_share", given["max_share"], 1, 100) if "max_share" in given else None
    return Wishes(
        Rules(
            share=None if share is None or share == 100 else Fraction(str(share)) / 100,
            stops=parse.integer("max_stops", given["max_stops"], 1, 200) if "max_stops" in given else None,
            minimums=parse.one_of("minimums", given.get("minimums", "true"), ("true", "false")) == "true",
            km_per_stop=parse.number("km_per_stop", given["km_per_stop"], 0, 1000)
            if "km_per_stop" in given
            else KM_PER_STOP,
        ),
        star_km=parse.number("star_km", given["star_km"], 0, MOST_KM) if "star_km" in given else 0.0,
        year_km=parse.number("year_km", given["year_km"], 0, MOST_KM) if "year_km" in given else 0.0,
    )


def compared(query: Query) -> tuple[str, ...]:
    """Return the suppliers to be laid side by side, by their public names; at most five."""
    named = supply_keys(query)
    if len(named) > MOST_COMPARED:
        raise InvalidParameter("supply", _("At most %(most)d suppliers can be compared.") % {"most": MOST_COMPARED})
    return named


def supply_keys(query: Query) -> tuple[str, ...]:
    """Return the suppliers that are named, by their public names, each once."""
    named = [part.strip() for value in query.get("supply", ()) for part in value.split(",") if part.strip()]
    return tuple(dict.fromkeys(_supply_key(name) for name in named))


def _supply_key(text: str) -> str:
    place, dash, product = text.partition("-")
    if not dash:
        raise InvalidParameter("supply", _("“supply” names a place and a product: place-product."))
    try:
        return f"{public_ids.parse(place)}-{public_ids.parse(product)}"
    except public_ids.InvalidPublicId as wrong:
        raise InvalidParameter("supply", wrong.message) from wrong


def limit(query: Query) -> int:
    """Return how many suppliers are listed."""
    value = parse.single(query, "limit")
    return parse.integer("limit", value, 1, 500) if value else 100


def sums(query: Query) -> Asked:
    """Return what is to be added up. Raises: InvalidParameter naming the parameter that is wrong."""
    names = ("category", "product", "q", "province", "count", "by")
    given = {name: value for name in names if (value := parse.single(query, name)) is not None}
    scope = division_scope("province", given["province"], Level.PROVINCE) if "province" in given else None
    return Asked(
        categories=asking.categories(given["category"]) if "category" in given else (),
        products=asking.numbers("product", given["product"]) if "product" in given else (),
        words=asking.words("q", given["q"]) if "q" in given else (),
        province_ids=scope.province_ids if scope else (),
        commune_ids=scope.commune_ids if scope else (),
        counted=asking.counted(given["count"]) if "count" in given else frozenset(),
        by=parse.one_of("by", given.get("by", "none"), tuple(GROUPS)),
    )
