"""Generated tables of places that don't exist, and say so, as an office might fill them in."""

from collections.abc import Iterator, Sequence
from typing import Any

from geo.divisions.models import Division
from geo.divisions.selectors import communes, province_by_code

HEADER = [
    "STT", "Mã bản ghi", "Mã trong nguồn", "Tên địa điểm", "Loại địa điểm", "Loại điểm bán", "Chủ thể", "Tỉnh", "Huyện",
    "Xã", "Địa chỉ", "Vĩ độ", "Kinh độ", "X (VN-2000)", "Y (VN-2000)", "Kinh tuyến trục", "Độ chính xác", "Điện thoại",
    "Email", "Trang web", "Tình trạng", "Ngày mở cửa", "Đóng cửa từ", "Giờ mở cửa", "Kiểm tra lần cuối ngày", "Tọa độ",
    "Được công khai liên hệ từ",
]  # fmt: skip
SOURCE = "Dữ liệu mẫu"


def places(count: int, start: int = 1) -> Iterator[list[Any]]:
    """Good rows: points of sale in An Giang and Cà Mau, each with a position near its commune's point."""
    where = [one for code in ("91", "96") for one in communes(province_by_code(code)) if one.location is not None]
    for number in range(start, start + count):
        yield row(number, where[number % len(where)])


def row(number: int, commune: Division, **cells: Any) -> list[Any]:
    """A good row; ``cells`` by the title of their column."""
    assert commune.location is not None
    assert commune.parent is not None
    step = (number // 100) * 0.0007
    lat, lon = round(commune.location.y + step, 6), round(commune.location.x + step, 6)
    said = {
        "STT": number,
        "Tên địa điểm": f"Điểm bán mẫu {number:05d}",
        "Loại địa điểm": ("Điểm bán", "điểm bán", "diem ban", "Cửa hàng")[number % 4],
        "Tỉnh": (commune.parent.full_name, commune.parent.name)[number % 2],
        "Xã": commune.full_name,
        "Địa chỉ": f"Số {number}, ấp mẫu",
        "Vĩ độ": (lat, str(lat).replace(".", ","), f"{lat}")[number % 3],
        "Kinh độ": (lon, str(lon).replace(".", ","), f"{lon}")[number % 3],
        "Điện thoại": f"0297 3{number:06d}",
        "Ngày mở cửa": ("12/05/2024", "ngày 12 tháng 5 năm 2024", "2024-05-12", 45424)[number % 4],
        "Giờ mở cửa": ("07:00-18:00", "7h - 18h", "Mo-Su 07:00-18:00")[number % 3],
        **cells,
    }
    return [said.get(title) for title in HEADER]


def table(rows: Sequence[Sequence[Any]]) -> list[Sequence[Any]]:
    """The rows below a title, an empty row and the header."""
    return [["DANH SÁCH MẪU, KHÔNG CÓ THẬT"], [], HEADER, *rows]
