"""What a place grows, makes, processes or sells, as parts of the place: written with it, compared group by group."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo.access import parts
from geo.catalog.models import Product
from geo.places.models import Place, PlaceProduct
from geo.places.saying import day, months, number, price
from geo.spatial import calendar
from geo.spatial.problems import InvalidParameter

DATED = {"quantity_on": "quantity", "price_on": "price", "stock_on": "in_stock"}
"""Day of a figure → the figure."""


class Goods(parts.Part):
    """One product at a place in one role; the row is called ``<public id of the product>.<role>``."""

    name = "goods"
    model = PlaceProduct
    owners = ("places.Place",)
    groups: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "quantity": ("quantity", "unit", "period", "months", "quantity_on"),
        "terms": ("minimum_order", "lead_days", "piece_kg", "said_by"),
        "price": ("price", "currency", "price_unit", "price_on"),
        "stock": ("in_stock", "stock_on"),
    }
    titles: ClassVar = {
        "quantity": gettext_lazy("quantity"),
        "terms": gettext_lazy("terms of supply"),
        "price": gettext_lazy("price"),
        "stock": gettext_lazy("stock"),
    }

    def rows(self, record: Place) -> "QuerySet[PlaceProduct]":
        """Return what stands on the shelves of a place, by role and name."""
        return PlaceProduct.objects.filter(place=record).select_related("product").order_by("role", "product__folded")

    def row_of(self, one: PlaceProduct) -> str:
        """Name the product and the role."""
        return f"{one.product.public_id}.{one.role}"

    def key_columns(self, record: Place) -> Mapping[str, Any]:
        """Return the key of the place."""
        return {"place_id": record.pk}

    def fresh(self, record: Place, row: str) -> PlaceProduct:
        """Return a row for a product that is registered."""
        number, _dot, role = row.partition(".")
        product = Product.objects.filter(public_id=number).first()
        if product is None:
            raise InvalidParameter("id", _("There is no record with the number %(id)s.") % {"id": number})
        if role not in PlaceProduct.Role.values:
            raise InvalidParameter("role", _("Say whether the place grows, makes, processes or sells it."))
        return PlaceProduct(place=record, product=product, role=role)

    def check(self, edited: PlaceProduct, stored: PlaceProduct | None) -> None:
        """Say in words what the constraints of the table refuse; without a day, a new figure is of today."""
        edited.months = sorted(set(edited.months or []))
        if not all(1 <= month <= 12 for month in edited.months):
            raise InvalidParameter("months", _("Months are numbers from 1 to 12."))
        for dated, figure in DATED.items():
            known = getattr(edited, figure)
            if known is None:
                setattr(edited, dated, None)
            elif getattr(edited, dated) is None:
                setattr(edited, dated, calendar.today())
            elif getattr(edited, dated) > calendar.today() and getattr(stored, dated, None) != getattr(edited, dated):
                raise InvalidParameter(dated, _("This day is still to come."))
        _check_quantity(edited)
        if edited.price is None:
            edited.price_unit = ""
        else:
            _positive("price", edited.price)
            if not edited.price_unit:
                raise InvalidParameter("price_unit", _("Say for how much the price is: per kg, per bottle of 500 ml …"))

    def called(self, one: PlaceProduct) -> str:
        """Say the product and what the place does with it."""
        name = Product.objects.filter(pk=one.product_id).values_list("name", flat=True).first() or one.product_id
        return f"{name} · {one.get_role_display()}"

    def called_by(self, row: str) -> str:
        """Say the product and the role that a name means."""
        public_id, _dot, role = row.partition(".")
        known = Product.objects.filter(public_id=public_id).values_list("name", flat=True).first()
        return f"{known or public_id} · {dict(PlaceProduct.Role.choices).get(role, role)}"

    def say(self, group: str, one: PlaceProduct) -> str:
        """Say a group with its day."""
        return _SAYING[group](one)


def _positive(name: str, value: Any) -> None:
    if value is not None and value <= 0:
        raise InvalidParameter(name, _("This must be more than zero."))


def _check_quantity(edited: PlaceProduct) -> None:
    for name in ("quantity", "minimum_order", "piece_kg"):
        _positive(name, getattr(edited, name))
    if edited.quantity is not None:
        if not edited.unit:
            raise InvalidParameter("unit", _("Say the unit of the quantity: kg, tonnes, bottles …"))
        if not edited.period:
            raise InvalidParameter("period", _("Say in which time: a day, a month, a season or a year."))
    else:
        edited.period = ""
    if edited.minimum_order is not None and not edited.unit:
        raise InvalidParameter("unit", _("Say the unit of the least order."))


def _say_quantity(one: PlaceProduct) -> str:
    said = []
    if one.quantity is not None:
        said.append(f"{number(one.quantity)} {one.unit} {one.get_period_display()}".strip())
    if one.months:
        said.append(months(one.months))
    return _dated(", ".join(said), one.quantity_on)


def _say_terms(one: PlaceProduct) -> str:
    said = []
    if one.minimum_order is not None:
        said.append(_("at least %(amount)s an order") % {"amount": f"{number(one.minimum_order)} {one.unit}".strip()})
    if one.lead_days is not None:
        said.append(_("%(count)s days of notice") % {"count": one.lead_days})
    if one.piece_kg is not None:
        said.append(_("%(weight)s kg a piece") % {"weight": number(one.piece_kg)})
    if one.said_by:
        said.append(_("said by %(who)s") % {"who": one.get_said_by_display()})
    return ", ".join(said)


def _say_price(one: PlaceProduct) -> str:
    return _dated(price(one.price, one.currency, one.price_unit), one.price_on) if one.price is not None else ""


def _say_stock(one: PlaceProduct) -> str:
    if one.in_stock is None:
        return ""
    return _dated(_("in stock") if one.in_stock else _("out of stock"), one.stock_on)


def _dated(said: str, on: Any) -> str:
    return _("%(said)s (on %(day)s)") % {"said": said, "day": day(on)} if said and on is not None else said


_SAYING = {"quantity": _say_quantity, "terms": _say_terms, "price": _say_price, "stock": _say_stock}
GOODS = Goods()
