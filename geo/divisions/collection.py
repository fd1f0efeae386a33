"""What divisions publish: the collections ``provinces`` and ``communes``, as they are today or were on another day."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, F, OuterRef, Value
from django.db.models.functions import JSONObject, NullIf
from django.utils.translation import gettext_lazy as _

from geo.divisions.filters import BOUNDARY, SHAPES, DivisionFilter, division_filter, division_named, divisions
from geo.divisions.models import Level, Lineage
from geo.spatial.collections import Collection, Field, Parameter, Text, register
from geo.spatial.parameters import Query


def _text(name: str) -> NullIf:
    return NullIf(F(name), Value(""), output_field=CharField())


def _formerly() -> ArraySubquery:
    """Return what the division came from by the decree that made it, whole units first."""
    links = Lineage.objects.filter(successor_id=OuterRef("pk")).order_by("-share", "predecessor__code")
    return ArraySubquery(
        links.values(
            json=JSONObject(
                code=F("predecessor__code"),
                level=F("predecessor__level"),
                name=F("predecessor__full_name"),
                within=F("predecessor__parent__full_name"),
                share=F("share"),
            )
        )
    )


def _successors() -> ArraySubquery:
    """Return what became of the division by the decree that ended it."""
    links = Lineage.objects.filter(predecessor_id=OuterRef("pk")).order_by("-is_default", "successor__code")
    return ArraySubquery(
        links.values(
            json=JSONObject(
                code=F("successor__code"),
                level=F("successor__level"),
                name=F("successor__full_name"),
                within=F("successor__parent__full_name"),
                share=F("share"),
            )
        )
    )


_COMMON = (
    Field("code", F("code"), "string", _("official code"), sortable=True),
    Field("full_name", F("full_name"), "string", _("name with its type"), sortable=True, sort_expression=F("folded")),
    Field("name", F("name"), "string", _("name"), sortable=True, sort_expression=F("key")),
    Field("name_en", F("name_en"), "string", _("English name")),
    Field("unit_type", F("unit_type"), "string", _("type of unit"), sortable=True),
)
_HISTORY = (
    Field("valid_from", F("valid_from"), "date", _("in force from"), _("Empty: longer than the register remembers.")),
    Field("valid_until", F("valid_until"), "date", _("in force until"), _("The first day it is no longer in force.")),
    Field("decree", F("decree__number"), "string", _("decree")),
    Field("formerly", _formerly, "array", _("came from"), tabular=False, item_only=True),
    Field("became", _successors, "array", _("became"), tabular=False, item_only=True),
    Field("area_km2", F("area_km2"), "number", _("area in km²")),
    Field("location_source", _text("location_source"), "string", _("source of the point"), item_only=True),
    Field("boundary_source", F("outline__source"), "string", _("source of the boundary"), item_only=True),
    Field("boundary_licence", F("outline__licence"), "string", _("licence of the boundary"), item_only=True),
    Field("source", _text("source"), "string", _("source"), item_only=True),
    Field("licence", _text("licence"), "string", _("licence"), item_only=True),
)
_PARENT = (
    Field("province_code", F("parent__code"), "string", _("province code")),
    Field("province", F("parent__full_name"), "string", _("province")),
)

_BBOX = Parameter(
    "bbox",
    {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6},
    _("West, south, east, north in degrees (CRS84)."),
    "102,8,110,24",
)
_DATETIME = Parameter(
    "datetime", {"type": "string"}, _("In force on a day or in an interval start/end (default: today)."), "2025-06-30"
)
_SHAPE = Parameter(
    "shape",
    {"type": "string", "enum": list(SHAPES), "default": BOUNDARY},
    _("The boundary, where one is loaded, or always the point."),
    "point",
)
_Q = Parameter("q", {"type": "string", "maxLength": 200}, _("Words of the name, with or without accents."), "phu quoc")
_PROVINCE = Parameter(
    "province",
    {"type": "string", "maxLength": 200},
    _("Province: code or name, of today or from before a merger."),
    "Hà Giang",
)


def _collection(
    id_: str, level: Level, title: Text, description: Text, own: tuple[Field, ...], parameters: tuple[Parameter, ...]
) -> Collection[DivisionFilter]:
    def parse(query: Query) -> DivisionFilter:
        return division_filter(query, level)

    return Collection(
        id=id_,
        title=title,
        description=description,
        fields=(*_COMMON, *own, *_HISTORY),
        parameters=parameters,
        parse=parse,
        select=divisions,
        versions=("divisions",),
        geometry="geometry",
        id_field="feature_id",
        logged_as=id_,
        default_sort=("code",),
        one=division_named,
    )


def register_collections() -> None:
    """Publish provinces and communes in the kernel's registry."""
    register(
        _collection(
            "provinces",
            Level.PROVINCE,
            _("Provinces and cities"),
            _("The provinces and centrally run cities of Viet Nam; before July 2025 there were 63, now 34."),
            (),
            (_BBOX, _DATETIME, _Q, _SHAPE),
        )
    )
    register(
        _collection(
            "communes",
            Level.COMMUNE,
            _("Communes, wards and special zones"),
            _("The 3,321 communes (xã, phường, đặc khu) since July 2025, and the ones before with datetime."),
            _PARENT,
            (_BBOX, _DATETIME, _Q, _PROVINCE, _SHAPE),
        )
    )
