"""What cells say: days, numbers, phones, codes, coordinates, in the spellings of Vietnamese offices."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from geo.stewardship.imports import positions, values, vn2000
from geo.stewardship.imports.values import Unreadable


def unreadable(call: object, *cells: object) -> str:
    with pytest.raises(Unreadable) as error:
        call(*cells)  # type: ignore[operator]
    return error.value.code


@pytest.mark.parametrize(
    "cell",
    ["12/05/2026", "12-5-2026", "12.05.2026", "2026-05-12", "ngày 12 tháng 5 năm 2026", "Ngày 12/5/2026",
     "12 tháng 5 năm 2026", "nga\u0300y 12 tha\u0301ng 5 na\u0306m 2026", 46154, "46154", 46154.5, date(2026, 5, 12)],
)  # fmt: skip
def test_a_day_is_read_in_every_spelling(cell: object) -> None:
    assert values.day(cell) == date(2026, 5, 12)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cell", "why"),
    [("31/02/2026", "date-impossible"), ("05/13/2026", "date-impossible"), ("12/05/26", "date-short-year"),
     ("2026", "date-incomplete"), (2026, "date-incomplete"), ("tháng 5/2026", "date-incomplete"), ("mai", "date"),
     (True, "date"), (12, "date")],
)  # fmt: skip
def test_a_day_that_is_none_says_why(cell: object, why: str) -> None:
    assert unreadable(values.day, cell) == why


@given(some.dates(date(1940, 1, 1), date(2099, 12, 31)))
def test_days_survive_every_way_of_writing_them(day: date) -> None:
    serial = (day - date(1899, 12, 30)) // timedelta(days=1)
    for cell in (f"{day.day}/{day.month}/{day.year}", day.isoformat(), serial,
                 f"ngày {day.day} tháng {day.month} năm {day.year}"):  # fmt: skip
        assert values.day(cell) == day


def test_a_year_alone_is_taken_where_a_year_is_enough() -> None:
    assert [values.day_or_year(cell) for cell in (2024, "2024", "năm 2024", "01/02/2024")] == [
        2024, 2024, 2024, date(2024, 2, 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "number"),
    [("85,5", "85.5"), ("85.5", "85.5"), (85.5, "85.5"), ("1.182.345,67", "1182345.67"), ("1,182,345.67", "1182345.67"),
     ("1 182 345,67", "1182345.67"), ("1.182.345", "1182345"), ("-5", "-5"), (7, "7")],
)  # fmt: skip
def test_numbers_have_a_decimal_comma_or_point(cell: object, number: str) -> None:
    assert values.number(cell) == Decimal(number)  # type: ignore[arg-type]


@pytest.mark.parametrize("cell", ["1.2.3", "5 kg", "", "1,2.3,4", True])
def test_what_is_no_number_is_refused(cell: object) -> None:
    assert unreadable(values.number, cell) == "number"


def test_stars_scores_codes_and_phones() -> None:
    assert [values.stars(cell) for cell in (4, "4", "4 sao", "4*", "★★★★", "Hạng 4 sao")] == [4] * 6
    assert unreadable(values.stars, "6") == unreadable(values.stars, "4,5") == "stars"
    assert values.score("85,5 điểm") == Decimal("85.5")
    assert unreadable(values.score, 101) == "score"
    assert [values.code(cell) for cell in ("00190", 190, " A-1 ")] == ["00190", "190", "A-1"]
    assert unreadable(values.code, 1.5) == "code-is-number"
    assert values.phone(912345678) == "0912345678"
    assert values.phone("0912 345 678; (0297) 3.846.789") == "0912 345 678; (0297) 3.846.789"
    assert unreadable(values.phone, "gọi anh Ba") == unreadable(values.phone, "123") == "phone"
    assert unreadable(values.text, date(2026, 5, 12)) == "not-text"


def test_addresses_of_mail_and_web() -> None:
    assert values.email(" htx@example.vn ") == "htx@example.vn"
    assert unreadable(values.email, "htx@") == "email"
    assert values.url("htx.example.vn/a") == "https://htx.example.vn/a"
    assert unreadable(values.url, "không có") == unreadable(values.url, "javascript:alert(1)") == "url"


@pytest.mark.parametrize("cell", ["(xóa)", "(Xoá)", "( XÓA )", "[xóa]", "(clear)"])
def test_a_cell_can_ask_to_empty_its_field(cell: str) -> None:
    assert values.is_clearing(cell)
    assert not values.is_clearing("Xóa")


HERE = pytest.approx((106.456, 10.123), abs=1e-9)
SEXAGESIMAL = pytest.approx((106 + 27 / 60 + 21 / 3600, 10 + 13 / 60 + 24.5 / 3600), abs=1e-9)


@pytest.mark.parametrize(
    "cell",
    ["10.123,106.456", "10.123, 106.456", "10,123; 106,456", "10,123 106,456", "10,123, 106,456", "10,123,106,456",
     "106.456 10.123", "N10.123 E106.456", "10.123N, 106.456E", "Lat: 10.123, Long: 106.456",
     "vĩ độ 10,123; kinh độ 106,456", "https://www.google.com/maps/place/x/@10.123,106.456,15z",
     "https://maps.google.com/?q=10.123,106.456", "https://www.google.com/maps/data=!3d10.123!4d106.456",
     "https://www.openstreetmap.org/?mlat=10.123&mlon=106.456", "geo:10.123,106.456"],
)  # fmt: skip
def test_a_position_in_one_cell(cell: str) -> None:
    found = positions.from_cell(cell)
    assert (found.lon, found.lat) == HERE


@pytest.mark.parametrize(
    "cell",
    ["10°13'24.5\"N 106°27'21\"E", "10°13′24,5″B; 106°27′21″Đ", "106°27'21\"Đ, 10°13'24,5\"B", "10 13 24.5 106 27 21",
     "10º13’24.5’’ N, 106º27’21’’ E", "B 10-13-24,5; Đ 106-27-21",
     "10 độ 13 phút 24,5 giây Bắc; 106 độ 27 phút 21 giây Đông"],
)  # fmt: skip
def test_degrees_minutes_seconds_in_the_usual_spellings(cell: str) -> None:
    found = positions.from_cell(cell)
    assert (found.lon, found.lat) == SEXAGESIMAL


def test_swapped_columns_show_by_the_extent_of_viet_nam() -> None:
    assert positions.from_columns(106.456, "10,123") == positions.Degrees(106.456, 10.123, swapped=True)
    assert not positions.from_columns("10°30'", 106.5).swapped


@pytest.mark.parametrize(
    ("cell", "why"),
    [("48.85, 2.35", "outside"), ("10°73'00\", 106°00'00\"", "minutes"), ("10123456, 106456789", "lost-point"),
     ("10.123.456", "coordinates"), ("chợ Đông Ba", "coordinates"), ("https://maps.app.goo.gl/x", "map-link"),
     ("10.1N, 10.2N", "same-axis")],
)  # fmt: skip
def test_a_position_that_is_none_says_why(cell: str, why: str) -> None:
    assert unreadable(positions.from_cell, cell) == why


LONS, LATS = some.floats(102.2, 109.4), some.floats(8.4, 23.3)


@given(LONS, LATS)
def test_positions_survive_every_way_of_writing_them(lon: float, lat: float) -> None:
    def sexagesimal(degrees: float) -> str:
        whole, rest = divmod(round(degrees * 3_600_000), 3_600_000)
        minutes, thousandths = divmod(rest, 60_000)
        return f"{whole}°{minutes:02d}'{thousandths / 1000:06.3f}\""

    ways = [
        f"{lat:.7f}, {lon:.7f}",
        f"{lat:.7f};{lon:.7f}".replace(".", ","),
        f"{lon:.7f} {lat:.7f}",
        f"{sexagesimal(lat)}N {sexagesimal(lon)}E",
        f"{sexagesimal(lat)}B, {sexagesimal(lon)}Đ".replace(".", ","),
    ]
    for way in ways:
        found = positions.from_cell(way)
        assert (found.lon, found.lat) == pytest.approx((lon, lat), abs=2e-7), way


@given(LONS, LATS, some.sampled_from([*[(m, 3) for m in vn2000.ZONES_3], *[(m, 6) for m in vn2000.ZONES_6]]))
def test_vn2000_there_and_back_stays_within_two_millimetres(lon: float, lat: float, zone: tuple[float, int]) -> None:
    central, width = zone
    there = vn2000.from_degrees(lon, lat, central, width)
    assert vn2000.to_degrees(there, central, width) == pytest.approx((lon, lat), abs=2e-8)


@pytest.mark.parametrize(
    ("x", "y"),
    [(1182345.67, 582345.1), ("1.182.345,67", "582.345,1"), ("1 182 345,67", "582 345,1"),
     ("1,182,345.67 m", "582,345.1m")],
)  # fmt: skip
def test_metres_are_read_with_any_separators_and_in_either_order(x: object, y: object) -> None:
    assert vn2000.plane(x, y) == vn2000.Plane(1182345.67, 582345.1)  # type: ignore[arg-type]
    assert vn2000.plane(y, x) == vn2000.Plane(1182345.67, 582345.1, swapped=True)  # type: ignore[arg-type]


def test_metres_that_can_not_be_in_viet_nam_are_refused() -> None:
    assert vn2000.plane("1182345", "582.345") == vn2000.Plane(1182345, 582345)
    assert unreadable(vn2000.plane, 10.1, 106.2) == "vn2000-range"
    assert unreadable(vn2000.plane, "bắc", "đông") == "vn2000-number"


@pytest.mark.parametrize("cell", ["105°45'", "105-45", "105 45", "105,75", 105.75, "KTT 105°45", "105 độ 45 phút"])
def test_a_meridian_is_read_in_every_spelling(cell: object) -> None:
    assert vn2000.meridian(cell) == 105.75  # type: ignore[arg-type]
    assert vn2000.meridian_words(105.75) == "105°45'"
    assert unreadable(vn2000.meridian, "105°10'") == unreadable(vn2000.meridian, "Hà Nội") == "meridian"


def test_every_province_has_the_meridians_of_what_it_was() -> None:
    assert len(vn2000.defaults()) == 63
    assert len({row.province_code for row in vn2000.defaults()}) == 34
    assert vn2000.defaults_of("79") == [105.75, 107.75]
    assert vn2000.defaults_of("79", "Bà Rịa – Vũng Tàu") == [107.75]
    assert vn2000.defaults_of("25") == [104.75, 106.0, 105.0]


def test_a_surveyed_monument_lands_where_it_stands() -> None:
    """The control that the Helmert parameters of VN-2000 are applied: without them it is about 190 m off."""
    lon, lat = vn2000.to_degrees(vn2000.Plane(1_200_000, 600_000), 105.75)
    assert (lon, lat) == pytest.approx((106.66641, 10.84985), abs=2e-5)
