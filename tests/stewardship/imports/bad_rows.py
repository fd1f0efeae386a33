"""Thirty-seven rows, each wrong in another way: what the cells say, the reason expected, how the row is put right."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Bad:
    """``cells`` replace those of a good row by the titles of their columns; ``fixed`` puts the row right."""

    reason: str
    cells: dict[str, Any]
    fixed: dict[str, Any] = field(default_factory=dict)

    @property
    def repair(self) -> dict[str, Any]:
        """The cells to write into the workbook that came back."""
        return self.fixed or dict.fromkeys(self.cells)


POSITION = {"Vĩ độ": 10.22, "Kinh độ": 103.96}
NO_DEGREES = {"Vĩ độ": None, "Kinh độ": None}
SURVEY = {"X (VN-2000)": 1130000, "Y (VN-2000)": 440000, **NO_DEGREES}
NO_SURVEY = {"X (VN-2000)": None, "Y (VN-2000)": None}


def bad_rows(product_id: str, unknown_id: str, split: dict[str, str]) -> list[Bad]:
    """The rows; they need the number of a product, a number nobody has, and a commune that was split."""
    name = "Tên địa điểm"
    return [
        Bad("missing", {name: None}, {name: "Điểm bán mẫu không tên"}),
        Bad("too-long", {name: "Mẫu " + "x" * 220}, {name: "Điểm bán mẫu tên dài"}),
        Bad("not-clearable", {name: "(xóa)"}, {name: "Điểm bán mẫu bị xóa"}),
        Bad("choice", {"Loại địa điểm": "quán cà phê"}, {"Loại địa điểm": "Điểm bán"}),
        Bad("missing", {"Loại địa điểm": None}, {"Loại địa điểm": "Điểm bán"}),
        Bad("choice", {"Loại điểm bán": "vỉa hè"}),
        Bad("outlet-without-sale", {"Loại địa điểm": "Cơ sở chế biến", "Loại điểm bán": "Chợ"},
            {"Loại điểm bán": None}),
        Bad("id-typo", {"Mã bản ghi": "ABC-123"}),
        Bad("id-unknown", {"Mã bản ghi": unknown_id}),
        Bad("id-other-kind", {"Mã bản ghi": product_id}),
        Bad("division-unknown", {"Tỉnh": "Tỉnh Không Có Thật"}, {"Tỉnh": "An Giang"}),
        Bad("division-unknown", {"Xã": "Xã Không Có Thật Đâu"}, {"Xã": "Đặc khu Phú Quốc"}),
        Bad("division-split", split, {"Tỉnh": "An Giang", "Huyện": None, "Xã": "Đặc khu Phú Quốc"}),
        Bad("commune-missing", {"Xã": None, "Huyện": "Huyện mẫu"}, {"Huyện": None, "Xã": "Đặc khu Phú Quốc"}),
        Bad("missing-division", {"Tỉnh": None, "Xã": None, **NO_DEGREES}, {"Tỉnh": "An Giang"}),
        Bad("half-position", {"Kinh độ": None}, {"Kinh độ": 103.96}),
        Bad("coordinates", {"Vĩ độ": "gần chợ"}, POSITION),
        Bad("minutes", {"Vĩ độ": "10°75'00\"", "Kinh độ": "103°57'00\""}, POSITION),
        Bad("outside", {"Vĩ độ": 48.85, "Kinh độ": 2.35}, POSITION),
        Bad("lost-point", {"Vĩ độ": 10220000, "Kinh độ": 103960000}, POSITION),
        Bad("same-axis", {"Vĩ độ": "10.2N", "Kinh độ": "10.3N"}, POSITION),
        Bad("positions-differ", {"Tọa độ": "21.03, 105.85"}),
        Bad("map-link", {"Tọa độ": "https://maps.app.goo.gl/mau", **NO_DEGREES}, {"Tọa độ": "10.22, 103.96"}),
        Bad("vn2000-range", {"X (VN-2000)": 12, "Y (VN-2000)": 34, **NO_DEGREES}, NO_SURVEY),
        Bad("meridian", {**SURVEY, "Kinh tuyến trục": "kinh tuyến gốc"}, {**NO_SURVEY, "Kinh tuyến trục": None}),
        Bad("survey-nowhere", {**SURVEY, "X (VN-2000)": 2300000}, NO_SURVEY),
        Bad("choice", {"Độ chính xác": "khá đúng"}),
        Bad("accuracy-alone", {"Độ chính xác": "GPS", **NO_DEGREES}, {"Độ chính xác": None}),
        Bad("phone", {"Điện thoại": "gọi anh Ba"}),
        Bad("email", {"Email": "không có"}),
        Bad("url", {"Trang web": "chưa làm trang"}),
        Bad("date-impossible", {"Ngày mở cửa": "31/02/2024"}),
        Bad("date-short-year", {"Ngày mở cửa": "12/05/24"}),
        Bad("date-in-future", {"Kiểm tra lần cuối ngày": "01/01/2030"}),
        Bad("flaw-opened-after-closed", {"Đóng cửa từ": "12/05/2023", "Tình trạng": "đóng cửa"},
            {"Đóng cửa từ": "12/05/2025"}),
        Bad("opening-hours", {"Giờ mở cửa": "lúc nào cũng được"}),
        Bad("flaw-home-without-consent", {"Loại địa điểm": "Cơ sở sản xuất", "Chủ thể": "Hộ mẫu"},
            {"Được công khai liên hệ từ": "01/11/2026"}),
    ]  # fmt: skip
