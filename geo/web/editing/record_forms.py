"""The forms of producers and products."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy

from geo.catalog import services
from geo.catalog.models import Producer, Product, ProductCategory
from geo.spatial.problems import InvalidParameter
from geo.stewardship.plain import Plain
from geo.web.editing.certificate_rows import CertificateRow, certificate_group
from geo.web.editing.choosing import producer_of, producer_words
from geo.web.editing.fields import DateField, choice_field, text_field
from geo.web.editing.forms import EditForm, Group
from geo.web.editing.sources import SourceFields, source_group
from geo.web.editing.where_fields import WhereFields

PERSONAL = gettext_lazy(
    "Name, phone and address of a household are personal data: contacts are shown to everybody only from the day on "
    "which the household has agreed."
)


class ProducerForm(WhereFields, SourceFields, EditForm):
    """Who makes it."""

    model = Producer
    edited = services.PRODUCER_FIELDS
    groups = (
        Group(gettext_lazy("Who it is"), ("name", "kind")),
        Group(gettext_lazy("Address"), ("commune", "province", "address")),
        Group(
            gettext_lazy("How to reach it"),
            ("phone", "zalo", "email", "website", "contact_consent_on"),
            lead=PERSONAL,
        ),
        certificate_group(),
        source_group(),
    )
    row_forms = (CertificateRow,)

    name = text_field(Producer, "name", gettext_lazy("Name of the producer"))
    kind = choice_field(Producer, "kind", gettext_lazy("Kind"))
    address = text_field(Producer, "address", gettext_lazy("House number, street, hamlet"))
    phone = text_field(Producer, "phone", gettext_lazy("Phone"), widget=forms.TextInput(attrs={"type": "tel"}))
    zalo = text_field(Producer, "zalo")
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False, max_length=254)
    website = forms.URLField(label=gettext_lazy("Website"), required=False, max_length=300, assume_scheme="https")
    contact_consent_on = DateField(label=gettext_lazy("The household agreed on"))

    def first(self, values: Plain) -> dict[str, Any]:
        """Return what the fields hold at first."""
        return super().first(values) | self.first_where(values)

    def clean(self) -> dict[str, Any]:
        """Settle commune and province."""
        cleaned = super().clean() or self.cleaned_data
        self.settle_where(cleaned)
        return cleaned

    def wanted(self) -> dict[str, Any]:
        """Return what was changed, as the service takes it."""
        values = super().wanted()
        for name in ("commune", "province"):
            values.pop(name, None)
        return values | self.wanted_where(self.record is None)


def _categories() -> list[tuple[str, str]]:
    indent = {"SECTOR": "", "GROUP": "– ", "SET": "– – "}
    rows = ProductCategory.objects.all()
    return [("", "—"), *((str(one.pk), f"{indent[one.level]}{one.code} {one.name_vi}") for one in rows)]


class ProductForm(SourceFields, EditForm):
    """What it is, with its certificates."""

    model = Product
    edited = services.PRODUCT_FIELDS
    groups = (
        Group(gettext_lazy("What it is"), ("name", "name_en", "producer", "category", "description")),
        Group(gettext_lazy("Codes and notes"), ("gtin", "local_code", "note"), folded=True),
        certificate_group(),
        source_group(),
    )
    row_forms = (CertificateRow,)
    places_of_errors: ClassVar = {"category_basis": "category"}

    name = text_field(Product, "name", gettext_lazy("Name of the product"))
    name_en = text_field(Product, "name_en", gettext_lazy("English name"))
    producer = forms.CharField(
        label=gettext_lazy("Producer"),
        required=False,
        max_length=240,
        help_text=gettext_lazy("Record number or full name."),
    )
    category = forms.ChoiceField(
        label=gettext_lazy("Category of the official catalogue"), required=False, choices=_categories
    )
    description = text_field(
        Product, "description", gettext_lazy("Description"), widget=forms.Textarea(attrs={"rows": 4})
    )
    gtin = text_field(Product, "gtin", "GTIN")
    local_code = text_field(Product, "local_code", gettext_lazy("Local product code"))
    note = text_field(Product, "note", gettext_lazy("Note of the editors"), widget=forms.Textarea(attrs={"rows": 3}))

    def first(self, values: Plain) -> dict[str, Any]:
        """Return what the fields hold at first."""
        self._producer = Producer.objects.filter(pk=values["producer"]).first() if values.get("producer") else None
        said = {"producer": producer_words(self._producer), "category": str(values.get("category") or "")}
        return super().first(values) | said

    def clean_producer(self) -> Producer | None:
        """Find the producer that was named."""
        text = self.cleaned_data["producer"]
        if text == self.initial["producer"]:
            return self._producer
        try:
            return producer_of(text)
        except InvalidParameter as problem:
            raise forms.ValidationError(problem.message) from None

    def clean_category(self) -> ProductCategory | None:
        """Find the category that was chosen."""
        chosen = self.cleaned_data["category"]
        return ProductCategory.objects.get(pk=int(chosen)) if chosen else None

    def wanted(self) -> dict[str, Any]:
        """Return what was changed; a category that an editor chooses was assigned by the editors."""
        values = super().wanted()
        if values.get("category") is not None and "category" in self.changed_data:
            values["category_basis"] = Product.CategoryBasis.DERIVED.value
        return values
