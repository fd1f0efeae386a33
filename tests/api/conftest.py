"""A small register for the tests of the API, and short ways to ask it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.test import Client

from geo.catalog.models import Product
from geo.places.models import Place
from geo.spatial import calendar
from tests import factories


@dataclass
class Register:
    """What the fixture made."""

    places: list[Place] = field(default_factory=list)
    products: list[Product] = field(default_factory=list)


def build_register() -> Register:
    """Make 12 places of all kinds in two provinces, two of them without a position, with 3 products."""
    made = Register()
    an_giang, ha_noi = factories.province(), factories.province("Hà Nội", "01", "thành phố")
    phu_quoc = factories.commune()
    today = calendar.today()
    fish_sauce = factories.product("Nước mắm Phú Quốc", category=factories.category("I.4.9"))
    coffee = factories.product(
        "Cà phê", category=factories.category("I.6.13"), producer=factories.producer("HTX Cà phê")
    )
    tea = factories.product("Chè", producer=factories.producer("=HTX Chè", kind="household", phone="0900000001"))
    factories.certificate(fish_sauce, stars=5, decision_date=today - timedelta(days=100))
    factories.certificate(coffee, stars=4, decision_date=today - timedelta(days=2000))
    made.products = [fish_sauce, coffee, tea]
    for number in range(12):
        kind = ("point_of_sale", "production_site", "processing_facility")[number % 3]
        here = number % 2 == 0
        lon, lat = (103.96 + number / 100, 10.22) if here else (105.80 + number / 100, 21.02)
        place = factories.place(
            f"Cơ sở Đồng {number:02d}",
            kind=kind,
            location=None if number in (4, 7) else Point(lon, lat, srid=4326),
            province=an_giang if here else ha_noi,
            commune=phu_quoc if here else None,
            address=f"+{number} phố Mẫu",
            phone=f"09{number:08d}",
        )
        role = "sells" if kind == "point_of_sale" else "makes"
        factories.sells(place, made.products[number % 3], role)
        made.places.append(place)
    factories.place(
        "Đặc sản = cộng", status="closed", closed_on=date(2026, 1, 1), location=Point(105.85, 21.03, srid=4326)
    )
    return made


def as_if_committed() -> None:
    """Give the versions that are given at commit now, inside the test's transaction, and begin another change."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SELECT set_config('ocopmap.transaction', '', true)")


@pytest.fixture
def register(db: None) -> Register:
    made = build_register()
    as_if_committed()
    return made


@pytest.fixture
def ask(client: Client) -> Callable[..., Any]:
    """Ask the API (address below /api/) and return the JSON answer; the status must be ``status``."""

    def asked(address: str, status: int = 200, **headers: str) -> Any:
        response = client.get(address if address.startswith("http") else f"/api/{address}", headers=headers)
        assert response.status_code == status, response.content[:600]
        return response.json()

    return asked


@pytest.fixture
def everything(ask: Callable[..., Any]) -> Callable[[str], list[dict[str, Any]]]:
    """Return the features of all pages, following the links ``next``."""

    def read(address: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        page: dict[str, Any] | None = ask(address)
        while page is not None:
            found += page["features"]
            assert page["numberReturned"] == len(page["features"])
            following = [link["href"] for link in page["links"] if link["rel"] == "next"]
            page = ask(following[0]) if following else None
        return found

    return read
