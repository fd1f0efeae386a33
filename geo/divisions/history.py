"""From the register and the corrections to dated rows: pure functions, no database.

Every row is identified by (level, code, valid_from). The old map has no known beginning; the map of 2025-07-01 is
changed by later decrees, each of which closes rows and opens others.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from geo.divisions.corrections import Alias, Change, Corrections, DecreeRow
from geo.divisions.names import UNIT_TYPES, english_name, name_key, stored_key
from geo.divisions.register import LICENCE, Register, RegisterError, Unit
from geo.spatial.folding import fold

REFORM = date(2025, 7, 1)
PROVINCE_DECREE = "202/2025/QH15"
COMMUNE_DECREE = "1654–1687/NQ-UBTVQH15"

RowKey = tuple[str, str, date | None]


@dataclass(slots=True)
class Row:
    """One division as it will be stored; ``parent`` and lineage refer to rows by their key."""

    level: str
    code: str
    valid_from: date | None
    valid_until: date | None
    unit_type: str
    name: str
    full_name: str
    name_en: str
    folded: str
    key: str
    parent: RowKey | None = None
    decree: str = ""
    ended_by: str = ""
    point: tuple[float, float] | None = None
    location_source: str = ""
    area_km2: float | None = None
    source: str = ""
    licence: str = ""
    aliases: dict[tuple[str, str], Alias] = field(default_factory=dict)

    @property
    def identity(self) -> RowKey:
        """What the row is found by."""
        return self.level, self.code, self.valid_from


@dataclass(frozen=True, slots=True)
class LineageRow:
    """Predecessor → successor by their keys."""

    predecessor: RowKey
    successor: RowKey
    share: str
    is_default: bool
    decree: str


@dataclass(slots=True)
class History:
    """All rows, parents before children, with their decrees and lineage."""

    decrees: dict[str, DecreeRow]
    rows: dict[RowKey, Row]
    lineage: list[LineageRow]


def build_history(register: Register, corrections: Corrections) -> History:
    """Return the dated history of all divisions. Raises RegisterError when a correction fits no row."""
    rows: dict[RowKey, Row] = {}
    for unit in register.before:
        decree = PROVINCE_DECREE if unit.level == "PROVINCE" else COMMUNE_DECREE
        row = _row(unit, register.source, None, REFORM)
        row.ended_by = decree
        rows[row.identity] = row
    for unit in register.since:
        row = _row(unit, register.source, REFORM, None)
        row.decree = PROVINCE_DECREE if unit.level == "PROVINCE" else COMMUNE_DECREE
        rows[row.identity] = row
    _correct_points(rows, corrections)
    lineage = [
        LineageRow(
            (link.level, link.predecessor, None),
            (link.successor_level, link.successor, REFORM),
            link.share,
            link.is_default,
            PROVINCE_DECREE if link.level == "PROVINCE" else COMMUNE_DECREE,
        )
        for link in register.links
    ]
    lineage += _apply_changes(rows, corrections.changes)
    parents = (
        {unit.code: unit.parent for unit in register.before if unit.parent},
        {unit.code: unit.parent for unit in register.since if unit.parent},
    )
    _find_parents(rows, *parents)
    _add_aliases(rows, corrections.aliases)
    return History(corrections.decrees, _parents_first(rows.values()), lineage)


def _row(unit: Unit, source: str, valid_from: date | None, valid_until: date | None) -> Row:
    row = Row(
        level=unit.level,
        code=unit.code,
        valid_from=valid_from,
        valid_until=valid_until,
        unit_type=unit.unit_type,
        name=unit.name,
        full_name=unit.full_name,
        name_en=english_name(unit.unit_type, unit.name),
        folded=fold(unit.full_name),
        key=stored_key(unit.unit_type, unit.name),
        point=unit.point,
        location_source=source if unit.point else "",
        area_km2=unit.area_km2,
        source=source,
        licence=LICENCE,
    )
    for unit_type, key in unit.former_names:
        row.aliases[key, unit_type] = Alias(unit.level, unit.code, "before", unit_type, key, "former", source)
    return row


def _correct_points(rows: dict[RowKey, Row], corrections: Corrections) -> None:
    for correction in corrections.points:
        row = rows.get((correction.level, correction.code, REFORM))
        if row is None or name_key(row.name) != name_key(correction.name):
            raise RegisterError(f"the point correction of {correction.code} {correction.name} fits no division")
        row.point, row.location_source = correction.point, correction.location_source if correction.point else ""


def _apply_changes(rows: dict[RowKey, Row], changes: Iterable[Change]) -> list[LineageRow]:
    """Close the rows that later decrees changed and open their successors; return the lineage between them."""
    lineage = []
    grouped: dict[tuple[date, str, str, str], list[Change]] = defaultdict(list)
    for change in changes:
        grouped[change.effective_on, change.decree, change.level, change.code].append(change)
    for (day, decree, level, code), group in sorted(grouped.items()):
        old = next((r for r in rows.values() if (r.level, r.code, r.valid_until) == (level, code, None)), None)
        if old is None or name_key(old.name) != name_key(group[0].name):
            raise RegisterError(f"the change of {code} {group[0].name} by {decree} fits no division in force")
        new = _changed(old, group)
        new.valid_from, new.decree = day, decree
        old.valid_until, old.ended_by = day, decree
        rows[new.identity] = new
        lineage.append(LineageRow(old.identity, new.identity, "whole", True, decree))
    return lineage


def _changed(old: Row, changes: list[Change]) -> Row:
    unit_type, name = old.unit_type, old.name
    for change in changes:
        if change.field == "unit_type" and change.old_value == unit_type and change.new_value in UNIT_TYPES:
            unit_type = change.new_value
        elif change.field == "name" and change.old_value == name and change.new_value:
            name = change.new_value
        else:
            raise RegisterError(f"{change.decree}, {change.code}: {change.field} is not {change.old_value!r}")
    full_name = unit_type[0].upper() + unit_type[1:] + " " + name
    return replace(
        old,
        unit_type=unit_type,
        name=name,
        full_name=full_name,
        name_en=english_name(unit_type, name),
        folded=fold(full_name),
        key=stored_key(unit_type, name),
        aliases=dict(old.aliases),
        valid_until=None,
        ended_by="",
    )


def _find_parents(rows: dict[RowKey, Row], before: dict[str, str], since: dict[str, str]) -> None:
    """Point each row at the latest row of its parent that overlaps it in time."""
    versions: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows.values():
        versions[row.level, row.code].append(row)
    for row in rows.values():
        if row.level == "PROVINCE":
            continue
        old = row.valid_from is None
        level = "DISTRICT" if old and row.level == "COMMUNE" else "PROVINCE"
        code = (before if old else since)[row.code]
        until = row.valid_until or date.max
        fits = [
            p for p in versions[level, code] if (p.valid_from or date.min) < until and (p.valid_from is None) == old
        ]
        row.parent = max(fits, key=lambda p: p.valid_from or date.min).identity


def _add_aliases(rows: dict[RowKey, Row], aliases: Iterable[Alias]) -> None:
    for alias in aliases:
        fits = [
            row
            for row in rows.values()
            if (row.level, row.code) == (alias.level, alias.code)
            and alias.map in ("any", "before" if row.valid_from is None else "since")
        ]
        if not fits:
            raise RegisterError(f"the other name {alias.name} of {alias.code} fits no division")
        for row in fits:
            row.aliases[name_key(alias.name), alias.unit_type] = alias


def _parents_first(rows: Iterable[Row]) -> dict[RowKey, Row]:
    order = {"PROVINCE": 0, "DISTRICT": 1, "COMMUNE": 2}
    ordered = sorted(rows, key=lambda row: (order[row.level], row.code, row.valid_from or date.min))
    return {row.identity: row for row in ordered}
