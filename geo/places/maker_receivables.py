"""What the API receives of a product and of a producer. Their positions follow from their places."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo.catalog.models import Producer, Product, ProductCategory
from geo.places.listed import CERTIFICATES_RECEIVED
from geo.places.receivables import (
    CONTACTS,
    DIVISIONS,
    NAME,
    SOURCE,
    check_divisions,
    one_of,
    record,
    text,
    with_source,
)
from geo.spatial.problems import InvalidParameter
from geo.spatial.writing import Receivable, Values, Writing, prose, words

_CODE = 20


def _category(name: str, value: Any) -> ProductCategory | None:
    code = words(_CODE)(name, value)
    if not code:
        return None
    found = ProductCategory.objects.filter(code=code).order_by("-edition").first()
    if found is None:
        raise InvalidParameter(name, _("There is no product category “%(code)s”.") % {"code": code})
    return found


def _producer_values(values: Values, stored: Any) -> Values:
    check_divisions(values, stored)
    if stored is None:
        values = {"kind": Producer.Kind.UNKNOWN, **values}
    return with_source(values, stored)


PRODUCT_WRITING = Writing(
    model=Product,
    receivables=(
        NAME,
        text("name_en", "name_en", gettext_lazy("English name"), 200),
        Receivable("producer_id", "producer", gettext_lazy("producer id"), record(Producer), longest=20),
        Receivable("category", "category", gettext_lazy("product category"), _category, longest=_CODE),
        one_of("category_basis", "category_basis", gettext_lazy("basis of the category"), Product.CategoryBasis.values),
        Receivable("description", "description", gettext_lazy("description"), prose(4000), longest=4000),
        text("gtin", "gtin", "GTIN", 14),
        text("local_code", "local_code", gettext_lazy("local product code"), 60, shown=False),
        *SOURCE,
    ),
    complete=with_source,
    lists=(CERTIFICATES_RECEIVED,),
)
PRODUCER_WRITING = Writing(
    model=Producer,
    receivables=(
        NAME,
        one_of("kind", "kind", gettext_lazy("kind"), Producer.Kind.values, keeps=True),
        *DIVISIONS,
        *CONTACTS,
        *SOURCE,
    ),
    complete=_producer_values,
    lists=(CERTIFICATES_RECEIVED,),
)
