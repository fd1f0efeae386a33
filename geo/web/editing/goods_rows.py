"""Rows of the form of a place: what it grows, makes, processes or sells."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo.access.parts import Row
from geo.catalog.models import Product
from geo.places.goods import DATED, GOODS
from geo.places.models import PlaceProduct
from geo.spatial import calendar
from geo.spatial.problems import InvalidParameter
from geo.web.editing.choosing import product_of
from geo.web.editing.fields import DateField, choice_field, text_field
from geo.web.editing.numbers import NumberField
from geo.web.editing.rows import RowForm

MONTHS = [(month, str(month)) for month in range(1, 13)]
STOCK = {"yes": True, "no": False}
TODAY = gettext_lazy("Left as it is or empty: today, if the figure has changed.")
UNITS = {"list": "units"}


class GoodsRow(RowForm):
    """One product at the place, in one role."""

    part = GOODS
    sections = (
        (None, ("product", "role")),
        (gettext_lazy("How much"), ("quantity", "unit", "period", "months", "quantity_on")),
        (gettext_lazy("Terms of supply"), ("minimum_order", "lead_days", "piece_kg", "said_by")),
        (gettext_lazy("Price"), ("price", "price_unit", "price_on")),
        (gettext_lazy("Stock"), ("in_stock", "stock_on")),
        (None, ("remove",)),
    )

    product = forms.CharField(
        label=gettext_lazy("Product"),
        required=False,
        max_length=420,
        widget=forms.TextInput(attrs={"data-suggest-names": "products"}),
        help_text=gettext_lazy("Full name or record number of a registered product."),
    )
    role = choice_field(PlaceProduct, "role", gettext_lazy("What does the place do with it?"), required=False)
    quantity = NumberField(label=gettext_lazy("Quantity"))
    unit = text_field(PlaceProduct, "unit", gettext_lazy("Unit"), widget=forms.TextInput(attrs=UNITS))
    period = choice_field(PlaceProduct, "period", gettext_lazy("In which time"))
    months = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Months of the season"),
        choices=MONTHS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    quantity_on = DateField(label=gettext_lazy("Known on"), help_text=TODAY)
    minimum_order = NumberField(
        label=gettext_lazy("Least order"), help_text=gettext_lazy("In the unit of the quantity.")
    )
    lead_days = forms.IntegerField(
        label=gettext_lazy("Days from the order to the goods"), required=False, min_value=0, max_value=730
    )
    piece_kg = NumberField(
        label=gettext_lazy("Net weight of one piece (kg)"), help_text=gettext_lazy("When it is sold by the piece.")
    )
    said_by = choice_field(PlaceProduct, "said_by", gettext_lazy("Who said so?"))
    price = NumberField(label=gettext_lazy("Price (dong)"))
    price_unit = text_field(
        PlaceProduct,
        "price_unit",
        gettext_lazy("For how much"),
        help_text=gettext_lazy("For example: kg; bottle 500 ml; box of 10."),
        widget=forms.TextInput(attrs=UNITS),
    )
    price_on = DateField(label=gettext_lazy("Price known on"), help_text=TODAY)
    in_stock = forms.TypedChoiceField(
        label=gettext_lazy("In stock?"),
        choices=[("", "—"), ("yes", gettext_lazy("in stock")), ("no", gettext_lazy("out of stock"))],
        coerce=STOCK.get,
        empty_value=None,
        required=False,
    )
    stock_on = DateField(label=gettext_lazy("Stock known on"), help_text=TODAY)

    add_label = gettext_lazy("Add a product")
    remove_label: ClassVar = gettext_lazy("The place doesn't have it any more: take it off the list")

    def __init__(self, data: Any, prefix: str, key: str | None, before: Row | None) -> None:
        super().__init__(data, prefix, key, before)
        if key is not None:
            del self.fields["product"], self.fields["role"]
            self.fields["remove"].label = self.remove_label
        if before is not None and before["price"]["currency"] != "VND":
            self.fields["price"].label = _("Price (%(currency)s)") % {"currency": before["price"]["currency"]}

    def first(self, before: Row) -> dict[str, Any]:
        """Say whether it is in stock by the words of the choice."""
        found = super().first(before)
        stock = found["in_stock"]
        return {**found, "in_stock": "" if stock is None else "yes" if stock else "no"}

    def silent(self) -> set[str]:
        """A role alone says nothing."""
        return {"role"} if self.key is None else set()

    def clean_product(self) -> Product | None:
        """Find the product that was named."""
        try:
            found = product_of(self.cleaned_data["product"])
        except InvalidParameter as problem:
            raise forms.ValidationError(problem.message) from None
        if found is None:
            raise forms.ValidationError(_("Say which product it is."))
        return found

    def clean_role(self) -> str:
        """A new row says what the place does with the product."""
        if not self.cleaned_data["role"]:
            raise forms.ValidationError(_("Say whether the place grows, makes, processes or sells it."))
        return str(self.cleaned_data["role"])

    def clean(self) -> dict[str, Any]:
        """A figure that was changed, and its day not, is known today."""
        cleaned = super().clean() or self.cleaned_data
        for on, figure in DATED.items():
            if figure in self.changed_data and on not in self.changed_data and cleaned.get(figure) is not None:
                cleaned[on] = calendar.today()
        return cleaned

    def new_key(self) -> str:
        """Name the product and the role."""
        return f"{self.cleaned_data['product'].public_id}.{self.cleaned_data['role']}"
