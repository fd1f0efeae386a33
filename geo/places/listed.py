"""Parts of a record in the API: what a place grows, makes or sells, and certificates, as lists of objects.

What is shown comes back unchanged: a list that was read and is sent again changes nothing. An object says all of its
row, so that what it leaves out is emptied; what isn't public stays as it is.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, F, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import JSONObject, NullIf
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo.access import parts
from geo.access.parts import Part, Row
from geo.catalog.awards import CERTIFICATES, NEW
from geo.catalog.models import Certificate, Product
from geo.places.goods import GOODS
from geo.places.models import PlaceProduct
from geo.spatial import public_ids
from geo.spatial.collections import Field
from geo.spatial.problems import InvalidParameter
from geo.spatial.writing import ReceivableList, Values

MOST = 500
"""Most objects of a list."""
KEYS = ("id", "name", "role")
_GOODS = {name: name for names in GOODS.groups.values() for name in names}
_RENAMED = {"source_name": "source", "source_licence": "licence"}
_HIDDEN = ("external_id",)
_CERTIFICATES = {
    _RENAMED.get(name, name): name for names in CERTIFICATES.groups.values() for name in names if name not in _HIDDEN
}


def _members(part: Part, columns: Mapping[str, str]) -> dict[str, Any]:
    """Return the expressions of columns by member; empty text is null, as everywhere in the API."""
    found: dict[str, Any] = {}
    for member, name in columns.items():
        field: Any = part.model._meta.get_field(name)
        is_text = isinstance(field, CharField | TextField)
        found[member] = NullIf(F(name), Value(""), output_field=CharField()) if is_text else F(field.attname)
    return found


def goods_of_place() -> ArraySubquery:
    """Return what a place grows, makes or sells with all its figures."""
    rows = PlaceProduct.objects.filter(place_id=OuterRef("pk")).order_by("role", "product__folded", "pk")
    keys = {"id": F("product__public_id"), "name": F("product__name"), "role": F("role")}
    return ArraySubquery(rows.values(json=JSONObject(**keys, **_members(GOODS, _GOODS))))


def shown(rows: "QuerySet[Certificate]") -> "QuerySet[Certificate]":
    """Return the certificates that may be shown: those with a source."""
    return rows.filter(Q(source_name__gt="") | Q(source_url__gt=""))


def certificates_of_record() -> ArraySubquery:
    """Return the certificates of a record that may be shown."""
    rows = shown(Certificate.objects.filter(subject_id=OuterRef("public_id")))
    rows = rows.order_by("scheme__position", "-decision_date", "-decision_year", "-pk")
    return ArraySubquery(rows.values(json=JSONObject(id=F("pk"), **_members(CERTIFICATES, _CERTIFICATES))))


def goods_field() -> Field:
    """Return the field of a place that holds them."""
    title = gettext_lazy("what it grows, makes, processes or sells, with quantity, price and stock")
    return Field("goods", goods_of_place, "array", title, tabular=False, item_only=True)


def certificates_field() -> Field:
    """Return the field of a record that holds its certificates."""
    title = gettext_lazy("certificates")
    return Field("certificates", certificates_of_record, "array", title, tabular=False, item_only=True)


# -- what is received --------------------------------------------------------------------------------------------------


def read_goods(given: Any, record: Any | None) -> Values:
    """Return what makes the goods of ``record`` those of a list. Raises: InvalidParameter."""
    wanted: dict[str, Row] = {}
    for at, one in enumerate(_objects("goods", given)):
        where = f"goods[{at}]"
        _known(where, one, (*KEYS, *_GOODS))
        product = _product(where, one)
        role = one.get("role")
        if role not in PlaceProduct.Role.values:
            raise InvalidParameter(f"{where}.role", _("Say whether the place grows, makes, processes or sells it."))
        row = f"{product.public_id}.{role}"
        if row in wanted:
            raise InvalidParameter(where, _("This product is in the list twice in the same role."))
        given_columns = {"currency": "VND"} | {name: value for name, value in one.items() if value is not None}
        wanted[row] = _row(where, GOODS, _GOODS, given_columns, None)
    stored = _stored(GOODS, record)
    return {f"goods/{row}": None for row in stored if row not in wanted} | _changes(GOODS, wanted, stored)


def read_certificates(given: Any, record: Any | None) -> Values:
    """Return what makes the shown certificates of ``record`` those of a list. Raises: InvalidParameter."""
    stored = _stored(CERTIFICATES, record)
    visible = {str(one.pk) for one in shown(CERTIFICATES.rows(record))} if record is not None else set()
    wanted: dict[str, Row] = {}
    for at, one in enumerate(_objects("certificates", given)):
        where = f"certificates[{at}]"
        _known(where, one, ("id", *_CERTIFICATES))
        row = f"{NEW}{at + 1}" if one.get("id") is None else str(one["id"])
        if one.get("id") is not None and (row not in visible or row in wanted):
            raise InvalidParameter(f"{where}.id", _("This record has no certificate with this number."))
        wanted[row] = _row(where, CERTIFICATES, _CERTIFICATES, one, stored.get(row))
    if visible - set(wanted):
        raise InvalidParameter("certificates", _("A certificate is never removed: send it with “revoked_on”."))
    return _changes(CERTIFICATES, wanted, stored)


def _stored(part: Part, record: Any | None) -> dict[str, Row]:
    return {part.row_of(one): part.plain(one) for one in part.rows(record)} if record is not None else {}


def _changes(part: Part, wanted: Mapping[str, Row], stored: Mapping[str, Row]) -> Values:
    found: Values = {}
    for row, value in wanted.items():
        name = f"{part.name}/{row}"
        if row not in stored:
            found[name] = value
        else:
            found |= {f"{name}/{group}": part_of for group, part_of in value.items() if part_of != stored[row][group]}
    return found


def _objects(name: str, given: Any) -> list[dict[str, Any]]:
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise InvalidParameter(name, _("“%(name)s” must be a list of objects.") % {"name": name})
    if len(given) > MOST:
        raise InvalidParameter(name, _("“%(name)s” has more than %(most)d entries.") % {"name": name, "most": MOST})
    return given


def _known(where: str, one: Mapping[str, Any], names: tuple[str, ...]) -> None:
    for name in one:
        if name not in names:
            raise InvalidParameter(f"{where}.{name[:60]}", _("Unknown member “%(name)s”.") % {"name": name[:60]})


def _product(where: str, one: Mapping[str, Any]) -> Product:
    number = one.get("id")
    try:
        found = Product.objects.filter(public_id=public_ids.parse(number if isinstance(number, str) else "")).first()
    except public_ids.InvalidPublicId as wrong:
        raise InvalidParameter(f"{where}.id", wrong.message) from None
    if found is None:
        raise InvalidParameter(f"{where}.id", _("There is no record with the number %(id)s.") % {"id": number})
    if one.get("name") not in (None, found.name):
        raise InvalidParameter(f"{where}.name", _("The product %(id)s has another name.") % {"id": number})
    return found


def _row(where: str, part: Part, members: Mapping[str, str], given: Mapping[str, Any], stored: Row | None) -> Row:
    """Return a whole row as JSON from the members of an object; columns that aren't members stay."""
    one = part.model()
    values = {members[name]: value for name, value in given.items() if name in members and value is not None}
    for group, names in part.groups.items():
        hidden = {name: (stored or {}).get(group, {}).get(name) for name in names if name not in members.values()}
        columns = {name: _value(where, part, name, values[name]) for name in names if name in values}
        try:
            part.put(one, group, {name: value for name, value in hidden.items() if value is not None} | columns)
        except InvalidParameter as wrong:
            raise InvalidParameter(f"{where}.{wrong.name}", wrong.message) from None
    return part.plain(one)


