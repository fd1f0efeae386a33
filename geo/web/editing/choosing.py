"""Records and divisions that somebody names in a form: found, or refused with what may have been meant."""

import re
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from geo.catalog.models import Producer, Product, ProductCategory
from geo.divisions.models import Division, Level
from geo.divisions.resolution import resolve
from geo.spatial import public_ids
from geo.spatial.folding import fold
from geo.spatial.problems import InvalidParameter, NotFound

AT_MOST = 5
_ID = re.compile(r"(?:^|·\s*)([0-9A-Za-z]{8})\s*$")


def producer_words(producer: Producer | None) -> str:
    """Return a producer as the form writes it: name and record number."""
    return f"{producer.name} · {producer.public_id}" if producer is not None else ""


def product_words(product: Product) -> str:
    """Return a product as the form writes it: name, producer and record number."""
    maker = f" · {product.producer.name}" if product.producer is not None else ""
    return f"{product.name}{maker} · {product.public_id}"


def producer_of(text: str) -> Producer | None:
    """Return the producer of a record number or a full name. Raises: InvalidParameter (``producer``)."""
    found: Producer | None = _record_of(text, Producer.objects.all(), producer_words, "producer")
    if found is None and text.strip():
        raise InvalidParameter("producer", _("No producer “%(said)s” is registered.") % {"said": text})
    return found


def product_of(text: str) -> Product | None:
    """Return the product of a record number or a full name. Raises: InvalidParameter (``product``)."""
    rows = Product.objects.select_related("producer")
    found: Product | None = _record_of(text, rows, product_words, "product")
    if found is None and text.strip():
        raise InvalidParameter("product", _("No product “%(said)s” is registered.") % {"said": text})
    return found


def _record_of(text: str, rows: "QuerySet[Any]", words: Callable[[Any], str], field: str) -> Any:
    if not text.strip():
        return None
    found = _by_id(text, rows)
    if found is not None:
        return found
    named = list(rows.filter(folded=fold(text.strip()))[: AT_MOST + 1])
    if len(named) > 1:
        candidates = "; ".join(words(one) for one in named[:AT_MOST])
        message = _("Several records are called “%(said)s”: %(candidates)s. Write the record number.")
        raise InvalidParameter(field, message % {"said": text, "candidates": candidates})
    return named[0] if named else None


def _by_id(text: str, rows: "QuerySet[Any]") -> Any:
    match = _ID.search(text)
    try:
        return rows.filter(public_id=public_ids.parse(match[1])).first() if match else None
    except NotFound:
        return None


def commune_of(text: str, province: Division | None) -> tuple[Division | None, tuple[Division, ...]]:
    """Return the commune that ``text`` names without doubt, else what it may mean, best first."""
    if not text.strip():
        return None, ()
    found = resolve(text, level=Level.COMMUNE)
    if found.one is None and province is not None:
        within = resolve(text, level=Level.COMMUNE, within=province)
        found = within if within.candidates else found
    if found.one is not None:
        return found.one, ()
    communes = (one.division for one in found.candidates if one.division.level == Level.COMMUNE)
    return None, tuple(dict.fromkeys(communes))[: 2 * AT_MOST]


def category_words(category: ProductCategory | None) -> str:
    """Return a category as the form writes it: code and name."""
    return str(category) if category is not None else ""
