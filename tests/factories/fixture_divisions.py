"""The divisions that the shipped data names, without loading the whole register of divisions."""

import csv
from datetime import date

from django.contrib.gis.geos import Point

from geo.divisions.models import Division, Level
from geo.places.register.files import FOLDER

UNIT_TYPE = "xã"


def fixture_divisions() -> None:
    """Make every province and commune whose code the shipped files mention; communes lie at made-up points."""
    codes: set[tuple[str, str]] = set()
    for path in FOLDER.glob("*/*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row.get("province_code"):
                    codes.add((row["province_code"], row.get("commune_code") or ""))
    since = {"valid_from": date(2025, 7, 1)}
    provinces = {
        code: Division.objects.create(
            level=Level.PROVINCE, code=code, unit_type="tỉnh", name=f"Tỉnh {code}", full_name=f"Tỉnh {code}", **since
        )
        for code in sorted({province for province, _commune in codes})
    }
    Division.objects.bulk_create(
        Division(
            level=Level.COMMUNE,
            code=code,
            unit_type=UNIT_TYPE,
            name=f"Xã {code}",
            full_name=f"Xã {code}",
            parent=provinces[province],
            location=Point(105 + int(code) / 10_000, 10 + int(code) / 4_000, srid=4326),
            area_km2=30,
            **since,
        )
        for province, code in sorted(codes)
        if code
    )
