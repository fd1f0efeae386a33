"""What moves with a record that is merged, counted in words."""

from django.utils.translation import ngettext

from geo.catalog.models import Certificate, Product
from geo.places.models import Place, PlaceProduct
from geo.stewardship.models import Report
from geo.stewardship.writers import Subject


def counted(record: Subject) -> list[str]:
    """Return what belongs to ``record``, each with its number; nothing of which there is none."""
    certificates = Certificate.objects.filter(subject=record.public_id).count()
    reports = Report.objects.filter(subject=record.public_id).count()
    goods = places = products = 0
    if isinstance(record, Place):
        goods = PlaceProduct.objects.filter(place=record).count()
    elif isinstance(record, Product):
        places = PlaceProduct.objects.filter(product=record).count()
    else:
        products = Product.objects.filter(producer=record).count()
        places = Place.objects.filter(producer=record).count()
    found = (
        (products, ngettext("%(n)d product", "%(n)d products", products)),
        (goods, ngettext("%(n)d product at the place", "%(n)d products at the place", goods)),
        (places, ngettext("%(n)d place", "%(n)d places", places)),
        (certificates, ngettext("%(n)d certificate", "%(n)d certificates", certificates)),
        (reports, ngettext("%(n)d report", "%(n)d reports", reports)),
    )
    return [words % {"n": number} for number, words in found if number]
