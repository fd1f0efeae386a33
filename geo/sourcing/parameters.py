"""The query parameters of sourcing, described for OpenAPI; ``geo.sourcing.asking`` and ``wishes`` read them."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from geo.catalog.models import MARKS
from geo.sourcing.asking import ANY_MARK, MOST_HOURS, MOST_LEAD_DAYS, MOST_QUANTITY
from geo.sourcing.demand import Doubt
from geo.sourcing.quantities import UNITS
from geo.sourcing.totals import GROUPS
from geo.spatial.collections import Parameter

_TEXT: dict[str, Any] = {"type": "string", "maxLength": 200}
_COUNT: dict[str, Any] = {"type": "array", "items": {"type": "string", "enum": [one.value for one in Doubt]}}

GOODS = (
    Parameter("category", _TEXT, _("Product sector, group or set by code, with all below it."), "I.6"),
    Parameter("product", _TEXT, _("Public ids of products."), ""),
    Parameter("q", {"type": "string", "maxLength": 100}, _("Words of the product's name."), "cà phê"),
)
PROVINCE = Parameter("province", _TEXT, _("Where the goods come from: province by code or name."), "66,68")
COUNTED = Parameter(
    "count", _COUNT, _("Count figures although they are stale or nobody is named who said them."), "stale"
)
DEMAND = (
    *GOODS,
    Parameter(
        "quantity",
        {"type": "number", "minimum": 0.001, "maximum": MOST_QUANTITY},
        _("How much is needed in each month."),
        "2",
    ),
    Parameter(
        "unit",
        {"type": "string", "enum": sorted(UNITS), "default": "kg"},
        _("Unit of the quantity. Mass, volume and each counting word are never added to each other."),
        "tonne",
    ),
    Parameter(
        "months",
        {"type": "string", "maxLength": 200},
        _("Months of delivery: 3-6, 11-2, 3,5,9, or dated 2027-03; each the next one from now on, at most 12."),
        "3-6",
    ),
    Parameter(
        "min_stars",
        {"type": "integer", "minimum": 1, "maximum": 5},
        _("Fewest OCOP stars, valid on the delivery date."),
        "3",
    ),
    Parameter(
        "scheme",
        _TEXT,
        _("Other certificates of product, place or producer, all of them valid on the delivery date."),
        "food_safety",
    ),
    Parameter(
        "mark",
        {"type": "array", "items": {"type": "string", "enum": [ANY_MARK, *MARKS]}},
        _(
            "The right to use a geographical indication, collective mark or certification mark, held by product, place "
            "or producer and valid on the delivery date; one of several is enough."
        ),
        "gi",
    ),
    Parameter(
        "mark_name",
        {"type": "string", "maxLength": 100},
        _("Words of the name of the geographical indication or mark, or its number; without mark: of any kind."),
        "Buôn Ma Thuột",
    ),
    Parameter(
        "day",
        {"type": "integer", "minimum": 1, "maximum": 31},
        _("Day of the month of delivery; without it certificates must hold the whole month."),
        "15",
    ),
    PROVINCE,
    Parameter(
        "depot",
        _TEXT,
        _("Where the goods are brought: longitude,latitude on land, or a commune by name or code."),
        "106.70,10.78",
    ),
    Parameter(
        "max_hours",
        {"type": "number", "minimum": 0.1, "maximum": MOST_HOURS},
        _("Longest road time from the depot, one way."),
        "10",
    ),
    Parameter(
        "lead_days",
        {"type": "integer", "minimum": 0, "maximum": MOST_LEAD_DAYS},
        _("Longest notice a supplier may need."),
        "14",
    ),
    COUNTED,
    Parameter("without", _TEXT, _("Public ids of places that are left out."), ""),
)
LIMIT = Parameter(
    "limit",
    {"type": "integer", "minimum": 1, "maximum": 500, "default": 100},
    _("Most suppliers listed; the sums are of all."),
    "20",
)
SUPPLY = Parameter("supply", _TEXT, _("Only these suppliers, at most five, by their id: place-product."), "")
WISHES = (
    Parameter(
        "max_share",
        {"type": "number", "minimum": 1, "maximum": 100},
        _("Largest part of a month's need from one supplier, in percent."),
        "40",
    ),
    Parameter(
        "max_stops", {"type": "integer", "minimum": 1, "maximum": 200}, _("Most places visited in a month."), "8"
    ),
    Parameter("minimums", {"type": "boolean", "default": True}, _("Whether minimum orders bind."), "true"),
    Parameter(
        "km_per_stop",
        {"type": "number", "minimum": 0, "maximum": 1000, "default": 20},
        _("What one more stop is worth, in kilometres of driving."),
        "20",
    ),
    Parameter(
        "star_km",
        {"type": "number", "minimum": 0, "maximum": 10000, "default": 0},
        _("What one star more is worth, in kilometres, for a supplier of the whole need."),
        "0",
    ),
    Parameter(
        "year_km",
        {"type": "number", "minimum": 0, "maximum": 10000, "default": 0},
        _("What a figure younger by a year is worth, in kilometres, for a supplier of the whole need."),
        "0",
    ),
)
BY = Parameter("by", {"type": "string", "enum": sorted(GROUPS), "default": "none"}, _("Part the sums."), "province")
