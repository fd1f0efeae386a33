"""axe-core finds nothing serious or critical, on every page and in every state, light and dark."""

import re
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.core.signing import Signer
from playwright.sync_api import expect
from workshop.sites import connect
from workshop.steps import ROOT

from geo.sourcing.quotations.links import SALT
from tests.browser import register
from tests.browser.conftest import SITE, Arrive
from tests.browser.visitor import LEAST_MS, Visitor

AXE = Path(ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
GRAVE = {"serious", "critical"}

RUN = """
async (tags) => {
  const only = { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] };
  const { violations } = await axe.run(document, only);
  return violations.map(({ id, impact, nodes }) =>
    ({ id, impact, nodes: nodes.slice(0, 4).map(n => `${n.target} ${n.failureSummary}`) }));
}
"""


def grave(person: Visitor) -> list[dict[str, Any]]:
    """Return what axe calls serious or critical on the page as it stands."""
    person.page.wait_for_load_state("networkidle")
    if not person.page.evaluate("'axe' in window"):
        person.page.evaluate(AXE.read_text(encoding="utf-8"))
    return [found for found in person.page.evaluate(RUN, TAGS) if found["impact"] in GRAVE]


def both_lights(person: Visitor) -> list[dict[str, Any]]:
    """Look at the page in light and in dark."""
    found = grave(person)
    person.page.emulate_media(color_scheme="dark")
    return found + [{"dark": True, **one} for one in grave(person)]


def open_menu(person: Visitor) -> None:
    person.page.locator("details.menu summary").click()


def type_words(person: Visitor) -> None:
    person.type("phu quoc")
    expect(person.suggestions.first).to_be_visible()


def open_download(person: Visitor) -> None:
    person.raise_list()
    person.page.get_by_text("Tải danh sách").click()


STATES: dict[str, tuple[str, Callable[[Visitor], object]]] = {
    "map": ("/vi/", lambda person: person.marks),
    "map in English": ("/en/", lambda person: person.marks),
    "menu open": ("/vi/", open_menu),
    "suggestions": ("/vi/", type_words),
    "filters open": ("/vi/?province=91&stars=5", lambda person: person.open_filters()),
    "list pulled up": ("/vi/?kind=point_of_sale", lambda person: person.raise_list()),
    "download": ("/vi/", open_download),
    "record open": ("/vi/?kind=point_of_sale", lambda person: person.open_first()),
    "near": ("/vi/?near=105.85,21.03", lambda person: None),
    "nothing found": ("/vi/?q=khongco&stars=5", lambda person: person.raise_list()),
}


@pytest.mark.parametrize("state", list(STATES))
def test_states_of_the_map_page(arrive: Arrive, state: str) -> None:
    path, act = STATES[state]
    person = arrive(path)
    act(person)
    assert both_lights(person) == []


@pytest.mark.parametrize("name", ["about", "help", "data"])
def test_pages_of_text(arrive: Arrive, name: str) -> None:
    assert both_lights(arrive(f"/vi/{name}")) == []


@pytest.mark.parametrize("kind", ["shop", "maker", "product", "producer", "report form"])
def test_records(arrive: Arrive, site: str, kind: str) -> None:
    shop = register.one(site, "phone", "opening_hours", kind="point_of_sale")
    maker = register.one(site, "producer_id", kind="production_site")
    address = {
        "shop": f"p/{shop['id']}",
        "maker": f"p/{maker['id']}",
        "product": f"p/{maker['properties']['products'][0]['id']}",
        "producer": f"p/{maker['properties']['producer_id']}",
        "report form": f"bao-sai/{shop['id']}",
    }[kind]
    assert both_lights(arrive(f"/vi/{address}")) == []


@pytest.mark.parametrize(("path", "status"), [("/vi/khong-co", "404"), ("/vi/?province=Atlantis", "400")])
def test_pages_that_say_no(arrive: Arrive, path: str, status: str) -> None:
    person = arrive()
    person.wrongs.expect(status)
    person.page.goto(person.site + path)
    assert both_lights(person) == []


DEMAND = "q=c%C3%A0+ph%C3%AA&quantity=2&unit=tonne&months=3-6&min_stars=3&depot=108.44,11.94"


def press(name: str) -> Callable[[Visitor], object]:
    """Tick the first two suppliers and press a button."""

    def act(person: Visitor) -> None:
        boxes = person.page.locator("form .supplies").get_by_role("checkbox")
        boxes.nth(0).check()
        boxes.nth(1).check()
        person.page.get_by_role("button", name=re.compile(name)).click()
        expect(person.page.get_by_role("heading", level=1)).not_to_have_text("Tìm nguồn hàng")

    return act


def open_all(person: Visitor) -> None:
    for one in person.page.locator("main details > summary").all():
        one.click()


SOURCING: dict[str, tuple[str, Callable[[Visitor], object]]] = {
    "form": ("/vi/sourcing", open_all),
    "form in English": ("/en/sourcing", open_all),
    "suppliers": (f"/vi/sourcing?{DEMAND}&max_hours=3", open_all),
    "compare": (f"/vi/sourcing?{DEMAND}", press("So sánh")),
    "choose": (f"/vi/sourcing/choose?{DEMAND}&max_share=40", open_all),
    "wrong rule": (f"/vi/sourcing/choose?{DEMAND}&max_stops=0", lambda person: None),
    "wrong demand": ("/vi/sourcing?q=tra&quantity=1e309&months=3", lambda person: None),
    "ask": (f"/vi/sourcing?{DEMAND}", press("Hỏi giá")),
    "ask nobody": ("/vi/sourcing/ask", lambda person: None),
    "watch": (f"/vi/sourcing/watch?{DEMAND}", lambda person: None),
    "plan form": ("/vi/plans/new", lambda person: None),
}


@pytest.mark.parametrize("state", list(SOURCING))
def test_pages_of_sourcing(arrive: Arrive, state: str) -> None:
    path, act = SOURCING[state]
    person = arrive()
    person.wrongs.expect("status of 400")
    person.open(path)
    act(person)
    assert person.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert both_lights(person) == []


def test_a_request_for_quotation_and_its_answer(arrive: Arrive) -> None:
    person = arrive(f"/vi/sourcing?{DEMAND}")
    press("Hỏi giá")(person)
    page = person.page
    page.get_by_label("Nơi giao hàng").fill("Kho Tân Thới")
    page.get_by_label("Tên của bạn và của đơn vị").fill("Siêu thị Tân Thới")
    page.get_by_label("Email").fill("mua@example.vn")
    page.wait_for_timeout(LEAST_MS)
    page.get_by_role("button", name="Gửi yêu cầu").click()
    expect(page.locator("section.quotation")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert both_lights(person) == []
    with closing(connect(SITE.database)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM sourcing_quotation")
        (quotation,) = cursor.fetchone() or (0,)
    key = SITE.environment(SITE.database)["OCOPMAP_SECRET_KEY"]
    supplier = arrive(f"/vi/sourcing/answer/{Signer(key=key, salt=SALT).sign_object([quotation, 0])}")
    expect(supplier.page.get_by_role("heading", level=1)).to_have_text("Trả lời yêu cầu báo giá")
    assert supplier.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert both_lights(supplier) == []


@pytest.mark.parametrize("path", ["", "docs", "collections", "collections/places", "collections/places/items"])
def test_pages_of_the_interface(arrive: Arrive, path: str) -> None:
    person = arrive(f"/api/{path}?f=html" if path != "docs" else "/api/docs")
    assert both_lights(person) == []