def _value(where: str, part: Part, name: str, value: Any) -> Any:
    """Check that a member is what its column is in JSON."""
    kind = parts.json_type(part.model._meta.get_field(name))  # type: ignore[arg-type]
    if not _FITS[kind](value):
        raise InvalidParameter(f"{where}.{name}", _("“%(name)s” must be: %(kind)s.") % {"name": name, "kind": kind})
    return Decimal(str(value)) if kind == "number" else value


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**6


_FITS: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "integer": _is_whole,
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 10**15,
    "boolean": lambda value: isinstance(value, bool),
    "array": lambda value: isinstance(value, list) and all(map(_is_whole, value)),
}


# -- what schemas say --------------------------------------------------------------------------------------------------


def _schema(part: Part, members: Mapping[str, str], keys: Mapping[str, Any], required: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = dict(keys)
    for member, name in members.items():
        field: Any = part.model._meta.get_field(name)
        described: dict[str, Any] = {"type": parts.json_type(field), "title": str(field.verbose_name), "nullable": True}
        if field.get_internal_type() == "DateField":
            described["format"] = "date"
        if described["type"] == "array":
            described["items"] = {"type": "integer", "minimum": 1, "maximum": 12}
        if field.choices:
            described["enum"] = [*(value for value, _label in field.choices), None]
        if described["type"] == "string" and getattr(field, "max_length", None) and not field.choices:
            described["maxLength"] = field.max_length
        found[member] = described
    return {"type": "object", "properties": found, "required": required, "additionalProperties": False}


def _goods_schema() -> dict[str, Any]:
    keys = {
        "id": {"type": "string", "title": _("number of the product")},
        "name": {"type": "string", "title": _("name"), "description": _("As it is registered, or left out.")},
        "role": {"type": "string", "title": _("role"), "enum": list(PlaceProduct.Role.values)},
    }
    return _schema(GOODS, _GOODS, keys, ["id", "role"])


def _certificates_schema() -> dict[str, Any]:
    keys = {"id": {"type": "integer", "nullable": True, "description": _("Left out: a new certificate.")}}
    return _schema(CERTIFICATES, _CERTIFICATES, keys, ["scheme", "source_kind"])


GOODS_RECEIVED = ReceivableList(
    "goods",
    gettext_lazy("what it grows, makes, processes or sells, with quantity, price and stock"),
    _goods_schema,
    read_goods,
    gettext_lazy(
        "The list is replaced as a whole where it is sent; a replacement that leaves it out keeps what there is."
    ),
)
CERTIFICATES_RECEIVED = ReceivableList(
    "certificates",
    gettext_lazy("certificates"),
    _certificates_schema,
    read_certificates,
    gettext_lazy(
        "All that were shown, each with its id, and new ones without; none is removed: it is revoked. "
        "valid_until is the first day it no longer holds."
    ),
)
