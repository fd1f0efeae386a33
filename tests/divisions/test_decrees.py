"""Decrees applied to the whole register: real ones, and loading the register again afterwards."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from geo.divisions.corrections import FOLDER
from geo.divisions.history import History
from geo.divisions.loading import store_history
from geo.divisions.models import Decree, Division, Level, Lineage
from geo.divisions.resolution import resolve
from geo.divisions.selectors import commune_by_code, communes, province_by_code
from geo.stewardship.decrees.applying import Outcome, apply_file
from geo.stewardship.imports.reading.reader import read

pytestmark = pytest.mark.usefixtures("register")
REAL: Path = FOLDER / "decree_388_2026.csv"
DAY = date(2026, 9, 20)
HEAD = "Số nghị quyết,Ngày hiệu lực,Cấp,Mã cũ,Tên cũ,Phần,Mã mới,Tên mới\n"


def applied(text: str) -> Outcome:
    return apply_file(read(text.encode("utf-8-sig"), "nq.csv"))


def seen(*numbers: str) -> list[dict[str, Any]]:
    """What the register says of the units these decrees closed and opened, without keys."""
    fields = (
        "level", "code", "full_name", "name_en", "valid_from", "valid_until", "parent__code", "folded", "key",
        "decree__number", "ended_by__number", "area_km2",
    )  # fmt: skip
    rows = Division.objects.filter(decree__number__in=numbers) | Division.objects.filter(ended_by__number__in=numbers)
    return list(rows.order_by("level", "code", "valid_from").values(*fields))


def test_the_real_decree_on_the_register_that_knows_it_changes_nothing() -> None:
    outcome = apply_file(read(REAL.read_bytes(), REAL.name))
    assert outcome.wrong == []
    assert outcome.applied.changes == 0


def test_the_real_decree_makes_what_the_register_was_loaded_with() -> None:
    numbers = ("388/NQ-UBTVQH16", "39/2026/QH16")
    loaded = seen(*numbers)
    Lineage.objects.filter(decree__number__in=numbers).delete()
    province = Division.objects.get(decree__number="39/2026/QH16")
    former = Division.objects.get(ended_by__number="39/2026/QH16")
    Division.objects.filter(decree__number="388/NQ-UBTVQH16").delete()
    Division.objects.filter(parent=province).update(parent=former)
    province.delete()
    Division.objects.filter(ended_by__number__in=numbers).update(valid_until=None, ended_by=None)
    Decree.objects.filter(number__in=numbers).delete()
    outcome = apply_file(read(REAL.read_bytes(), REAL.name))
    assert outcome.wrong == []
    assert outcome.applied.counts["opened"]["new"] == 13
    assert seen(*numbers) == loaded
    bac_ninh = province_by_code("24")
    assert bac_ninh is not None
    assert {one.parent for one in communes(bac_ninh)} == {bac_ninh}
    assert Division.objects.filter(level=Level.PROVINCE, code="24", validity__contains=DAY).get() == bac_ninh


SAMPLE = (
    HEAD
    + "MẪU 9/NQ,2026-10-01,xã,07294,,một phần,07294,Phường Bố Hạ\n"
    + "MẪU 9/NQ,2026-10-01,xã,07294,,một phần,07295,Xã Đông Sơn Mẫu\n"
)


def test_loading_the_register_again_keeps_what_a_decree_did(history: History) -> None:
    assert applied(SAMPLE).wrong == []
    assert applied(HEAD + "MẪU 10/NQ,2026-10-02,tỉnh,24,,toàn bộ,24,Thành phố Kinh Bắc\n").wrong == []
    before = list(Division.objects.order_by("pk").values("pk", "valid_until", "ended_by", "parent"))
    report = store_history(history)
    assert sum(counts["changed"] + counts["new"] for counts in report.counts.values()) == 0
    assert list(Division.objects.order_by("pk").values("pk", "valid_until", "ended_by", "parent")) == before


def test_the_map_before_and_after_stays_right() -> None:
    applied(SAMPLE)
    before, after = (commune_by_code("07294", day) for day in (date(2026, 9, 30), date(2026, 10, 1)))
    assert before is not None
    assert after is not None
    assert (before.valid_until, after.valid_from) == (date(2026, 10, 1), date(2026, 10, 1))
    assert commune_by_code("07295", date(2026, 9, 30)) is None
    found = {one.division.code for one in resolve("xã Đông Sơn Mẫu, Bắc Ninh").candidates}
    assert found == {"07295"}
