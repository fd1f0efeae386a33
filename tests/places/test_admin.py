"""The admin pages of the records, without a browser."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from geo.access.history import trail
from geo.access.models import User
from geo.divisions.models import Division
from geo.places.models import OpeningSchedule, Place
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client: Client) -> User:
    user = make.administrator()
    client.force_login(user)
    return user


def form_of(client: Client, url: str) -> dict[str, Any]:
    """The values that the page would send back unchanged."""
    page = client.get(url)
    assert page.status_code == 200
    form = page.context["adminform"].form
    data: dict[str, Any] = {}
    forms = [form, *(inline.formset.management_form for inline in page.context["inline_admin_formsets"])]
    for inline in page.context["inline_admin_formsets"]:
        forms += list(inline.formset.forms)
    for each in forms:
        for name in each.fields:
            bound = each[name]
            value = bound.field.widget.format_value(bound.value()) if bound.value() is not None else ""
            if isinstance(value, list):
                value = value[0] if value else ""
            data[bound.html_name] = "" if value is None else value
    for name in ("new_photo", "forget_photo"):
        data.pop(name, None)
    return data


def change_url(record: Any) -> str:
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk])


def test_a_change_is_written_with_its_reason_and_shown_in_the_history(client: Client, officer: User) -> None:
    place = make.place(location_source="OSM")
    data = form_of(client, change_url(place)) | {"phone": "0297 3846 100", "reason": "Gọi điện hỏi lại"}
    answer = client.post(change_url(place), data)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    entry = trail("places_place", place.pk)[0]
    assert (entry.actor, entry.reason, entry.after) == (officer.pk, "Gọi điện hỏi lại", {"phone": "0297 3846 100"})
    history = client.get(reverse("admin:places_place_history", args=[place.pk])).content.decode()
    for shown in (str(officer), "Gọi điện hỏi lại", "0297 3846 100"):
        assert shown in history


def test_a_pin_sent_as_the_map_sends_it_is_moved(client: Client, officer: User) -> None:
    place = make.place()
    data = form_of(client, change_url(place)) | {
        "location": '{"type":"Point","coordinates":[103.98,10.2]}',
        "location_accuracy": "surveyed",
        "location_source": "Khảo sát 11/2026",
        "reason": "Ghim sai",
    }
    assert client.post(change_url(place), data).status_code == 302
    place.refresh_from_db()
    assert place.location is not None
    assert (place.location.x, place.location.y) == (103.98, 10.2)
    assert client.get(change_url(place)).status_code == 200


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("reason", {"reason": ""}),
        ("location_source", {"location_accuracy": "gps", "location_source": ""}),
        ("closed_on", {"status": "closed", "closed_on": "01/01/2100"}),
        ("opening_hours", {"opening_hours": "8h đến 17h"}),
        ("commune", {"commune": ""}),
    ],
)
def test_what_the_service_refuses_is_shown_at_its_field(
    client: Client, officer: User, field: str, values: dict[str, str]
) -> None:
    place = make.place()
    gone = {"province": "", "commune": ""} if field == "commune" else {}
    answer = client.post(change_url(place), form_of(client, change_url(place)) | {"reason": "thử"} | values | gone)
    assert answer.status_code == 200
    wanted = "province" if field == "commune" else field
    assert wanted in answer.context["adminform"].form.errors, answer.context["adminform"].form.errors
    assert Place.objects.get(pk=place.pk).version == place.version


def test_a_page_left_open_too_long_does_not_overwrite(client: Client, officer: User) -> None:
    place = make.place()
    data = form_of(client, change_url(place))
    Place.objects.filter(pk=place.pk).update(phone="111")
    answer = client.post(change_url(place), data | {"phone": "222", "reason": "chậm"})
    assert answer.status_code == 200
    assert answer.context["adminform"].form.non_field_errors()
    assert Place.objects.get(pk=place.pk).phone == "111"


def test_a_new_place_with_hours_and_products(client: Client, officer: User) -> None:
    commune, product = make.commune(), make.product()
    url = reverse("admin:places_place_add")
    data = form_of(client, url) | {
        "name": "Quầy OCOP bến tàu",
        "kind": "point_of_sale",
        "commune": commune.pk,
        "location_accuracy": "commune_point",
        "status": "open",
        "source_kind": "survey",
        "opening_hours": "Mo-Su 06:00-18:00",
        "reason": "Khảo sát",
        "place_products-TOTAL_FORMS": "1",
        "place_products-0-product": product.pk,
        "place_products-0-role": "sells",
        "place_products-0-currency": "VND",
        "place_products-0-months": "",
    }
    answer = client.post(url, data)
    assert answer.status_code == 302, answer.context["errors"]
    place = Place.objects.get(name="Quầy OCOP bến tàu")
    assert place.schedule == OpeningSchedule.objects.get(expression="Mo-Su 06:00-18:00")
    assert place.province == commune.parent
    part = place.place_products.get()
    assert trail("places_placeproduct", part.pk)[0].reason == "Khảo sát"


def test_records_can_not_be_deleted(client: Client, officer: User) -> None:
    product = make.product()
    for record in (make.place(), product, make.producer(), make.certificate(product, decision_date=date(2025, 1, 1))):
        name = f"admin:{record._meta.app_label}_{record._meta.model_name}_delete"
        assert client.post(reverse(name, args=[record.pk]), {"post": "yes"}).status_code == 403


def test_products_producers_and_certificates_are_edited_with_a_reason(client: Client, officer: User) -> None:
    product, producer = make.product(), make.producer()
    for record, field in ((product, "description"), (producer, "address")):
        data = form_of(client, change_url(record)) | {field: "mới", "reason": "bổ sung"}
        answer = client.post(change_url(record), data)
        assert answer.status_code == 302, answer.context["errors"]
        assert trail(record._meta.db_table, record.pk)[0].reason == "bổ sung"
    make.scheme()
    url = reverse("admin:catalog_certificate_add")
    data = form_of(client, url) | {
        "subject": product.public_id.lower(),
        "scheme": "OCOP",
        "stars": "4",
        "decision_date": "01/02/2026",
        "source_kind": "decision",
        "source_name": "QĐ",
        "reason": "Quyết định mới",
    }
    answer = client.post(url, data)
    assert answer.status_code == 302, answer.context["errors"]
    wrong = client.post(url, data | {"subject": "00000000"})
    assert "subject" in wrong.context["adminform"].form.errors


def test_lists_are_searched_without_accents_and_by_public_id(client: Client, officer: User) -> None:
    place = make.place(name="Chợ Dương Đông")
    make.place(name="Siêu thị khác")
    url = reverse("admin:places_place_changelist")
    for words in ("cho duong dong", "dương đông", place.public_id.lower()):
        found = client.get(url, {"q": words}).context["cl"].result_list
        assert [row.pk for row in found] == [place.pk], words


def test_divisions_are_chosen_among_those_of_today_with_their_province(client: Client, officer: User) -> None:
    make.commune()
    make.commune("Phú Quốc cũ", "31081", "xã", valid_from=date(2020, 1, 1), valid_until=date(2025, 7, 1))
    url = reverse("admin:divisions_division_choose")
    asked = {"term": "phu quoc", "app_label": "places", "model_name": "place", "field_name": "commune"}
    results = client.get(url, asked).json()["results"]
    assert [row["text"] for row in results] == ["Đặc khu Phú Quốc, Tỉnh An Giang"]
    assert client.get(url, asked | {"field_name": "province"}).json()["results"] == []
    assert Division.objects.count() == 3


def test_all_pages_open(client: Client, officer: User) -> None:
    product = make.product(category=make.category("I.4.9"), producer=make.producer())
    place = make.place()
    make.sells(place, product)
    make.certificate(product)
    make.holiday(date(2027, 2, 6), kind="tet")
    for model in (
        "access_recordversion", "access_user", "divisions_division", "catalog_productcategory", "catalog_producer",
        "catalog_product", "catalog_certificate", "catalog_certificatescheme", "places_place", "places_holiday",
    ):  # fmt: skip
        assert client.get(reverse(f"admin:{model}_changelist")).status_code == 200, model
    assert client.get(reverse("admin:places_place_ground")).json()["communes"]
    for record in (place, product):
        assert client.get(change_url(record)).status_code == 200
