"""The rows of the edit form, without a script: goods of a place and certificates, one or many, two editors at once."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from geo.access.models import User
from geo.catalog.models import Certificate, Product
from geo.places.models import Place, PlaceProduct
from geo.spatial import calendar
from geo.stewardship import proposals
from geo.stewardship.models import Proposal
from tests import factories as make
from tests.stewardship.test_editing_pages import address, fields_of, opened, send, signed_in, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Place:
    made = make.place(location_source="Sở Nông nghiệp")
    made.refresh_from_db()
    return made


@pytest.fixture
def officer(place: Place) -> User:
    return make.officer("provincial", place.province, first_name="Lan")


@pytest.fixture
def sauce() -> Product:
    made = make.product(producer=make.producer(province=make.province(), commune=make.commune()))
    made.refresh_from_db()
    return made


def shelf(place: Place) -> list[tuple[str, str, Any, Any]]:
    rows = PlaceProduct.objects.filter(place=place).select_related("product").order_by("pk")
    return [(row.product.name, row.role, row.quantity, row.price) for row in rows]


def fields(row: PlaceProduct | None, **typed: str) -> dict[str, str]:
    """What is typed in the row of a stored product, or in the first new one."""
    prefix = f"goods-{row.product.public_id}.{row.role}" if row is not None else "goods-new1"
    return {f"{prefix}-{name}": value for name, value in typed.items()}


def test_a_product_is_added_with_what_is_known_of_it(place: Place, officer: User, sauce: Product) -> None:
    client = signed_in(officer)
    form = opened(client, place)
    new = fields(
        None,
        product=f"Nước mắm Phú Quốc · {sauce.public_id}",
        role="sells",
        quantity="1.250,5",
        unit="lít",
        period="month",
        price="50.000",
        price_unit="chai 500 ml",
        in_stock="yes",
        minimum_order="20",
        lead_days="3",
        said_by="producer",
    )
    answer = client.post(address(place), {**form, **new, "goods-new1-months": ["3", "4", "12"]})
    assert answer.status_code == 302, text(answer)
    row = PlaceProduct.objects.get(place=place)
    assert (row.product, row.role, float(row.quantity or 0), row.unit) == (sauce, "sells", 1250.5, "lít")
    assert (row.price, row.price_unit, row.currency, row.in_stock) == (50_000, "chai 500 ml", "VND", True)
    assert row.quantity_on == row.price_on == row.stock_on == calendar.today()
    assert (row.minimum_order, row.lead_days, row.said_by, row.months) == (20, 3, "producer", [3, 4, 12])
    history = text(client.get(answer["Location"]))
    assert "“Nước mắm Phú Quốc · bán”" in history
    assert "50.000" in text(client.get(f"/vi/p/{place.public_id}"))
    again = opened(client, place)
    assert again[f"goods-{sauce.public_id}.sells-quantity"] == "1.250,5"
    assert client.post(address(place), again).status_code == 302
    assert PlaceProduct.objects.get(place=place).months == []


def test_a_changed_price_is_of_today_and_the_rest_stays(place: Place, officer: User, sauce: Product) -> None:
    row = make.sells(place, sauce, price=50_000, price_unit="chai", price_on=date(2026, 5, 1), months=[3])
    client = signed_in(officer)
    form = {**opened(client, place), f"goods-{sauce.public_id}.sells-months": "3"}
    assert send(client, place, form, **fields(row, price="60000")).status_code == 302
    row.refresh_from_db()
    assert (row.price, row.price_on, row.price_unit, row.months) == (60_000, calendar.today(), "chai", [3])
    place.refresh_from_db()
    version = place.version
    form = {**opened(client, place), f"goods-{sauce.public_id}.sells-months": "3"}
    assert client.post(address(place), form).status_code == 302
    place.refresh_from_db()
    assert place.version == version


def test_a_product_is_taken_off_the_list_and_put_back(place: Place, officer: User, sauce: Product) -> None:
    row = make.sells(place, sauce, price=50_000, price_unit="chai", price_on=date(2026, 5, 1))
    client = signed_in(officer)
    answer = send(client, place, opened(client, place), **fields(row, remove="on"))
    assert shelf(place) == []
    history = client.get(answer["Location"]).content.decode()
    number = history.split('name="number" value="')[1].split('"')[0]
    place.refresh_from_db()
    given = {"number": number, "version": place.version, "column": "*", "reason": "vẫn bán"}
    assert client.post(f"/vi/desk/records/{place.public_id}/revert", given).status_code == 302
    assert shelf(place) == [("Nước mắm Phú Quốc", "sells", None, 50_000)]


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"product": "Nước mắm Phú Quốc"}, "role", "Hãy nói"),
        ({"role": "sells", "price": "9"}, "product", "sản phẩm nào"),
        ({"product": "Bánh lạ", "role": "sells"}, "product", "Bánh lạ"),
        ({"product": "Nước mắm Phú Quốc", "role": "sells", "quantity": "nhiều"}, "quantity", "không phải"),
        ({"product": "Nước mắm Phú Quốc", "role": "sells", "quantity": "5"}, "unit", "đơn vị"),
        ({"product": "Nước mắm Phú Quốc", "role": "sells", "price": "5"}, "price_unit", "giá"),
        ({"product": "Nước mắm Phú Quốc", "role": "sells", "lead_days": "-1"}, "lead_days", "0"),
    ],
)
def test_what_is_wrong_in_a_row_is_said_there_and_nothing_typed_is_lost(
    place: Place, officer: User, sauce: Product, typed: dict[str, str], field: str, said: str
) -> None:
    client = signed_in(officer)
    answer = send(client, place, opened(client, place), address="Bến cảng", **fields(None, **typed))
    assert answer.status_code == 422
    html = answer.content.decode()
    at_field = html.split(f'id="id_goods-new1-{field}_error">')[1].split("<")[0]
    assert said.casefold() in at_field.casefold()
    summary = html.split('role="alert"')[1].split("</div>")[0]
    assert f'href="#id_goods-new1-{field}"' in summary
    assert 'value="Bến cảng"' in html
    assert all(f'value="{value}"' in html for value in typed.values())
    assert shelf(place) == []


def test_the_same_product_twice_is_refused(place: Place, officer: User, sauce: Product) -> None:
    make.sells(place, sauce)
    client = signed_in(officer)
    answer = send(client, place, opened(client, place), **fields(None, product=sauce.public_id, role="sells"))
    assert answer.status_code == 422
    assert "có trong danh sách" in text(answer)
    made = fields(None, product=sauce.public_id, role="makes")
    assert send(client, place, opened(client, place), **made).status_code == 302
    assert [row[1] for row in shelf(place)] == ["sells", "makes"]


def test_another_row_and_a_row_among_many_open_by_a_press(place: Place, officer: User, sauce: Product) -> None:
    rows = [make.sells(place, make.product(f"Bánh số {number}")) for number in range(12)]
    client = signed_in(officer)
    form = opened(client, place)
    assert not any(name.endswith("-price") for name in form if "new" not in name)
    chosen = rows[7]
    form = {**form, **fields(None, product=sauce.public_id, role="sells")}
    answer = client.post(address(place), {**form, "open": f"goods/{chosen.product.public_id}.sells"})
    assert answer.status_code == 200
    form = fields_of(answer.content.decode()) | {"reason": "giá"}
    answer = client.post(address(place), {**form, **fields(chosen, price="7.000", price_unit="cái"), "open": "goods+"})
    form = fields_of(answer.content.decode()) | {"reason": "giá"}
    assert "goods-new2-product" in form
    second = {"goods-new2-product": sauce.public_id, "goods-new2-role": "makes"}
    assert client.post(address(place), {**form, **second}).status_code == 302
    chosen.refresh_from_db()
    assert chosen.price == 7_000
    assert len(shelf(place)) == 14


def test_two_editors_of_different_products_lose_nothing(place: Place, officer: User, sauce: Product) -> None:
    one, other = make.sells(place, sauce), make.sells(place, make.product("Rượu sim"))
    first, second = signed_in(officer), signed_in(make.officer("communal", make.commune(), publishes=True))
    forms = opened(first, place), opened(second, place)
    assert send(first, place, forms[0], **fields(one, price="50.000", price_unit="chai")).status_code == 302
    assert send(second, place, forms[1], **fields(other, price="90.000", price_unit="chai")).status_code == 302
    assert [row[3] for row in shelf(place)] == [50_000, 90_000]


def test_two_editors_of_one_price_choose(place: Place, officer: User, sauce: Product) -> None:
    row = make.sells(place, sauce)
    first, second = signed_in(officer), signed_in(make.officer("communal", make.commune(), publishes=True))
    forms = opened(first, place), opened(second, place)
    send(first, place, forms[0], **fields(row, price="50.000", price_unit="chai"))
    conflict = send(second, place, forms[1], **fields(row, price="60.000", price_unit="chai", in_stock="no"))
    assert conflict.status_code == 409
    said = text(conflict)
    assert "Nước mắm Phú Quốc · bán: giá" in said
    assert "50.000 ₫/chai" in said
    assert "60.000 ₫/chai" in said
    place.refresh_from_db()
    choice = {f"choice-goods/{sauce.public_id}.sells/price": "yours", "against": str(place.version)}
    typed = {**forms[1], **fields(row, price="60.000", price_unit="chai", in_stock="no"), **choice}
    assert second.post(address(place), typed).status_code == 302
    row.refresh_from_db()
    assert (row.price, row.in_stock) == (60_000, False)


def test_a_row_that_another_removed_comes_back_whole_if_its_editor_says_so(
    place: Place, officer: User, sauce: Product
) -> None:
    row = make.sells(place, sauce, price=50_000, price_unit="chai", price_on=date(2026, 5, 1))
    first, second = signed_in(officer), signed_in(make.officer("communal", make.commune(), publishes=True))
    forms = opened(first, place), opened(second, place)
    send(first, place, forms[0], **fields(row, remove="on"))
    changed = fields(row, in_stock="yes")
    conflict = send(second, place, forms[1], **changed)
    assert conflict.status_code == 409
    place.refresh_from_db()
    choice = {f"choice-goods/{sauce.public_id}.sells/stock": "yours", "against": str(place.version)}
    assert second.post(address(place), {**forms[1], **changed, **choice}).status_code == 302
    back = PlaceProduct.objects.get(place=place)
    assert (back.price, back.in_stock) == (50_000, True)


def test_without_the_right_to_publish_goods_are_proposed(place: Place, sauce: Product) -> None:
    client = signed_in(make.officer("communal", make.commune()))
    new = fields(None, product=sauce.public_id, role="sells", price="50.000", price_unit="chai")
    answer = send(client, place, opened(client, place), **new)
    proposal = Proposal.objects.get()
    assert answer["Location"] == f"/vi/desk/proposals/{proposal.pk}"
    assert "50.000 ₫/chai" in text(client.get(answer["Location"]))
    assert shelf(place) == []


def test_products_are_suggested_with_their_makers(officer: User, sauce: Product) -> None:
    client = signed_in(officer)
    found = client.get("/vi/desk/product-names", {"q": "nuoc mam"}).content.decode()
    assert f"Nước mắm Phú Quốc · HTX Nước mắm Phú Quốc · {sauce.public_id}" in found
    assert client.get("/vi/desk/product-names", {"q": " "}).content.decode().strip() == ""


def test_a_certificate_is_added_corrected_and_revoked(officer: User, sauce: Product) -> None:
    make.scheme()
    client = signed_in(officer)
    new = {
        "scheme": "OCOP", "stars": "4", "decision_number": "12/QĐ-UBND", "decision_date": "2026-05-12",
        "issuer": "UBND tỉnh", "source_kind": "decision", "source_name": "Quyết định 12/QĐ-UBND",
    }  # fmt: skip
    answer = send(client, sauce, opened(client, sauce), **{f"certificates-new1-{k}": v for k, v in new.items()})
    assert answer.status_code == 302, text(answer)
    stored = Certificate.objects.get(subject=sauce.public_id)
    assert (stored.stars, stored.valid_until) == (4, date(2029, 5, 12))
    prefix = f"certificates-{stored.pk}"
    form = opened(client, sauce)
    assert form[f"{prefix}-valid_until"] == "2029-05-12"
    wrong = send(client, sauce, form, **{f"{prefix}-score": "95"})
    assert wrong.status_code == 422
    assert f'id="id_{prefix}-stars_error"' in wrong.content.decode()
    good = {f"{prefix}-score": "75,5", f"{prefix}-revoked_on": "2026-11-01", f"{prefix}-revoked_reason": "vi phạm"}
    answer = send(client, sauce, form, **good)
    assert answer.status_code == 302, text(answer)
    stored.refresh_from_db()
    assert (float(stored.score or 0), stored.revoked_on) == (75.5, date(2026, 11, 1))
    assert "thu hồi" in text(Client().get(f"/vi/p/{sauce.public_id}"))
    history = text(client.get(answer["Location"]))
    assert "12/QĐ-UBND” " in history or "12/QĐ-UBND”" in history


def test_two_editors_of_one_certificate_choose(officer: User, sauce: Product) -> None:
    stored = make.certificate(sauce, decision_date=date(2026, 5, 12))
    clients = signed_in(officer), signed_in(make.officer("provincial", make.province()))
    forms = [opened(client, sauce) for client in clients]
    prefix = f"certificates-{stored.pk}"
    assert send(clients[0], sauce, forms[0], **{f"{prefix}-stars": "5"}).status_code == 302
    merged = send(clients[1], sauce, forms[1], **{f"{prefix}-revoked_on": "2026-11-01"})
    assert merged.status_code == 302
    stored.refresh_from_db()
    assert (stored.stars, stored.revoked_on) == (5, date(2026, 11, 1))
    conflict = send(clients[1], sauce, forms[1], **{f"{prefix}-stars": "3"})
    assert conflict.status_code == 409
    assert "★★★★★" in text(conflict)


def picture() -> SimpleUploadedFile:
    made = BytesIO()
    exif = Image.Exif()
    exif[0x9286] = "secret place"
    Image.new("RGB", (60, 40), "green").save(made, "JPEG", exif=exif.tobytes())
    return SimpleUploadedFile("ảnh.jpg", made.getvalue(), "image/jpeg")


def post(client: Client, place: Place, form: dict[str, Any], **typed: Any) -> Any:
    return client.post(address(place), {**form, **typed})


@pytest.mark.django_db(transaction=True)
def test_a_photo_is_added_replaced_removed_and_brought_back(place: Place, officer: User) -> None:
    client = signed_in(officer)
    form = opened(client, place)
    refused = post(client, place, form, new_photo=picture())
    assert refused.status_code == 422
    html = refused.content.decode()
    assert 'id="id_photo_credit_error"' in html
    held = html.split('name="held_photo" value="')[1].split('"')[0]
    assert post(client, place, form, held_photo=held, photo_credit="Lan").status_code == 302
    place.refresh_from_db()
    first = place.photo.name
    assert Client().get(place.photo.url).status_code == 200
    with Image.open(place.photo) as shown:
        assert (shown.format, dict(shown.getexif())) == ("WEBP", {})
    again = opened(client, place)
    assert post(client, place, again).status_code == 302
    answer = post(client, place, again, forget_photo="on")
    place.refresh_from_db()
    assert (place.photo.name or "", place.photo_credit) == ("", "")
    assert Client().get(f"/media/{first}").status_code == 404
    number = client.get(answer["Location"]).content.decode().split('name="number" value="')[1].split('"')[0]
    given = {"number": number, "version": place.version, "column": "photo", "reason": "lấy lại"}
    assert client.post(f"/vi/desk/records/{place.public_id}/revert", given).status_code == 302
    place.refresh_from_db()
    assert (place.photo.name, place.photo_credit) == (first, "Lan")
    assert Client().get(place.photo.url).status_code == 200
    assert post(client, place, opened(client, place), new_photo=SimpleUploadedFile("a.jpg", b"x")).status_code == 422
    assert post(client, place, opened(client, place), held_photo="places/../x", photo_credit="L").status_code == 302


def test_a_proposed_photo_is_seen_by_who_decides_alone(place: Place, officer: User) -> None:
    client = signed_in(make.officer("communal", make.commune()))
    answer = post(client, place, opened(client, place), new_photo=picture(), photo_credit="Lan")
    proposal = Proposal.objects.get()
    assert answer["Location"] == f"/vi/desk/proposals/{proposal.pk}"
    name = proposal.values["photo"]
    assert f'src="/media/{name}"' in client.get(answer["Location"]).content.decode()
    assert Client().get(f"/media/{name}").status_code == 404
    assert signed_in(officer).get(f"/media/{name}").status_code == 200
    proposals.approve(officer, proposal)
    place.refresh_from_db()
    assert place.photo.name == name
    assert Client().get(f"/media/{name}").status_code == 200
