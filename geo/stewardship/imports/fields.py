"""The columns of the tables that can be imported: what they are called, how a cell is read, which field they fill.

Their labels in Vietnamese and English, their names and the ``spellings`` are understood as headers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from geo.catalog.models import Producer
from geo.places.models import Place, PlaceProduct
from geo.sourcing.unit_names import UNIT_NAMES
from geo.spatial.folding import fold
from geo.stewardship.imports import spellings, values
from geo.stewardship.imports.reading.reader import Cell

PLACES, PRODUCTS, CERTIFICATES, SUPPLY = "places", "products", "certificates", "supply"


@dataclass(frozen=True)
class Field:
    """One column. ``choices`` are (value, label) pairs of a closed list, ``listed`` what is offered of an open one;
    ``raw`` cells are read later, with others.
    """

    name: str
    label: str | Promise
    read: Callable[[Cell], Any] = values.text
    help: str | Promise = ""
    choices: tuple[tuple[str, str | Promise], ...] = ()
    raw: bool = False
    needed: bool = False
    listed: tuple[str | Promise, ...] = ()

    def value(self, cell: Cell) -> Any:
        """Return what the cell says. Raises: Unreadable."""
        if self.raw:
            return cell
        if self.choices:
            return values.one_of(_choice_words(self))(cell)
        return self.read(cell)


@dataclass(frozen=True)
class Table:
    """A kind of table: its columns in the order of the template."""

    kind: str
    title: str | Promise
    fields: tuple[Field, ...]

    def field(self, name: str) -> Field:
        """Return the column ``name``."""
        return next(one for one in self.fields if one.name == name)

    def spellings(self, field: Field) -> list[str]:
        """Return the folded spellings of a column's header, its labels not among them."""
        names = (field.name, f"{self.kind}.{field.name}")
        return [fold(field.name), *(word for name in names for word in split(spellings.HEADERS.get(name, "")))]


def split(words: str) -> list[str]:
    """Return the spellings that bars part."""
    return [word.strip() for word in words.split("|") if word.strip()]


def both_languages(label: str | Promise) -> list[str]:
    """Return the Vietnamese and the English text of a label."""
    texts = []
    for language in ("vi", "en"):
        with translation.override(language):
            texts.append(str(label))
    return texts


@cache
def _choice_words(field: Field) -> dict[str, str]:
    words = {fold(value): value for value, _label in field.choices}
    for value, label in field.choices:
        words.update({fold(text): value for text in both_languages(label)})
    for value, others in spellings.CHOICES.get(field.name, {}).items():
        words.update(dict.fromkeys(split(others), value))
    return words


_RECORD = (
    Field(
        "public_id",
        _("record number"),
        partial(values.text, longest=20),
        _("Leave it empty for a new record; “MỚI” says that it is new though it looks like another one."),
    ),
    Field(
        "external_id",
        _("id in the source"),
        partial(values.code, longest=39),
        _("Your own number of the record: by it the next file finds the record again."),
    ),
)
_SOURCE = (
    Field("source_name", _("source"), partial(values.text, longest=300)),
    Field("source_url", _("source address"), partial(values.url, longest=1000)),
    Field("source_date", _("date of the source"), values.day),
)
_DIVISIONS = (
    Field("province", _("province")),
    Field("district", _("district (before July 2025)"), help=_("Only for an old address.")),
    Field("commune", _("commune"), help=_("Names of before July 2025 are understood.")),
    Field("commune_code", _("commune code"), values.code),
)
_ADDRESS = Field("address", _("address as written"), partial(values.text, longest=300))
_CONTACT = (
    Field("phone", _("phone"), values.phone),
    Field("email", _("e-mail"), values.email),
    Field("zalo", _("Zalo"), partial(values.code, longest=40)),
    Field("website", _("website"), values.url),
    Field("contact_consent_on", _("contact may be shown since"), values.day),
)
_PRODUCER = (
    Field("producer", _("producer"), help=_("Name or record number.")),
    Field("producer_kind", _("kind of producer"), choices=tuple(Producer.Kind.choices)),
)
_POSITION = (
    Field("lat", _("latitude"), raw=True),
    Field("lon", _("longitude"), raw=True),
    Field("coordinates", _("coordinates"), raw=True, help=_("Latitude and longitude in one cell, or a link of a map.")),
    Field("x", _("X (VN-2000)"), raw=True, help=_("Northing in metres.")),
    Field("y", _("Y (VN-2000)"), raw=True, help=_("Easting in metres.")),
    Field("meridian", _("central meridian"), raw=True, help=_("Without it, the meridian of the province.")),
    Field("zone_width", _("zone (3 or 6 degrees)"), raw=True),
    Field("location_accuracy", _("accuracy"), choices=tuple(c for c in Place.Accuracy.choices if c[0] != "none")),
    Field("location_source", _("source of the position")),
)

