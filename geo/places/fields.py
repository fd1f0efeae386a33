"""What the fields of places, products and producers share."""

from typing import Any

from django.db.models import CharField, Expression, F, Value
from django.db.models.functions import NullIf
from django.utils.translation import gettext_lazy as _

from geo.catalog.models import Producer
from geo.places.filters import PlaceFilter
from geo.spatial.collections import Field
from geo.spatial.provenance import SourceKind

VERSIONS = ("places", "products", "producers", "divisions")
PERSONAL_KINDS = (
    Producer.Kind.HOUSEHOLD,
    Producer.Kind.ESTABLISHMENT,
    Producer.Kind.UNKNOWN,
)


def text(name: str) -> Expression:
    """Return a text column, null when it is empty."""
    return NullIf(F(name), Value(""), output_field=CharField())


SOURCED_FIELDS = (
    Field("source", text("source_name"), "string", _("source"), item_only=True),
    Field("source_url", text("source_url"), "string", _("source address"), format="uri"),
    Field(
        "source_kind",
        F("source_kind"),
        "string",
        _("kind of source"),
        enum=tuple(SourceKind.values),
    ),
    Field("licence", text("source_licence"), "string", _("licence"), item_only=True),
    Field("trust", text("trust"), "string", _("trust"), item_only=True),
    Field("is_sample", F("is_sample"), "boolean", _("sample data")),
)


def understood(asked: PlaceFilter) -> dict[str, Any]:
    """Return what was made of the parameters, for the answer to tell."""
    told: dict[str, Any] = {}
    if asked.open_at:
        told["open_at"] = asked.open_at.isoformat()
    for name, scope in (("province", asked.province), ("commune", asked.commune)):
        if scope:
            told[name] = [{"code": code, "name": label} for code, label in zip(scope.codes, scope.names, strict=True)]
    return told
