"""Who may be reached by everybody: the model and the published columns tell the same."""

from datetime import date
from itertools import product as every

import pytest

from geo.catalog.models import Producer
from geo.places.collection import public_contact
from geo.places.models import Place
from tests import factories

pytestmark = pytest.mark.django_db


def test_model_and_api_withhold_the_same_contacts() -> None:
    consents = (None, date(2026, 1, 1))
    kinds = [None, *Producer.Kind.values]
    for number, (kind, of_producer, of_place, at) in enumerate(every(kinds, consents, consents, Place.Kind.values)):
        maker = factories.producer(f"Chủ {number}", kind=kind, contact_consent_on=of_producer) if kind else None
        outlets = ("", "market", "producer_shop") if at == "point_of_sale" else ("",)
        for outlet in outlets:
            factories.place(
                f"Nơi {number} {outlet}",
                kind=at,
                outlet=outlet,
                producer=maker,
                contact_consent_on=of_place,
                phone="0123",
            )
    shown = dict(Place.objects.annotate(shown=public_contact("phone")).values_list("pk", "shown"))
    told = {row.pk: "0123" if row.contact_is_public else None for row in Place.objects.select_related("producer")}
    assert shown == told
    assert set(shown.values()) == {None, "0123"}


def test_a_household_is_reached_only_with_consent_also_in_its_own_shop() -> None:
    home = factories.producer("Hộ A", kind="household")
    own = factories.place("Nhà", producer=home, outlet="producer_shop")
    stall = factories.place("Quầy ở chợ", producer=home, outlet="market")
    assert not own.contact_is_public
    assert stall.contact_is_public