TABLES: dict[str, Table] = {
    PLACES: Table(
        PLACES,
        _("Places"),
        (
            *_RECORD,
            Field("name", _("name of the place"), needed=True),
            Field("kind", _("kind of place"), choices=tuple(Place.Kind.choices), needed=True),
            Field("outlet", _("kind of outlet"), choices=tuple(Place.Outlet.choices)),
            *_PRODUCER,
            *_DIVISIONS,
            _ADDRESS,
            *_POSITION,
            *_CONTACT,
            Field("status", _("status"), choices=tuple(Place.Status.choices)),
            Field("opened_on", _("opened on"), values.day),
            Field("closed_on", _("closed since"), values.day),
            Field(
                "opening_hours",
                _("opening hours"),
                partial(values.text, longest=500),
                _("For example 07:00-18:00, or Mo-Fr 08:00-17:00; PH off."),
            ),
            Field("checked_on", _("last checked on"), values.day),
            *_SOURCE,
        ),
    ),
    PRODUCTS: Table(
        PRODUCTS,
        _("Products"),
        (
            *_RECORD,
            Field("name", _("name of the product"), needed=True),
            Field("name_en", _("English name")),
            *_PRODUCER,
            *_DIVISIONS,
            Field("category", _("category"), help=_("Code or name in the official catalogue.")),
            Field("description", _("description"), values.long_text),
            Field("gtin", _("GTIN (bar code)"), partial(values.code, longest=14)),
            Field("local_code", _("local product code"), partial(values.code, longest=60)),
            Field("note", _("note of the editors"), partial(values.long_text, longest=1000)),
            *_SOURCE,
        ),
    ),
    CERTIFICATES: Table(
        CERTIFICATES,
        _("Certificates"),
        (
            _RECORD[1],
            Field("scheme", _("certificate scheme"), needed=True),
            Field("product_id", _("record number of the product"), partial(values.text, longest=20)),
            Field("product", _("product")),
            _PRODUCER[0],
            _DIVISIONS[0],
            Field("stars", _("stars"), values.stars),
            Field("score", _("score"), values.score),
            Field("number", _("certificate number"), partial(values.code, longest=80)),
            Field("decision_number", _("decision number"), partial(values.code, longest=120)),
            Field("decision_date", _("date of the decision"), values.day_or_year, _("A day, or only the year.")),
            Field("issuer", _("issued by")),
            Field("valid_from", _("valid from"), values.day),
            Field("valid_until", _("valid until"), values.day),
            Field("revoked_on", _("revoked on"), values.day),
            Field("revoked_reason", _("reason of revocation"), partial(values.text, longest=300)),
            Field("scope", _("scope"), partial(values.text, longest=300)),
            *_SOURCE,
        ),
    ),
    SUPPLY: Table(
        SUPPLY,
        _("Supply"),
        (
            Field("place_id", _("record number of the place"), partial(values.text, longest=20)),
            Field("place", _("place"), help=_("Its name, unless its record number is given.")),
            _PRODUCER[0],
            _DIVISIONS[0],
            _DIVISIONS[2],
            Field("product_id", _("record number of the product"), partial(values.text, longest=20)),
            Field("product", _("product")),
            Field("role", _("what the place does with it"), choices=tuple(PlaceProduct.Role.choices)),
            Field("quantity", _("quantity"), values.number, needed=True),
            Field("unit", _("unit"), values.unit, needed=True, listed=tuple(UNIT_NAMES.values())),
            Field("period", _("per"), choices=tuple(PlaceProduct.Period.choices), needed=True),
            Field(
                "months",
                _("months of the season"),
                values.months,
                _("For example 3-6 for March to June, or 3, 5, 9, or all year. Write it as text."),
            ),
            Field("quantity_on", _("known on"), values.day, needed=True),
            Field("minimum_order", _("minimum order"), values.number, _("In the unit of the quantity.")),
            Field("lead_days", _("days of notice"), values.days, _("Days from the order to the goods.")),
            Field(
                "piece_kg",
                _("net weight of a piece (kg)"),
                values.number,
                _("Without it, pieces never count as weight."),
            ),
            Field("said_by", _("said by"), choices=tuple(PlaceProduct.SaidBy.choices)),
        ),
    ),
}
