"""Every address × everybody: nothing is reachable that the matrix doesn't name."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from geo.access import roles
from geo.access.models import Assignment, Cover, User
from geo.catalog.models import Producer
from geo.places.models import Place
from geo.sourcing.models import Commitment, Quotation, QuotationRequest
from geo.sourcing.plans.models import Plan, PlanVersion
from geo.spatial import calendar
from geo.spatial.models import PublicId
from geo.stewardship.claims.services import NewClaim, receive_claim
from geo.stewardship.decrees.models import Doubt
from geo.stewardship.merging.services import merge
from geo.stewardship.proposals import submit
from geo.stewardship.services import NewReport, receive_report
from tests import factories as make
from tests.access.matrix import ADMIN_EXCEPTIONS, DOOR, FORBIDDEN, IN, MATRIX, NO_METHOD, OFFICE, PEOPLE, Row

METHODS = ("get", "post", "put", "patch", "delete")


def routes() -> list[str]:
    """Every address the site answers to, as it is written in the URL tables."""

    def walk(patterns: Any, prefix: str) -> Iterator[str]:
        for pattern in patterns:
            here = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, here)
            elif isinstance(pattern, URLPattern):
                yield here

    return sorted(set(walk(get_resolver().url_patterns, "")))


def admin_rows() -> dict[str, list[Row]]:
    """A row for each address of the admin, made from its pattern."""
    rows = {}
    for route in routes():
        if not route.startswith("admin/") or route in ADMIN_EXCEPTIONS:
            continue
        path = re.sub(r"\(\?P<app_label>[^)]*\)", "places", route)
        path = re.sub(r"\(\?P<url>\.\*\)\$$", "nothing", path).replace("^", "").replace("$", "")
        path = re.sub(r"<[^>]*>", "1", path)
        rows[route] = [Row("/" + path, OFFICE, OFFICE)]
    return rows | ADMIN_EXCEPTIONS


def people() -> dict[str, User | None]:
    """Everybody of the matrix."""
    phu_quoc = make.commune()
    hoan_kiem = make.commune("Hoàn Kiếm", "00070", "phường", parent=make.province("Hà Nội", "01", "thành phố"))
    producer = make.producer(province=phu_quoc.parent, commune=phu_quoc)
    producer.refresh_from_db()
    found: dict[str, User | None] = {
        "anonymous": None,
        "inactive": make.officer("national", is_active=False),
        "roleless": make.person(),
        "expired": make.person(),
        "viewer": make.officer("viewer"),
        "producer": make.owner(producer),
        "communal_in": make.officer("communal", phu_quoc),
        "communal_out": make.officer("communal", hoan_kiem),
        "provincial_in": make.officer("provincial", phu_quoc.parent),
        "provincial_out": make.officer("provincial", hoan_kiem.parent),
        "acting": make.person(),
        "national": make.officer("national"),
        "superuser": make.administrator(),
    }
    absent, acting, expired = found["communal_in"], found["acting"], found["expired"]
    assert absent is not None
    assert acting is not None
    assert expired is not None
    yesterday = calendar.today() - timedelta(days=1)
    Cover.objects.create(absent=absent, acting=expired, starts_on=yesterday - timedelta(days=9), ends_on=yesterday)
    roles.stand_in(None, "nghỉ phép", absent, acting, ends_on=calendar.today())
    return found


def samples() -> dict[str, str]:
    """The values that paths name."""
    hoan_kiem = make.commune("Hoàn Kiếm", "00070", "phường")
    found = {
        "place": make.place(),
        "elsewhere": make.place("Ở xa", commune=hoan_kiem),
        "owned": make.place("Của chủ thể", producer=Producer.objects.first()),
        "twin": make.place("Có thể trùng"),
        "elsewhere_twin": make.place("Có thể trùng ở xa", commune=hoan_kiem),
        "gone": make.place("Đã gộp"),
    }
    for place in found.values():
        place.refresh_from_db()
    values = {name: str(place.public_id) for name, place in found.items()}
    values["merge"] = str(merge(None, "trùng", found["twin"], found["gone"], {}).merge.pk)
    values["producer"] = str(Producer.objects.values_list("public_id", flat=True)[0])
    product = make.product(producer=Producer.objects.first())
    product.refresh_from_db()
    values["product"] = str(product.public_id)
    author = make.officer("communal", make.commune())
    values["proposal"] = str(submit(author, "thử", found["place"], {"phone": "0911"}, version=None).pk)
    maker = Producer.objects.first()
    product = make.product(producer=maker)
    product.refresh_from_db()
    values |= {"maker": str(maker.public_id) if maker is not None else "", "made": str(product.public_id)}
    candidates = [make.commune().pk, hoan_kiem.pk]
    entry = PublicId.objects.get(pk=values["place"])
    values["doubt"] = str(Doubt.objects.create(subject=entry, former=make.commune(), candidates=candidates).pk)
    values |= {"doubt_to": str(candidates[0]), "doubt_to_elsewhere": str(candidates[1])}
    for name, subject in (("report", "place"), ("report_elsewhere", "elsewhere")):
        entry = PublicId.objects.get(pk=values[subject])
        values[name] = str(receive_report(entry, NewReport("closed"), "192.0.2.1").public_id)
    held = Assignment.objects.filter(user__username__startswith="person").order_by("pk")
    for name, one in (("role", "communal"), ("role_of_producer", "producer")):
        values[name] = str(held.filter(role=one).values_list("pk", flat=True).first() or 0)
    producer = PublicId.objects.filter(kind="producer").order_by("pk").first()
    assert producer is not None
    said = NewClaim("Lan", "0912 345 678", "", "giấy chứng nhận")
    values["plan"] = Plan.objects.create(day=calendar.today()).key
    values["spent_plan"] = Plan.objects.create(day=calendar.today()).key
    asked = {"date": str(calendar.today()), "depot": {"lon": 105.85, "lat": 21.03}, "vehicles": [], "pickups": []}
    found = {"source": "estimate", "estimate": True, "down": False, "stops": [], "routes": [], "unserved": []}
    PlanVersion.objects.create(plan=Plan.objects.get(key=values["plan"]), number=1, asked=asked, found=found)
    values["claim"] = str(receive_claim(producer, said, "192.0.2.1").public_id)
    today = calendar.today()
    month = today.replace(day=1)
    asked_for = QuotationRequest.objects.create(
        name="Siêu thị",
        email="mua@example.vn",
        quantity=1,
        unit="kg",
        months=[month],
        confirmed_at=calendar.now(),
        expires_on=today,
    )
    for end, where in (("", "place"), ("_elsewhere", "elsewhere")):
        part = {"request": asked_for, "place": values[where], "product": values["made"]}
        values[f"quotation{end}"] = str(Quotation.objects.create(to="officer", **part).pk)
        promise = Commitment.objects.create(
            place=Place.objects.get(public_id=values[where]),
            product=product,
            quantity=1,
            unit="kg",
            first_month=month,
            last_month=month,
            quotation_id=int(values[f"quotation{end}"]),
        )
        values[f"promise{end}"] = str(promise.pk)
    values["cover"] = str(Cover.objects.order_by("-pk").values_list("pk", flat=True).first() or 0)
    for name, where in (("import", make.commune()), ("import_elsewhere", hoan_kiem)):
        values[name] = str(make.uploaded(where).pk)
    return values


def arrived(user: User | None) -> Client:
    """A browser of this person's."""
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def sent(client: Client, method: str, row: Row, values: dict[str, str]) -> Any:
    """Send the request."""
    path = row.path.format(**values)
    if method == "get":
        return client.get(path)
    if row.feature is None:
        data = {name: value.format(**values) for name, value in row.data.items()}
        return client.post(path, data) if method == "post" else getattr(client, method)(path)
    feature = {"type": "Feature", "geometry": None, "properties": row.feature}
    send = getattr(client, method)
    return send(path, json.dumps(feature), content_type="application/geo+json", headers={"If-Match": "*"})


