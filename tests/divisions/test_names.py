import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.divisions.names import accented_key, english_name, name_key, split_full_name, stored_key


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Hòa Bình", "hoà bình"),
        ("Mỹ Đức", "MI DUC"),
        ("Kon Tum", "Kontum"),
        ("Ea H'Leo", "ea hleo"),
        ("Đắc Nông", "Đăk Nông"),
        ("Quý Lộc", "Quí Lộc"),
        ("Phường 01", "phuong 1"),
    ],
)
def test_spellings_of_one_name_share_a_key(left: str, right: str) -> None:
    assert name_key(left) == name_key(right)


@pytest.mark.parametrize(("left", "right"), [("Ý Yên", "I Yên"), ("Thúy", "Thúi"), ("Quảng Ninh", "Quan Ninh")])
def test_different_names_keep_different_keys(left: str, right: str) -> None:
    assert name_key(left) != name_key(right)


def test_accented_keys_forget_only_where_the_tone_stands() -> None:
    assert accented_key("Hòa Lý") == accented_key("hoà lí")
    assert accented_key("Văn Lang") != accented_key("Văn Lăng")


@given(st.text(max_size=40))
def test_a_key_is_plain_and_stays_itself(text: str) -> None:
    key = name_key(text)
    assert key.isascii()
    assert " " not in key


@pytest.mark.parametrize(
    ("full_name", "expected"),
    [
        ("Đặc khu Phú Quốc", ("đặc khu", "Phú Quốc")),
        ("Thị trấn Yên Viên", ("thị trấn", "Yên Viên")),
        ("Phường 1", ("phường", "Phường 1")),
        ("Phường IV", ("phường", "Phường IV")),
        ("Phường Phường Đúc", ("phường", "Phường Đúc")),
        ("Thành phố Hồ Chí Minh", ("thành phố", "Hồ Chí Minh")),
    ],
)
def test_a_full_name_splits_into_type_and_name(full_name: str, expected: tuple[str, str]) -> None:
    assert split_full_name(full_name) == expected


def test_a_name_without_a_type_is_refused() -> None:
    with pytest.raises(ValueError, match="no known type"):
        split_full_name("Phú Quốc")


def test_a_number_is_stored_without_its_type() -> None:
    assert stored_key("phường", "Phường 1") == "1"
    assert stored_key("phường", "Phường Đúc") == "phuongduc"


@pytest.mark.parametrize(
    ("unit_type", "name", "expected"),
    [
        ("đặc khu", "Phú Quốc", "Phu Quoc Special Zone"),
        ("phường", "Phường 12", "Ward 12"),
        ("tỉnh", "Đắk Lắk", "Dak Lak Province"),
    ],
)
def test_english_names_have_no_accents_and_the_type_behind(unit_type: str, name: str, expected: str) -> None:
    assert english_name(unit_type, name) == expected
