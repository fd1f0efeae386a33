"""Folding in Python and in SQL is one and the same."""

import pytest
from django.core.management import call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.divisions.models import Division
from geo.spatial.folding import fold, nfc

LETTERS = "aăâeêioôơuưyđAĂÂEÊIOÔƠUƯYĐbcdghklmnpqrstvx 0123456789-.,/()–’"
MARKS = "\u0300\u0301\u0303\u0309\u0323\u0302\u0306\u031b"


def folded_in_sql(texts: list[str]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT spatial_fold(t) FROM unnest(%s::text[]) WITH ORDINALITY AS u (t, n) ORDER BY n", [texts])
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Nước mắm Phú Quốc", "nuoc mam phu quoc"),
        ("Đắk Lắk – ĐẮK LẮK", "dak lak dak lak"),
        ("hòa, hoà; thuý/thúy", "hoa hoa thuy thuy"),
        ("Mường Tè  (xã)", "muong te xa"),
        ("", ""),
        ("–’–", ""),
        ("ﬁ ①", "fi 1"),
    ],
)
def test_folding_leaves_plain_words(written: str, expected: str) -> None:
    assert fold(written) == expected


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet=LETTERS + MARKS, max_size=60))
def test_composed_and_decomposed_text_fold_alike(text: str) -> None:
    assert fold(nfc(text)) == fold(text)


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.text(alphabet=st.characters(exclude_characters="\x00", exclude_categories=("Cs",)), max_size=40),
        min_size=20,
        max_size=60,
    )
)
def test_sql_folds_any_text_as_python_does(texts: list[str]) -> None:
    assert folded_in_sql(texts) == [fold(text) for text in texts]


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(alphabet=LETTERS + MARKS, max_size=40), min_size=20, max_size=60))
def test_sql_folds_vietnamese_as_python_does(texts: list[str]) -> None:
    assert folded_in_sql(texts) == [fold(text) for text in texts]


@pytest.mark.django_db
def test_sql_folds_the_name_of_every_division_as_python_does() -> None:
    call_command("load_divisions", verbosity=0)
    names = list(Division.objects.values_list("full_name", flat=True))
    assert len(names) > 14_000
    assert folded_in_sql(names) == [fold(name) for name in names]
