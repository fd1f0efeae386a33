"""What is published of freshness: the collection ``freshness``, one feature for each province and commune of today."""

from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.models import PointField
from django.db.models import ExpressionWrapper, F, FloatField, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Lower, NullIf, Round
from django.utils.translation import gettext_lazy as _

from geo.divisions.models import Level
from geo.divisions.parameters import division_scope
from geo.spatial import parameters as parse
from geo.spatial.collections import Collection, Field, Parameter, register
from geo.spatial.parameters import BBox, Query
from geo.stewardship.freshness.models import Freshness
from geo.stewardship.freshness.refreshing import VERSIONS, ensure


@dataclass(frozen=True)
class FreshnessFilter:
    """Units of one ``level`` or of both, of these ``provinces`` (primary keys; ``None``: all), by their point."""

    level: str = ""
    provinces: tuple[int, ...] | None = None
    bbox: BBox | None = None


def parse_filter(query: Query) -> FreshnessFilter:
    """Read the parameters, and see that what will be read is of today's register. Raises: InvalidParameter."""
    level = parse.single(query, "level")
    province = parse.single(query, "province")
    bbox = parse.single(query, "bbox")
    asked = FreshnessFilter(
        parse.one_of("level", level, ("province", "commune")).upper() if level else "",
        division_scope("province", province, Level.PROVINCE).province_ids if province else None,
        parse.bbox("bbox", bbox) if bbox else None,
    )
    ensure(exactly=True)
    return asked


def select(asked: FreshnessFilter) -> "QuerySet[Freshness]":
    """Return the rows asked for."""
    rows = Freshness.objects.annotate(
        code=F("division__code"),
        location=ExpressionWrapper(F("division__location"), output_field=PointField(srid=4326)),
    )
    if asked.level:
        rows = rows.filter(division__level=asked.level)
    if asked.provinces is not None:
        own = rows.filter(division__in=asked.provinces)
        rows = rows.filter(province__in=asked.provinces) if asked.level != Level.PROVINCE else own
    if asked.bbox:
        inside = Q()
        for box in asked.bbox.polygons():
            inside |= Q(division__location__intersects=box)
        rows = rows.filter(inside)
    return rows


def _share(part: str, whole: str) -> Any:
    """Return the share in percent with one decimal; null where there is nothing to share."""
    exact = F(part) * Value(100.0) / NullIf(F(whole), Value(0))
    return Round(ExpressionWrapper(exact, output_field=FloatField()), 1)


FIELDS = (
    Field("code", F("division__code"), "string", _("official code"), sortable=True),
    Field(
        "name",
        F("division__full_name"),
        "string",
        _("name with its type"),
        sortable=True,
        sort_expression=F("division__folded"),
    ),
    Field("level", Lower("division__level"), "string", _("level"), enum=("province", "commune"), sortable=True),
    Field("province_code", F("province__code"), "string", _("province code")),
    Field("province", F("province__full_name"), "string", _("province")),
    Field(
        "score",
        F("score"),
        "integer",
        _("score"),
        _("From 0 to 100; null without open places."),
        sortable=True,
        sort_expression=Coalesce(F("score"), Value(-1)),
    ),
    Field("places", F("places"), "integer", _("open places"), sortable=True),
    Field("samples", F("samples"), "integer", _("sample places among them")),
    Field("checked_percent", _share("checked", "places"), "number", _("checked within a year, percent")),
    Field("filled_percent", _share("known", "asked"), "number", _("fields filled in, percent")),
    Field("positioned_percent", _share("positioned", "places"), "number", _("with a position of their own, percent")),
    Field("reports", F("reports"), "integer", _("reports without an answer"), sortable=True),
)

COLLECTION: Collection[FreshnessFilter] = Collection(
    id="freshness",
    title=_("Freshness"),
    description=_(
        "How fresh the register is in each province and commune of today. The score, from 0 to 100, weighs the share "
        "of open places checked within a year, of fields filled in (address, contact, goods, hours of points of sale), "
        "of positions better than the commune's, and of places without an unanswered report."
    ),
    fields=FIELDS,
    parameters=(
        Parameter(
            "bbox",
            {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6},
            _("West, south, east, north in degrees (CRS84)."),
            "102,8,110,24",
        ),
        Parameter(
            "level", {"type": "string", "enum": ["province", "commune"]}, _("Only units of this level."), "province"
        ),
        Parameter("province", {"type": "string", "maxLength": 200}, _("Only the communes of this province."), "91"),
    ),
    parse=parse_filter,
    select=select,
    versions=VERSIONS,
    id_field="code",
    default_sort=("code",),
)


def register_collections() -> None:
    """Publish it in the kernel's registry."""
    register(COLLECTION)
