"""Applying a decree to the register: merges, splits, renames and partial transfers, as dated rows and lineage.

A line says that a unit went, wholly or in part, to a unit. Rows are closed and opened on the day the decree takes
effect, also when that is still to come. Applying the same lines again changes nothing. Runs inside the caller's
transaction; what is wrong is collected for all lines, and the caller rolls back.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

from geo.divisions.loading import refresh_contexts
from geo.divisions.models import WGS84_SRID, Decree, Division, Level, Lineage
from geo.divisions.names import english_name, name_key, stored_key
from geo.divisions.provinces_of_communes import follow_provinces
from geo.spatial.folding import fold

TYPES = {Level.PROVINCE: ("tỉnh", "thành phố"), Level.COMMUNE: ("xã", "phường", "đặc khu")}
"""Types that units of a level have since districts were abolished."""
WHOLE, PART = "whole", "part"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a decree's table. ``row`` is its number in the file; ``new_province`` a code, empty: unchanged.

    ``point`` is (lon, lat), EPSG:4326, of the new unit; ``share`` says how much of the old unit went there.
    """

    row: int
    decree: str
    title: str
    issued_on: date | None
    effective_on: date
    source_url: str
    level: Level
    old_code: str
    old_name: str
    share: str
    new_code: str
    new_type: str
    new_name: str
    new_province: str = ""
    point: tuple[float, float] | None = None
    area_km2: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with one field of one line."""

    row: int
    field: str
    message: str


@dataclass(slots=True)
class Applied:
    """What was done: rows by table and outcome (new, changed, same), what was completed, and what is wrong."""

    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    notes: list[str] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)

    @property
    def changes(self) -> int:
        """How many rows are new or changed."""
        return sum(number for counts in self.counts.values() for name, number in counts.items() if name != "same")


def apply_lines(lines: Iterable[Line]) -> Applied:
    """Bring the register to what ``lines`` say, decree by decree in the order of their effect."""
    applied = Applied()
    grouped: dict[tuple[date, str], list[Line]] = defaultdict(list)
    for line in lines:
        grouped[line.effective_on, line.decree].append(line)
    for _key, group in sorted(grouped.items()):
        decree = _store_decree(group, applied)
        for level in (Level.PROVINCE, Level.COMMUNE):
            _Step(decree, level, [line for line in group if line.level == level], applied).run()
            if level == Level.PROVINCE:
                named = {line.old_code for line in group if line.level == Level.COMMUNE}
                missing = follow_provinces(decree, named, applied.counts)
                applied.wrong += [Wrong(group[0].row, "old_code", words) for words in missing]
    if applied.changes:
        refresh_contexts()
    return applied


def _store_decree(group: Sequence[Line], applied: Applied) -> Decree:
    """Store the decree of a group; every line must say the same about it."""
    first = group[0]
    for name in ("title", "issued_on", "source_url"):
        for line in group:
            if getattr(line, name) != getattr(first, name):
                words = _("This differs from row %(row)d of the same decree.") % {"row": first.row}
                applied.wrong.append(Wrong(line.row, name, words))
    decree, made = Decree.objects.get_or_create(
        number=first.decree,
        defaults={
            "title": first.title,
            "effective_on": first.effective_on,
            "issued_on": first.issued_on,
            "source_url": first.source_url,
        },
    )
    if decree.effective_on != first.effective_on:
        words = _("%(decree)s is known to take effect on %(day)s.")
        told = words % {"decree": decree.number, "day": decree.effective_on.strftime("%d/%m/%Y")}
        applied.wrong.append(Wrong(first.row, "effective_on", told))
    said = {"title": first.title, "issued_on": first.issued_on, "source_url": first.source_url}
    wanted = {name: value for name, value in said.items() if value and value != getattr(decree, name)}
    if not made and wanted:
        Decree.objects.filter(pk=decree.pk).update(**wanted)
    applied.counts["decrees"]["new" if made else "changed" if wanted else "same"] += 1
    return decree


class _Step:
    """The lines of one decree at one level."""

    def __init__(self, decree: Decree, level: Level, lines: list[Line], applied: Applied) -> None:
        self.decree, self.level, self.lines, self.applied = decree, level, lines, applied
        self.day = decree.effective_on
        self.old: dict[str, Division] = {}

    def run(self) -> None:
        """Check the lines, then store what they say; with anything wrong, nothing more of this step is stored."""
        before = len(self.applied.wrong)
        self._find_old()
        self._check_shares()
        self._go_on()
        self._check_new()
        if self.lines and len(self.applied.wrong) == before:
            self._store()

    def _wrong(self, line: Line, name: str, words: str, **facts: Any) -> None:
        self.applied.wrong.append(Wrong(line.row, name, words % facts))

    def _in_force(self, code: str) -> Division | None:
        """Return the unit with that code on the day before the decree takes effect."""
        found = Division.objects.filter(level=self.level, code=code, validity__contains=self.day - timedelta(days=1))
        return found.select_related("parent", "ended_by").first()

    def _find_old(self) -> None:
        for line in self.lines:
            found = self.old.get(line.old_code) or self._in_force(line.old_code)
            if found is None:
                words = _("No unit with the code %(code)s is in force before %(day)s.")
                self._wrong(line, "old_code", words, code=line.old_code, day=self.day.strftime("%d/%m/%Y"))
                continue
            if line.old_name and not _names(found, line.old_name):
                words = _("The code %(code)s is %(unit)s, not “%(said)s”.")
                self._wrong(line, "old_name", words, code=found.code, unit=found.full_name, said=line.old_name)
            self._check_end(line, found)
            self.old[line.old_code] = found

    def _check_end(self, line: Line, unit: Division) -> None:
        """Refuse a unit that another decree ends, or this one on another day."""
        if unit.valid_until is not None and (unit.valid_until, unit.ended_by_id) != (self.day, self.decree.pk):
            words = _("%(unit)s ended on %(day)s already by %(decree)s: apply decrees in their order.")
            ended = unit.valid_until.strftime("%d/%m/%Y")
            self._wrong(line, "old_code", words, unit=unit.full_name, day=ended, decree=unit.ended_by or "—")

    def _check_shares(self) -> None:
        shares: dict[str, list[Line]] = defaultdict(list)
        for line in self.lines:
            shares[line.old_code].append(line)
        for group in shares.values():
            wholes = [line for line in group if line.share == WHOLE]
            if wholes and len(group) > 1:
                self._wrong(group[1], "share", _("A unit goes wholly to one unit, or in parts to several."))
            elif not wholes and len(group) == 1:
                words = _("Only one part is named: say where the rest goes, also if it stays what it was.")
                self._wrong(group[0], "share", words)
            targets = [line.new_code for line in group]
            if len(set(targets)) < len(targets):
                self._wrong(group[-1], "new_code", _("This is said twice."))

    def _go_on(self) -> None:
        """Let units that only receive something, under their old code and name, go on as wholes of themselves."""
        named = {line.old_code for line in self.lines}
        for line in list(self.lines):
            if line.new_code in named or line.old_code not in self.old:
                continue
            found = self._in_force(line.new_code)
            if found is None:
                continue
            self._check_end(line, found)
            named.add(line.new_code)
            if not _names(found, line.new_name):
                words = _("The code %(code)s belongs to %(unit)s, which this decree doesn't end.")
                self._wrong(line, "new_code", words, code=found.code, unit=found.full_name)
                continue
            self.old[found.code] = found
            self.lines.append(_itself(line, found))
            self.applied.notes.append(_("%(name)s goes on with more ground.") % {"name": found.full_name})

    def _check_new(self) -> None:
        first: dict[str, Line] = {}
        for line in self.lines:
            known = first.setdefault(line.new_code, line)
            for name in ("new_type", "new_name", "new_province", "point", "area_km2"):
                if getattr(line, name) != getattr(known, name):
                    words = _("The unit %(code)s is described otherwise in row %(row)d.")
                    self._wrong(line, name, words, code=line.new_code, row=known.row)
            if known is line:
                if line.new_type not in TYPES[self.level]:
                    words = _("“%(said)s” is no type of this level: write one of %(types)s.")
                    self._wrong(line, "new_type", words, said=line.new_type, types=", ".join(TYPES[self.level]))
                if self.level == Level.COMMUNE and line.old_code in self.old and self._province(line) is None:
                    words = _("No province with the code %(code)s is in force on this day.")
                    self._wrong(line, "new_province", words, code=line.new_province or "—")

    def _province(self, line: Line) -> Division | None:
        parent = self.old[line.old_code].parent
        code = line.new_province or (parent.code if parent is not None else "")
        return Division.objects.filter(level=Level.PROVINCE, code=code, validity__contains=self.day).first()

    def _store(self) -> None:
        for old in {unit.pk: unit for unit in self.old.values()}.values():
            done = old.valid_until == self.day and old.ended_by_id == self.decree.pk
            self.applied.counts["closed"]["same" if done else "new"] += 1
            if not done:
                Division.objects.filter(pk=old.pk).update(valid_until=self.day, ended_by=self.decree)
        made: dict[str, Division] = {}
        for line in self.lines:
            if line.new_code not in made:
                made[line.new_code] = self._open(line)
        for line in self.lines:
            default = line.share == WHOLE or line.old_code == line.new_code
            link, new = Lineage.objects.get_or_create(
                predecessor=self.old[line.old_code],
                successor=made[line.new_code],
                defaults={"share": line.share, "is_default": default, "decree": self.decree},
            )
            changed = not new and link.share != line.share
            if changed:
                Lineage.objects.filter(pk=link.pk).update(share=line.share, is_default=default)
            self.applied.counts["lineage"]["new" if new else "changed" if changed else "same"] += 1

    def _open(self, line: Line) -> Division:
        """Return the unit that ``line`` opens, stored."""
        same_code = self.old.get(line.new_code)
        point, source = self._point(line)
        full_name = line.new_type[0].upper() + line.new_type[1:] + " " + line.new_name
        only = [other for other in self.lines if other.new_code == line.new_code]
        retitled = same_code if len(only) == 1 and only[0].share == WHOLE else None
        values: dict[str, Any] = {
            "unit_type": line.new_type,
            "name": line.new_name,
            "full_name": full_name,
            "name_en": english_name(line.new_type, line.new_name),
            "parent": self._province(line) if self.level == Level.COMMUNE else None,
            "decree": self.decree,
            "folded": fold(full_name),
            "key": stored_key(line.new_type, line.new_name),
        }
        found = Division.objects.filter(level=self.level, code=line.new_code, valid_from=self.day).first()
        if found is None:
            area = line.area_km2 or (retitled.area_km2 if retitled is not None else None)
            origin = {"location": point, "location_source": source, "area_km2": area, "source": self.decree.number}
            found = Division.objects.create(
                level=self.level, code=line.new_code, valid_from=self.day, **values, **origin
            )
            self.applied.counts["opened"]["new"] += 1
            return found
        said: dict[str, Any] = {"area_km2": line.area_km2} if line.area_km2 else {}
        if line.point is not None:
            said |= {"location": point, "location_source": source}
        wrong = {name: value for name, value in {**values, **said}.items() if getattr(found, name) != value}
        if wrong:
            Division.objects.filter(pk=found.pk).update(**wrong)
        self.applied.counts["opened"]["changed" if wrong else "same"] += 1
        return found

    def _point(self, line: Line) -> tuple[Point | None, str]:
        """Return the point given, else that of the unit it goes on from: of its code, or the first whole one."""
        if line.point is not None:
            return Point(*line.point, srid=WGS84_SRID), self.decree.number
        wholes = [one.old_code for one in self.lines if one.new_code == line.new_code and one.share == WHOLE]
        for code in (line.new_code, *wholes, line.old_code):
            unit = self.old.get(code)
            if unit is not None and unit.location is not None:
                return unit.location, unit.location_source
        return None, ""


def _names(unit: Division, said: str) -> bool:
    return name_key(said) in (name_key(unit.name), name_key(unit.full_name), unit.key)


def _itself(line: Line, unit: Division) -> Line:
    """Return the line that lets ``unit`` go on as what ``line`` calls it."""
    return Line(
        line.row, line.decree, line.title, line.issued_on, line.effective_on, line.source_url, line.level,
        unit.code, unit.full_name, WHOLE, line.new_code, line.new_type, line.new_name, line.new_province, line.point,
        line.area_km2,
    )  # fmt: skip
