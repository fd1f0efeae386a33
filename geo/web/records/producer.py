"""The record of a producer (chủ thể OCOP): its products with their stars, its places, its public contact."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from geo.catalog.models import Producer
from geo.web import structured, words
from geo.web.records import common
from geo.web.records.addresses import Address, address_of
from geo.web.records.checked import checked_words

LINES = 100


@dataclass
class ProducerRecord(common.Record):
    """A producer."""

    address: Address = field(default_factory=Address)
    products: Sequence[common.Line] = ()
    places: Sequence[common.Line] = ()

    @property
    def address_now(self) -> str:
        """The address with today's divisions."""
        return self.address.now

    @property
    def address_written(self) -> str:
        """The address as written in the source."""
        return self.address.written

    @property
    def formerly(self) -> str:
        """What the commune and province were before."""
        return self.address.formerly


def producer_rows() -> QuerySet[Producer]:
    """Return producers with what their record needs of their own."""
    return Producer.objects.select_related("province", "commune")


def producer_record(producer: Producer, base: common.Base) -> ProducerRecord:
    """Return what the page of ``producer`` shows."""
    products = list(producer.products.order_by("folded", "pk")[:LINES])
    certificates = common.certificates_of([producer.public_id, *(row.public_id for row in products)])
    places = producer.places.select_related("province", "commune").order_by("kind", "folded", "pk")[:LINES]
    kind = "" if producer.kind == Producer.Kind.UNKNOWN else str(producer.get_kind_display())
    record = ProducerRecord(
        **base.of(producer.public_id, "producer"),
        checked=checked_words(producer),
        claim_href=reverse("web:claim", args=[producer.public_id]),
        kind="producer",
        kind_label=capfirst(kind) or _("Producer"),
        name=producer.name,
        source=common.source_of(producer),
        is_sample=producer.is_sample,
        certificates=[common.certificate_view(row) for row in certificates[producer.public_id]],
        contact=common.contact_of(producer),
        address=address_of(producer.commune, producer.province, producer.address if producer.contact_is_public else ""),
        products=[common.product_line(row, certificates[row.public_id]) for row in products],
        places=[common.place_line(row) for row in places],
    )
    record.summary = words.join((record.kind_label, common.division_line(producer.commune, producer.province)))
    record.structured = structured.producer(record)
    return record
