"""The history of a record on the desk, as an officer reads it: who, when, from what to what, why."""

import re
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.test import Client

from geo.access.models import RecordVersion, User
from geo.catalog.models import Product
from geo.places import services
from geo.places.models import Place
from geo.stewardship import proposals
from geo.stewardship.editing import save_or_propose
from geo.stewardship.imports.applying import apply_import
from geo.stewardship.imports.checking import check, receive
from geo.stewardship.models import Proposal
from tests import factories as make
from tests.stewardship.imports import files

pytestmark = pytest.mark.django_db
SNAPSHOT = Path(__file__).with_name("audit_trail.txt")
"""What the page says; rewritten by hand when the words are meant to change."""


def trail_of(client: Client, place: Place) -> str:
    """The texts of the history, a line each, without what differs from run to run."""
    html = client.get(f"/vi/desk/records/{place.public_id}").content.decode()
    part = html[html.index('<ol class="trail">') :].split("</ol>")[0]
    part = re.sub(r"<details.*?</details>", "", part, flags=re.DOTALL)
    part = re.sub(r'<span class="visually-hidden">[^<]*</span>', "", part)
    lines = [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", line)).strip() for line in part.splitlines()]
    said = unescape("\n".join(line for line in lines if line))
    return re.sub(r"đề nghị số \d+", "đề nghị số N", said)


def on_the_shelf(price: str, day: str) -> dict[str, Any]:
    """What a place sells, with its price."""
    sauce = Product.objects.get()
    said = {"price": price, "currency": "VND", "price_unit": "chai 500 ml", "price_on": day}
    return {f"goods/{sauce.public_id}.sells": {"price": said}}


def imported(officer: User, place: Place) -> None:
    """Let a file change the telephone of a place."""
    rows = [["Mã bản ghi", "Điện thoại"], [place.public_id, "0297 3 111 222"]]
    batch = receive(officer, "places", "danh sách tháng 11.xlsx", files.xlsx(rows), "Sở Nông nghiệp")
    done = apply_import(officer, "rà soát quý IV", check(batch))
    assert done.counts["changed"] == 1


def test_the_audit_trail_says_in_vietnamese_who_when_what_and_why(client: Client) -> None:
    commune = make.commune()
    lan = make.officer("communal", commune, first_name="Nguyễn Thị", last_name="Lan")
    minh = make.officer("provincial", commune.parent, first_name="Trần Văn", last_name="Minh")
    place = make.place(location_source="Sở Nông nghiệp", schedule=make.schedule())
    place.refresh_from_db()
    make.product(producer=make.producer(province=commune.parent, commune=commune))
    saved = services.save_place(minh, "chủ quán báo", {"phone": "0912 345 678", "name": "Chợ Dương Đông"}, place=place)
    point = Point(103.97, 10.21, srid=4326)
    services.move_pin(minh, "đo lại tại chỗ", saved.place, point, accuracy="gps", source="GPS của máy, sai số 8 m")
    now = Place.objects.get(pk=place.pk)
    made = save_or_propose(
        lan, "mở cửa muộn hơn", now, {"schedule": make.schedule("Mo-Su 09:00-18:00")}, version=now.version
    )
    assert isinstance(made, Proposal)
    proposals.approve(minh, made, "đã gọi điện")
    services.save_place(minh, "ghé cửa hàng", on_the_shelf("85000", "2026-11-20"), place=now)
    services.save_place(minh, "giá mới", on_the_shelf("90000", "2026-11-21"), place=now)
    imported(minh, now)
    services.close(minh, "nghỉ bán", place, on=datetime(2026, 11, 20).date())
    RecordVersion.objects.update(at=datetime.fromisoformat("2026-11-22T08:30:00+07:00"))
    client.force_login(minh)
    assert trail_of(client, place) == SNAPSHOT.read_text(encoding="utf-8").strip()
