"""Reading an address without a database: the units are made by hand."""

from datetime import date

import pytest

from geo.divisions.addresses import spans_of, words_of
from geo.divisions.names import name_key
from geo.divisions.rules import Known, best, edit_distance, readings

DAY = date(2026, 11, 21)
REFORM = date(2025, 7, 1)


def known(
    id_: int, level: str, unit_type: str, name: str, parents: tuple[int, ...] = (), *, old: bool = False
) -> Known:
    since, until = (None, REFORM) if old else (REFORM, None)
    inside = frozenset(parents)
    return Known(id_, level, unit_type, name, name_key(name), since, until, inside, inside)


UNITS = [
    known(1, "PROVINCE", "thành phố", "Hà Nội"),
    known(2, "PROVINCE", "tỉnh", "Quảng Ninh"),
    known(3, "COMMUNE", "xã", "Bát Tràng", (1,)),
    known(4, "DISTRICT", "huyện", "Gia Lâm", (1,), old=True),
    known(5, "COMMUNE", "xã", "Bát Tràng", (4, 1), old=True),
    known(6, "COMMUNE", "phường", "Quan Lạn", (2,)),
    known(7, "COMMUNE", "xã", "Văn Lang", (2,)),
    known(8, "COMMUNE", "xã", "Văn Lăng", (2,)),
]


def meaning(text: str, level: str | None = None) -> set[int]:
    words = words_of(text)
    table: dict[str, list[Known]] = {}
    for unit in UNITS:
        table.setdefault(unit.key, []).append(unit)
    chosen, _aside = best(readings(len(words), spans_of(words), table), DAY, level)
    return {reading.target.id for reading in chosen}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bát Tràng, Hà Nội", {3}),
        ("bat trang ha noi", {3}),
        ("Bát Tràng, huyện Gia Lâm, TP Hà Nội", {5}),
        ("12 ngõ 3, xã Bát Tràng, H. Gia Lâm, HÀ NỘI, Việt Nam", {5}),
        ("quan lan, quang ninh", {6}),
        ("Văn Lăng, Quảng Ninh", {8}),
        ("van lang, quang ninh", {7, 8}),
        ("Quảng Ninh", {2}),
        ("Bát Tràng, Quảng Ninh", {2}),
        ("nowhere", set()),
    ],
)
def test_an_address_is_read_from_its_end(text: str, expected: set[int]) -> None:
    assert meaning(text) == expected


def test_a_level_keeps_only_units_of_that_level() -> None:
    assert meaning("Bát Tràng, Quảng Ninh", "COMMUNE") == set()


@pytest.mark.parametrize("text", ["", " ,;| ", "''''", "123456", "Việt Nam", "\u0301\u0301"])
def test_a_text_without_names_means_nothing(text: str) -> None:
    assert meaning(text) == set()


def test_only_the_last_words_of_a_long_text_count() -> None:
    assert meaning("đường " * 5000 + "Bát Tràng, Hà Nội") == {3}


@pytest.mark.parametrize(
    ("left", "right", "distance"),
    [("quanninh", "quangninh", 1), ("abcd", "abdc", 1), ("abc", "abc", 0), ("abc", "xyz", 3), ("", "abc", 3)],
)
def test_letters_that_differ_are_counted(left: str, right: str, distance: int) -> None:
    assert edit_distance(left, right, 2) == distance
