"""Opening hours as people read them, in both languages; what has no plain words stays as it is stored."""

import pytest
from django.utils import translation

from geo.places.hours import canonical
from geo.places.hours_words import hours_in_words


@pytest.mark.parametrize(
    ("expression", "vietnamese", "english"),
    [
        ("Mo-Su 08:00-18:00", "mỗi ngày 08:00–18:00", "every day 08:00–18:00"),
        ("24/7", "cả ngày, mọi ngày", "every day, all day"),
        ("Mo-Fr 08:00-17:00; Sa 08:00-12:00; PH closed",
         "thứ Hai–thứ Sáu 08:00–17:00; thứ Bảy 08:00–12:00; ngày lễ nghỉ",
         "Monday–Friday 08:00–17:00; Saturday 08:00–12:00; holidays closed"),
        ("Mo-Sa 07:30-11:30,13:30-17:30", "thứ Hai–thứ Bảy 07:30–11:30, 13:30–17:30",
         "Monday–Saturday 07:30–11:30, 13:30–17:30"),
        ("Sa,PH 08:00-12:00", "thứ Bảy, ngày lễ 08:00–12:00", "Saturday, holidays 08:00–12:00"),
        ("Fr-Su 18:00-01:00", "thứ Sáu–Chủ nhật 18:00–01:00", "Friday–Sunday 18:00–01:00"),
        ("Mo-Su 00:00-24:00", "mỗi ngày cả ngày", "every day all day"),
        ("Mo-Su 07:00-19:00; 2027 Feb 5-2027 Feb 9 closed",
         "mỗi ngày 07:00–19:00; 05/02/2027–09/02/2027 nghỉ", "every day 07:00–19:00; 05/02/2027–09/02/2027 closed"),
    ],
)  # fmt: skip
def test_hours_are_written_as_people_read_them(expression: str, vietnamese: str, english: str) -> None:
    with translation.override("vi"):
        assert hours_in_words(expression) == vietnamese
    with translation.override("en"):
        assert hours_in_words(expression) == english


@pytest.mark.parametrize(
    "expression",
    ['Mo-Su 08:00-18:00 "gọi trước"', "Apr-Sep Mo-Su 08:00-18:00", "week 1-10 Mo 08:00-12:00", "Mo[1] 08:00-10:00",
     "Mo-Su 08:00-18:00 || unknown", ""],
)  # fmt: skip
def test_what_has_no_plain_words_is_not_told_wrongly(expression: str) -> None:
    assert hours_in_words(expression) == expression


@pytest.mark.parametrize("typed", ["Mo-Su 08:00-18:00", "Mo-Fr 08:00-17:00; PH off", "08:00-18:00"])
def test_the_spelling_that_is_stored_has_words(typed: str) -> None:
    assert "Mo" not in hours_in_words(canonical(typed))
