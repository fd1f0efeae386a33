"""Resolving what people type against the real register."""

import time
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from geo.divisions.models import Division
from geo.divisions.resolution import Resolution, resolve
from geo.divisions.selectors import province_by_code
from geo.divisions.statements import rows
from geo.spatial.folding import fold

pytestmark = pytest.mark.usefixtures("register")


def codes(resolution: Resolution) -> list[str]:
    return [candidate.division.code for candidate in resolution.candidates]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Bát Tràng, Hà Nội", "00577"),
        ("bat trang ha noi", "00577"),
        ("BÁT TRÀNG - HÀ NỘI", "00577"),
        ("thị trấn Dương Đông, huyện Phú Quốc, Kiên Giang", "31078"),
        ("thi tran duong dong, huyen phu quoc, kien giang", "31078"),
        ("Phường Bến Nghé, Q.1, TP HCM", "26740"),
        ("12 Lê Lợi, P. Bến Nghé, Quận 1, Sài Gòn, Việt Nam", "26740"),
        ("P. 5, Q. 3, TP.HCM", "27154"),
        ("p5 q3 tphcm", "27154"),
        ("phường 05, quận 03, thành phố Hồ Chí Minh", "27154"),
        ("huyện đảo Lý Sơn", "21548"),
        ("Côn Đảo", "26732"),
        ("quần đảo Hoàng Sa", "20333"),
        ("Trường Sa", "22736"),
        ("TT Yên Viên, H. Gia Lâm, HN", "00541"),
        ("Ba Dinh Ward, Hanoi City", "00004"),
        ("Phường Văn Miếu - Quốc Tử Giám, Hà Nội", "00226"),
        ("Xã Chân Mây - Lăng Cô, TP Huế", "20137"),
        ("phường Phường Đúc, Huế", "19789"),
        ("xã Tân Phú, tỉnh Đồng Nai", "26116"),
        ("Thị trấn Sa Pa, huyện Sa Pa, Lào Cai", "03006"),
        ("Phường Long Bình, Quận 9, TP Hồ Chí Minh", "26833"),
        ("xã Vị Xuyên, Tuyên Quang", "00913"),
        ("Xã Vị Xuyên, Hà Giang", "00913"),
        ("00577", "00577"),
    ],
)
def test_a_clear_text_means_one_commune(text: str, code: str) -> None:
    resolution = resolve(text)
    assert (resolution.status, codes(resolution)) == ("found", [code])
    assert resolution.one is not None


@pytest.mark.parametrize(
    ("text", "code", "reason"),
    [
        ("Hà Giang", "02", "former_area"),
        ("tinh ha giang", "02", "former_area"),
        ("Tuyên Quang", "08", "current"),
        ("TP.HCM", "79", "current"),
        ("Thừa Thiên Huế", "46", "former_name"),
        ("tỉnh Đồng Nai", "75", "became"),
        ("Dak Lak", "66", "current"),
        ("Đắc Lắc", "66", "current"),
        ("Bà Rịa - Vũng Tàu", "77", "former_area"),
        ("Hoà Bình", "17", "former_area"),
        ("01", "01", "code"),
        ("02", "02", "former_area"),
    ],
)
def test_a_province_is_found_by_any_of_its_names(text: str, code: str, reason: str) -> None:
    resolution = resolve(text, level="PROVINCE")
    assert [(c.division.code, c.reason) for c in resolution.candidates] == [(code, reason)]


def test_a_type_is_not_torn_off_an_unaccented_name() -> None:
    resolution = resolve("quan ninh")
    assert resolution.status == "similar"
    assert resolution.candidates[0].division.full_name == "Thành phố Quảng Ninh"
    assert resolution.one is None
    assert codes(resolve("quang ninh", level="PROVINCE")) == ["22"]


def test_a_split_commune_shows_all_it_became_and_takes_none() -> None:
    resolution = resolve("xã Bát Tràng, huyện Gia Lâm, TP Hà Nội")
    assert resolution.status == "split"
    assert sorted(codes(resolution)) == ["00145", "00565", "00577"]
    assert {c.reason for c in resolution.candidates} == {"part"}
    assert [c.is_default for c in resolution.candidates] == [True, False, False]
    assert resolution.candidates[0].via.parent.name == "Gia Lâm"
    assert resolution.one is None


def test_an_ambiguous_name_shows_every_unit_it_may_be() -> None:
    resolution = resolve("Hòa Bình", level="COMMUNE")
    assert resolution.status == "ambiguous"
    assert sorted(codes(resolution)) == ["04795", "11533", "27211", "29830", "31891"]
    assert {c.division.parent.name for c in resolution.candidates} >= {"Phú Thọ", "Cà Mau"}


def test_a_former_district_stands_beside_the_commune_of_its_name() -> None:
    found = {(c.division.level, c.reason) for c in resolve("Gia Lâm, Hà Nội").candidates}
    assert found == {("COMMUNE", "current"), ("DISTRICT", "former_area")}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "xyz abc",
        "Atlantis",
        "99999",
        "Xã Không Có, huyện Cũng Không",
        "; DROP TABLE divisions_division",
        "%_%",
    ],
)
def test_an_unknown_text_means_nothing_and_says_so(text: str) -> None:
    resolution = resolve(text)
    assert (resolution.status, resolution.candidates, resolution.one) == ("unknown", (), None)


