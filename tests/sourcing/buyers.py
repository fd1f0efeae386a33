"""A register with a supplier of every kind, and a buyer who fills forms in."""

import time
from datetime import timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from django.test import Client

from geo.access.form_tokens import issue
from geo.catalog.models import Producer
from geo.places.models import Place, PlaceProduct
from geo.sourcing.models import QuotationRequest
from geo.spatial import calendar
from tests import factories as make

SECRET_PHONE, SECRET_EMAIL = "0987 654 321", "ho.rieng@example.vn"
SAID = {
    "quantity": "50",
    "unit": "kg",
    "months": "3-5",
    "delivery": "Kho Bình Tân, TP. Hồ Chí Minh",
    "message": "Cần hoá đơn.\nĐóng gói 1 kg.",
    "name": "Siêu thị Sông Hàn",
    "email": "mua@example.vn",
}


def supplier(producer: Producer, name: str = "Xưởng cà phê", quantity: str = "60", **values: Any) -> Place:
    """A facility of a producer that makes 60 kg of coffee a month, said by an officer ten days ago."""
    place = make.place(name, kind="processing_facility", producer=producer, **values)
    stated(place, make.product(f"Cà phê {name}", producer=producer), quantity)
    place.refresh_from_db()
    return place


def stated(place: Place, product: Any, quantity: str, **values: Any) -> PlaceProduct:
    """What a place says it can deliver."""
    told: dict[str, Any] = {
        "role": "processes",
        "quantity": Decimal(quantity),
        "unit": "kg",
        "period": "month",
        "quantity_on": calendar.today() - timedelta(days=10),
        "said_by": "officer",
    }
    return make.sells(place, product, **{**told, **values})


def company(**values: Any) -> Producer:
    """A company, whose contact is public."""
    return make.producer("Công ty Cà phê", kind="company", **{"email": "ban@example.vn", **values})


def household(**values: Any) -> Producer:
    """A household that has not agreed to its contact being shown."""
    private = {"phone": SECRET_PHONE, "email": SECRET_EMAIL, "address": "Tổ 3, ấp Kín"}
    return make.producer("Hộ Trần Văn Lúa", kind="household", **{**private, **values})


def key(place: Place) -> str:
    """The public name of a place's supply."""
    row = PlaceProduct.objects.select_related("product").get(place=place)
    return f"{place.public_id}-{row.product.public_id}"


def filled(**said: Any) -> dict[str, Any]:
    """A form as it comes back a while after it was shown."""
    with patch("time.time", return_value=time.time() - 30):
        return {**said, "token": issue()}


def ask(client: Client, *places: Place, **said: Any) -> QuotationRequest:
    """Send a request to the suppliers at these places, and return it."""
    until = (calendar.today() + timedelta(days=10)).isoformat()
    sent = filled(**{**SAID, "expires_on": until, "supply": [key(place) for place in places], **said})
    answer = client.post("/vi/sourcing/ask", sent)
    assert answer.status_code == 302, answer.content.decode()
    request = QuotationRequest.objects.latest("pk")
    assert answer["Location"] == f"/vi/sourcing/requests/{request.key}"
    return request
