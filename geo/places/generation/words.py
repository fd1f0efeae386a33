"""Words and proportions of generated rows. Every name ends in ``MARK``, so that nobody takes it for real."""

MARK = "(mẫu sinh tự động)"

PRODUCTS: dict[str, tuple[float, tuple[str, ...]]] = {
    "I.1.1": (9, ("Bưởi", "Cam", "Xoài", "Thanh long", "Sầu riêng", "Rau an toàn", "Nấm tươi", "Vải thiều")),
    "I.1.2": (3, ("Trứng gà", "Thịt lợn đen", "Cá hồi tươi", "Tôm sú")),
    "I.2.3": (7, ("Gạo ST25", "Gạo nếp", "Gạo séng cù", "Hạt sen", "Lạc nhân")),
    "I.2.4": (6, ("Mật ong hoa rừng", "Mật ong hoa nhãn", "Mật dừa nước")),
    "I.3.6": (8, ("Bún khô", "Miến dong", "Bánh tráng", "Bánh đa", "Phở khô", "Bánh chưng")),
    "I.3.7": (10, ("Mít sấy", "Chuối sấy", "Kẹo lạc", "Hạt điều rang", "Khoai lang sấy", "Măng khô")),
    "I.3.8": (10, ("Nem chua", "Giò lụa", "Chả cá", "Khô cá", "Lạp xưởng", "Tôm khô", "Ruốc")),
    "I.4.9": (5, ("Nước mắm", "Tương nếp", "Mắm nêm")),
    "I.4.10": (4, ("Hồ tiêu", "Muối tôm", "Bột nghệ", "Ớt khô")),
    "I.5.11": (7, ("Chè xanh", "Chè shan tuyết", "Chè đinh", "Trà ô long")),
    "I.5.12": (5, ("Trà hoa cúc", "Trà cà gai leo", "Trà giảo cổ lam")),
    "I.6.13": (6, ("Cà phê rang xay", "Cà phê bột", "Bột ca cao")),
    "II.1.14": (3, ("Rượu nếp", "Rượu gạo")),
    "II.1.15": (2, ("Rượu sim", "Rượu mơ")),
    "II.2.17": (2, ("Nước cốt dâu", "Nước thanh long")),
    "III.3.20": (3, ("Tinh dầu sả", "Tinh dầu tràm", "Đông trùng hạ thảo")),
    "IV.1.21": (6, ("Giỏ mây tre", "Bình gốm", "Nón lá", "Chiếu cói")),
    "IV.2.22": (2, ("Khăn thổ cẩm", "Lụa tơ tằm")),
    "V.2.24": (1, ("Cây cảnh bon sai",)),
    "VI.1.26": (1, ("Homestay", "Điểm du lịch cộng đồng")),
}
"""Set of Decision 26/2026 → weight and names. Weights follow the shares of sectors in the national register."""

PRODUCERS: tuple[tuple[str, str, float], ...] = (
    ("household", "Hộ kinh doanh", 0.427),
    ("cooperative", "Hợp tác xã", 0.327),
    ("company", "Công ty TNHH", 0.241),
    ("cooperative_group", "Tổ hợp tác", 0.005),
)
"""Kind, word and share of producers, as at the end of 2024."""

STARS: tuple[tuple[int, float], ...] = ((3, 0.732), (4, 0.235), (5, 0.033))
"""Shares of stars, as at the end of 2024."""

OUTLETS: tuple[tuple[str, str, float], ...] = (
    ("ocop_shop", "Cửa hàng OCOP", 0.34),
    ("market", "Quầy chợ", 0.22),
    ("supermarket", "Siêu thị", 0.14),
    ("producer_shop", "Cửa hàng tại xưởng", 0.14),
    ("rest_stop", "Trạm dừng nghỉ", 0.04),
    ("tourist_site", "Quầy khu du lịch", 0.04),
    ("craft_village", "Làng nghề", 0.03),
    ("post_office", "Bưu điện", 0.02),
    ("station", "Quầy bến xe", 0.02),
    ("ocop_centre", "Trung tâm OCOP", 0.005),
    ("airport", "Quầy sân bay", 0.005),
)

HOURS: tuple[tuple[str, float], ...] = (
    ("", 0.35),
    ("Mo-Su 07:00-21:00", 0.2),
    ("Mo-Su 08:00-20:00", 0.14),
    ("Mo-Su 06:00-18:00", 0.08),
    ("Mo-Sa 07:30-11:30,13:30-17:30", 0.08),
    ("Mo-Fr 08:00-17:00", 0.05),
    ("Mo-Su 08:00-20:00; PH off", 0.05),
    ("24/7", 0.02),
    ("Mo-Su 05:00-11:00", 0.02),
    ("Fr-Su 18:00-01:00", 0.01),
)

UNITS: dict[str, tuple[str, int]] = {
    "I.1.1": ("kg", 35_000),
    "I.2.3": ("kg", 30_000),
    "I.4.9": ("chai 500 ml", 90_000),
    "I.5.11": ("gói 200 g", 180_000),
    "I.6.13": ("gói 500 g", 120_000),
    "IV.1.21": ("cái", 250_000),
    "VI.1.26": ("người", 400_000),
}
"""Set → what a price is for, and a usual price in VND; other sets: a 500 g pack at 90,000."""
OTHER_UNIT = ("gói 500 g", 90_000)
