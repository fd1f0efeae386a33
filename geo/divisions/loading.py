"""Storing the history of divisions: idempotent, in one transaction, counted, never deleting."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.contrib.gis.geos import Point
from django.db import IntegrityError, connection, transaction

from geo.divisions.history import History, LineageRow, Row, RowKey
from geo.divisions.models import WGS84_SRID, Decree, Division, DivisionAlias, Lineage
from geo.divisions.names import name_key
from geo.divisions.register import RegisterError
from geo.divisions.statements import statement

Retitled = dict[int, int]

_FIELDS = (
    "unit_type", "name", "full_name", "name_en", "parent", "valid_until", "decree", "ended_by",
    "location", "location_source", "area_km2", "source", "licence", "folded", "key",
)  # fmt: skip

_after_retitling: list[Callable[[dict[int, int]], int]] = []


def after_retitling(hook: Callable[[dict[int, int]], int]) -> None:
    """Let an upper room move its rows when a decree only changed a unit's type or name.

    ``hook({old division id: new division id})`` runs inside the load's transaction and returns how many rows it moved.
    """
    _after_retitling.append(hook)


@dataclass(slots=True)
class LoadReport:
    """What a load did, by table: new, changed, same; and the notes of the register."""

    counts: dict[str, Counter[str]] = field(default_factory=dict)
    notes: Counter[str] = field(default_factory=Counter)
    moved: int = 0

    def count(self, table: str, outcome: str, number: int = 1) -> None:
        """Add ``number`` to the outcome of ``table``."""
        self.counts.setdefault(table, Counter())[outcome] += number


class _DryRun(Exception):
    """Ends a dry run by rolling its transaction back."""


def store_history(
    history: History, *, dry_run: bool = False, progress: Callable[[str], None] = lambda _step: None
) -> LoadReport:
    """Bring the tables in line with ``history``; rows it doesn't mention stay as they are.

    Raises: RegisterError when the database refuses (for example a division entered by hand that overlaps a loaded one).
    """
    report = LoadReport()
    try:
        with transaction.atomic():
            decrees = _store_decrees(history, report)
            progress("divisions")
            ids, retitled = _store_divisions(history, decrees, report)
            progress("lineage")
            _store_lineage(history.lineage, ids, decrees, report)
            _store_aliases(history.rows.values(), ids, report)
            refresh_contexts()
            if retitled:
                report.moved = sum(hook(retitled) for hook in _after_retitling)
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    except IntegrityError as error:
        raise RegisterError(f"the database refused the load: {str(error).splitlines()[0]}") from error
    if not dry_run:
        with connection.cursor() as cursor:
            cursor.execute(
                "ANALYZE divisions_division, divisions_lineage, divisions_divisionalias, divisions_divisioncontext"
            )
    return report


def refresh_contexts() -> None:
    """Derive anew what each division is or was inside of; to be called after any change of parents or lineage."""
    with connection.cursor() as cursor:
        # Freshly loaded tables have no statistics yet; without them this one can take minutes instead of a second.
        cursor.execute("ANALYZE divisions_division, divisions_lineage")
        cursor.execute(statement("refresh_contexts"))


def _store_decrees(history: History, report: LoadReport) -> dict[str, int]:
    ids = {}
    for row in history.decrees.values():
        values = {
            "title": row.title,
            "effective_on": row.effective_on,
            "source_url": row.source_url,
            "note": row.note,
        }
        decree, created = Decree.objects.get_or_create(number=row.number, defaults=values)
        changed = not created and any(getattr(decree, name) != value for name, value in values.items())
        if changed:
            Decree.objects.filter(pk=decree.pk).update(**values)
        report.count("decrees", "new" if created else "changed" if changed else "same")
        ids[row.number] = decree.pk
    return ids


def _store_divisions(
    history: History, decrees: dict[str, int], report: LoadReport
) -> tuple[dict[RowKey, int], Retitled]:
    """Store rows level by level (children need their parents' ids); return all ids and what was only retitled."""
    stored: dict[RowKey, Division] = {(d.level, d.code, d.valid_from): d for d in Division.objects.defer("validity")}
    ids = {identity: division.pk for identity, division in stored.items()}
    opened: list[RowKey] = []
    later = _later_decrees(decrees)
    for level in ("PROVINCE", "DISTRICT", "COMMUNE"):
        rows = [row for row in history.rows.values() if row.level == level]
        changed, new = [], []
        for row in rows:
            values = _values(row, ids, decrees)
            division = stored.get(row.identity)
            if division is None:
                new.append(Division(level=row.level, code=row.code, valid_from=row.valid_from, **values))
                opened.append(row.identity)
            elif _differs(division, _keeping(division, values, later)):
                changed.append(division)
                for name, value in values.items():
                    setattr(division, name, value)
        # First what is closed, then what is opened: no two rows of one code may overlap at any moment.
        Division.objects.bulk_update(changed, _FIELDS, batch_size=500)
        for division in Division.objects.bulk_create(new, batch_size=2000):
            ids[division.level, division.code, division.valid_from] = division.pk
        report.count(level.lower(), "new", len(new))
        report.count(level.lower(), "changed", len(changed))
        report.count(level.lower(), "same", len(rows) - len(new) - len(changed))
    return ids, _retitled(history, ids, set(stored), set(opened))


def _retitled(history: History, ids: dict[RowKey, int], known: set[RowKey], opened: set[RowKey]) -> Retitled:
    """Pairs of ids where a row already in use was closed by a successor of the same code."""
    return {
        ids[link.predecessor]: ids[link.successor]
        for link in history.lineage
        if link.predecessor in known
        and link.successor in opened
        and link.predecessor[2] is not None
        and link.predecessor[:2] == link.successor[:2]
    }


def _values(row: Row, ids: dict[RowKey, int], decrees: dict[str, int]) -> dict[str, Any]:
    return {
        "unit_type": row.unit_type,
        "name": row.name,
        "full_name": row.full_name,
        "name_en": row.name_en,
        "parent_id": ids[row.parent] if row.parent else None,
        "valid_until": row.valid_until,
        "decree_id": decrees[row.decree] if row.decree else None,
        "ended_by_id": decrees[row.ended_by] if row.ended_by else None,
        "location": Point(*row.point, srid=WGS84_SRID) if row.point else None,
        "location_source": row.location_source,
        "area_km2": None if row.area_km2 is None else Decimal(str(row.area_km2)).quantize(Decimal("0.01")),
        "source": row.source,
        "licence": row.licence,
        "folded": row.folded,
        "key": row.key,
    }


def _later_decrees(decrees: dict[str, int]) -> tuple[set[int], set[int]]:
    """Return the decrees that the files don't know, and the divisions these opened."""
    unknown = set(Decree.objects.exclude(pk__in=decrees.values()).values_list("pk", flat=True))
    return unknown, set(Division.objects.filter(decree__in=unknown).values_list("pk", flat=True))


def _keeping(division: Division, values: dict[str, Any], later: tuple[set[int], set[int]]) -> dict[str, Any]:
    """Keep what a decree applied since has done to a row: its end, and a parent that was renamed."""
    decrees, opened = later
    if division.ended_by_id in decrees:
        values["valid_until"], values["ended_by_id"] = division.valid_until, division.ended_by_id
    if division.parent_id in opened:
        values["parent_id"] = division.parent_id
    return values


def _differs(division: Division, values: dict[str, Any]) -> bool:
    """Tell whether the stored row differs. A point found from an outline is kept where the register has none."""
    if values["location"] is None and division.location_source.startswith("outline: "):
        values["location"], values["location_source"] = division.location, division.location_source
    return any(getattr(division, name) != value for name, value in values.items())


def _store_lineage(
    lineage: Iterable[LineageRow], ids: dict[RowKey, int], decrees: dict[str, int], report: LoadReport
) -> None:
    stored = {(link.predecessor_id, link.successor_id): link for link in Lineage.objects.all()}
    new, changed, total = [], [], 0
    for row in lineage:
        total += 1
        pair = ids[row.predecessor], ids[row.successor]
        values = {"share": row.share, "is_default": row.is_default, "decree_id": decrees[row.decree]}
        link = stored.get(pair)
        if link is None:
            new.append(Lineage(predecessor_id=pair[0], successor_id=pair[1], **values))
        elif any(getattr(link, name) != value for name, value in values.items()):
            changed.append(link)
            for name, value in values.items():
                setattr(link, name, value)
    Lineage.objects.bulk_update(changed, ("share", "is_default", "decree"), batch_size=500)
    Lineage.objects.bulk_create(new, batch_size=5000)
    report.count("lineage", "new", len(new))
    report.count("lineage", "changed", len(changed))
    report.count("lineage", "same", total - len(new) - len(changed))


def _store_aliases(rows: Iterable[Row], ids: dict[RowKey, int], report: LoadReport) -> None:
    stored = set(DivisionAlias.objects.values_list("division_id", "key", "unit_type"))
    new, total = [], 0
    for row in rows:
        for (key, unit_type), alias in row.aliases.items():
            total += 1
            if (ids[row.identity], key, unit_type) not in stored:
                new.append(
                    DivisionAlias(
                        division_id=ids[row.identity],
                        name=alias.name,
                        unit_type=unit_type,
                        key=name_key(key),
                        kind=alias.kind,
                        source=alias.source,
                    )
                )
    DivisionAlias.objects.bulk_create(new, batch_size=5000)
    report.count("other names", "new", len(new))
    report.count("other names", "same", total - len(new))