def test_a_commune_that_is_not_in_the_province_said_is_not_guessed() -> None:
    assert resolve("Nước Mắm Cá Cơm, Hải Phòng", level="COMMUNE").status == "unknown"
    without_level = resolve("Nước Mắm Cá Cơm, Hải Phòng")
    assert (codes(without_level), without_level.rest) == (["31"], "Nước Mắm Cá Cơm")


def test_other_accents_are_another_name_and_only_similar() -> None:
    resolution = resolve("Bát Tráng, Hải Phòng", level="COMMUNE")  # there was a Bát Trang
    assert (resolution.status, resolution.one) == ("similar", None)
    assert resolve("Bát Tràng, Hải Phòng", level="COMMUNE").status == "unknown"
    assert codes(resolve("Hà noi")) == ["01"]
    assert resolve("Hà noi").status == "found"
    assert resolve("Đăk Lăk", level="PROVINCE").status == "found"


def test_accents_decide_between_names_that_fold_alike() -> None:
    assert codes(resolve("xã Văn Lăng, Thái Nguyên")) != codes(resolve("xã Văn Lang, Thái Nguyên"))
    assert resolve("xa van lang, thai nguyen").status == "ambiguous"


def test_a_text_is_resolved_for_the_day_asked() -> None:
    before = resolve("Bát Tràng, Gia Lâm, Hà Nội", day=date(2025, 6, 30))
    assert [(c.division.code, c.reason) for c in before.candidates] == [("00583", "current")]
    assert resolve("75", day=date(2025, 8, 1)).candidates[0].division.full_name == "Tỉnh Đồng Nai"


def test_within_keeps_what_is_or_was_inside() -> None:
    an_giang = province_by_code("91")
    assert an_giang is not None
    found = resolve("Hòa Hưng", level="COMMUNE", within=an_giang)
    assert {c.division.parent.name for c in found.candidates} == {"An Giang"}


@pytest.mark.parametrize(
    "text", ["a" * 10_000, "tân " * 3000, "\x00Hà Nội", "１２３４５", "🦐, Hà Nội", "q" * 200 + ", Huế"]
)
def test_hostile_texts_are_answered(text: str) -> None:
    assert resolve(text).status in {"unknown", "found", "ambiguous", "similar"}


def _sample(where: str, every: int) -> list[Division]:
    divisions = Division.objects.filter(level="COMMUNE").select_related("parent__parent").order_by("code")
    return list(divisions.filter(**{where: None}))[::every]


def test_every_commune_of_today_is_found_by_its_name_and_province() -> None:
    _check_communes_of_today(every=23)


@pytest.mark.long
def test_all_communes_of_today_are_found_by_name_and_province() -> None:
    _check_communes_of_today(every=1)


def _check_communes_of_today(every: int) -> None:
    doubtful = 0
    sample = _sample("valid_until", every)
    for division in sample:
        text = f"{division.full_name}, {division.parent.full_name}"
        assert codes(resolve(text)) == [division.code], text
        bare = resolve(fold(division.full_name) + ", " + fold(division.parent.full_name))
        assert division.code in codes(bare), text
        doubtful += len(bare.candidates) > 1
        if len(bare.candidates) > 1:
            assert len({candidate.division.folded for candidate in bare.candidates}) == 1, text
    assert doubtful <= max(2, len(sample) * 0.005)


def test_every_old_three_level_name_leads_to_its_lineage() -> None:
    _check_old_names(every=71)


@pytest.mark.long
def test_a_third_of_all_old_three_level_names_lead_to_their_lineage() -> None:
    _check_old_names(every=3)


def _check_old_names(every: int) -> None:
    sample = _sample("valid_from", every)
    became: dict[int, set[int]] = {}
    for unit, successor, _whole, _default in rows(
        "successors", {"units": [division.pk for division in sample], "day": date(2026, 11, 21)}
    ):
        became.setdefault(unit, set()).add(successor)
    for division in sample:
        names = [division.full_name, division.parent.full_name, division.parent.parent.full_name]
        found = {candidate.division.pk for candidate in resolve(", ".join(names)).candidates}
        assert found == became[division.pk], names
        bare = {candidate.division.pk for candidate in resolve(", ".join(fold(name) for name in names)).candidates}
        assert bare >= became[division.pk], names


def test_a_call_is_a_few_statements_and_milliseconds() -> None:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        resolve("Phường Bến Nghé, Quận 1, Thành phố Hồ Chí Minh")
    assert len(captured) <= 6
    times = []
    for division in _sample("valid_until", 80):
        started = time.process_time()
        resolve(f"{division.name}, {division.parent.name}")
        times.append(time.process_time() - started)
    times.sort()
    assert times[len(times) * 95 // 100] < 0.1


def test_names_are_looked_up_by_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN SELECT id FROM divisions_division WHERE key = ANY (%s)", [["battrang", "hanoi"]])
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "division_key" in plan
