"""Addresses: today's divisions, the text as it was written, and what the units were called before the decrees."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from geo.divisions.models import Division, Level, Lineage
from geo.spatial.folding import fold
from geo.web import words
from geo.web.records import common

_SHOWN = 40


@dataclass(frozen=True)
class Address:
    """An address now, as written, and the former names of its divisions."""

    now: str = ""
    written: str = ""
    formerly: str = ""
    former_count: int = 0


def address_of(commune: Division | None, province: Division | None, written: str) -> Address:
    """Return the address: at most two queries, for the former names."""
    unit = commune or province
    former = former_units(unit) if unit else []
    provinces = former if unit is province else (former_units(province) if province else [])
    now = common.division_line(commune, province)
    return Address(now, _with_now(written, province, provinces, now), _formerly(former, province), len(former))


def former_units(division: Division) -> list[Division]:
    """Return the units of the old map (before 2025-07-01) that ``division`` was made of, whole ones first."""
    first_step = Lineage.objects.filter(successor=division).values("predecessor")
    rows = Lineage.objects.filter(successor=division) | Lineage.objects.filter(successor__in=first_step)
    found: dict[int, Division] = {}
    for row in rows.select_related("predecessor__parent__parent").order_by("-share", "predecessor__code"):
        if row.predecessor.valid_from is None:
            found.setdefault(row.predecessor_id, row.predecessor)
    return list(found.values())


def _with_now(written: str, province: Division | None, former: list[Division], now: str) -> str:
    """Return the address as written, with today's province behind an old one: “…, Hà Giang (now: Tuyên Quang)”."""
    if not written or fold(written) == fold(now):
        return ""
    last = fold(written.rsplit(",", 1)[-1])
    if province is None or last.endswith(fold(province.name)):
        return written
    old = next((row for row in former if last.endswith(fold(row.name)) and row.level == Level.PROVINCE), None)
    return _("%(old)s (now: %(new)s)") % {"old": written, "new": province.name} if old else written


def _formerly(former: list[Division], province: Division | None) -> str:
    """Say what the units were called: “formerly: xã A, xã B (huyện C, tỉnh Hà Giang)”, when it tells anything new."""
    if not former or former[0].level == Level.PROVINCE:
        names = [row.full_name for row in former if province is None or row.name != province.name]
        return _("Formerly also: %(names)s") % {"names": words.join(names)} if names else ""
    names = [row.full_name for row in former[:_SHOWN]]
    if len(former) > _SHOWN:
        names.append("…")
    parents = {row.parent for row in former if row.parent}
    grandparents = {row.parent for row in parents if row.parent}
    where = words.join(sorted(row.full_name for row in parents) + sorted(row.full_name for row in grandparents))
    return _("Formerly: %(names)s (%(where)s)") % {"names": words.join(names), "where": where}