def answer_of(client: Client, method: str, row: Row, values: dict[str, str]) -> str:
    """Send the request and say in one word what came back."""
    response = sent(client, method, row, values)
    if response.status_code == 401:
        return DOOR
    if response.status_code == 302 and response["Location"].startswith(("/vi/sign-in", "/en/sign-in", "/admin/login")):
        return DOOR
    if response.status_code == 403:
        return FORBIDDEN
    if response.status_code == 405:
        return NO_METHOD
    return IN if response.status_code < 500 else str(response.status_code)


def test_every_address_has_a_row() -> None:
    known = set(MATRIX) | {route for route in routes() if route.startswith("admin/")}
    missing = [route for route in routes() if route not in known]
    assert missing == [], "say in tests/access/matrix.py who may do what at these addresses"


def test_no_row_is_left_of_an_address_that_is_gone() -> None:
    assert sorted((set(MATRIX) | set(ADMIN_EXCEPTIONS)) - set(routes())) == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", PEOPLE)
def test_everybody_gets_what_the_matrix_says(name: str) -> None:
    everyone, values = people(), samples()
    user = everyone[name]
    client = arrived(user)
    wrong = []
    for route, rows in {**MATRIX, **admin_rows()}.items():
        for row in rows:
            for method in ("get", "post") if route.startswith("admin/") else METHODS:
                expected = getattr(row, method)
                before = client.cookies.get("sessionid")
                got, wanted = answer_of(client, method, row, values), expected[name]
                # What the national office may reach may still refuse this very record or method.
                reached = route.startswith("admin/") and wanted == IN and got in (NO_METHOD, FORBIDDEN)
                if got != wanted and not reached:
                    wrong.append(f"{method.upper()} {row.path}: {got}, not {wanted}")
                if client.cookies.get("sessionid") != before or "sign-out" in route:
                    client = arrived(user)
    assert wrong == []


@pytest.mark.django_db
def test_signed_in_answers_stay_out_of_caches(client: Client) -> None:
    make.producer()
    values = samples()
    client.force_login(make.officer("national"))
    stored = []
    for route, rows in MATRIX.items():
        for row in rows:
            if row.get["anonymous"] != DOOR or not route.startswith(("vi/", "api/")):
                continue
            response = client.get(row.path.format(**values))
            if response.status_code != 405 and response.get("Cache-Control") != "private, no-store":
                stored.append(row.path)
    assert stored == []
