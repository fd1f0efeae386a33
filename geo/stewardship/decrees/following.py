"""Records follow the divisions: along lineage where it is certain, by boundaries where there are any, else to a list.

Looks for records whose commune or province is no longer in force on a day, whatever ended it, so it can be run at any
time and again: after a decree was applied, and at every rollover, when one takes effect that was applied before.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from geo import stewardship
from geo.access.history import audit
from geo.catalog.models import Producer
from geo.divisions.models import Division, Level
from geo.divisions.statements import rows
from geo.places.models import Place
from geo.spatial import calendar
from geo.spatial.sql_files import SqlFiles
from geo.stewardship.decrees.models import Doubt

MODELS: tuple[type[Place] | type[Producer], ...] = (Place, Producer)
SQL = SqlFiles(stewardship.__file__ or "")


@dataclass(frozen=True, slots=True)
class Step:
    """What became of the records of one former division: how many places and producers went where.

    ``after`` is ``None`` for those an officer has to place.
    """

    former: str
    after: str | None
    places: int
    producers: int
    by: str


@dataclass(slots=True)
class Followed:
    """What a run did."""

    steps: list[Step] = field(default_factory=list)
    settled: int = 0

    @property
    def moved(self) -> int:
        """Records that are in another division now."""
        return sum(step.places + step.producers for step in self.steps if step.after is not None)

    @property
    def doubts(self) -> int:
        """Records that somebody has to place."""
        return sum(step.places + step.producers for step in self.steps if step.after is None)


def follow_all(day: date | None = None) -> Followed:
    """Let every record follow that is in a division no longer in force on ``day`` (today)."""
    day, done = day or calendar.today(), Followed()
    _renew_candidates(day)
    done.settled = _settle_by_boundary()
    for former in _with_records(Level.COMMUNE, day):
        _follow_commune(former, day, done)
    for former in _with_records(Level.PROVINCE, day):
        _follow_province(former, day, done)
    return done


def ends_of(unit: int, day: date) -> list[Division]:
    """Return what a former division is on ``day``, by code."""
    found = [successor for _unit, successor, _whole, _default in rows("successors", {"units": [unit], "day": day})]
    return list(Division.objects.filter(pk__in=found).select_related("parent").order_by("code"))


def _with_records(level: Level, day: date) -> "QuerySet[Division]":
    """Return the former divisions that records still name."""
    column = level.lower()
    named: Any = Q()
    for model in MODELS:
        named |= Exists(model._default_manager.filter(**{column: OuterRef("pk")}))
    return Division.objects.filter(named, level=level, valid_until__lte=day).select_related("ended_by").order_by("code")


def _reason(former: Division, after: str) -> tuple[str, str]:
    decree = former.ended_by.number if former.ended_by is not None else ""
    words = {"decree": decree or _("decree"), "former": former.full_name, "after": after}
    return _("%(decree)s: %(former)s → %(after)s") % words, f"decree:{decree}"[:100]


def _follow_commune(former: Division, day: date, done: Followed) -> None:
    ends = ends_of(former.pk, day)
    if not ends:
        return
    if len(ends) == 1:
        places, producers = (_move(one, one._default_manager.filter(commune=former), former, ends[0]) for one in MODELS)
        done.steps.append(Step(former.full_name, _named(ends[0]), places, producers, "lineage"))
        return
    inside = _inside(Place.objects.filter(commune=former).values_list("pk", flat=True), [end.pk for end in ends])
    for end in ends:
        if inside[end.pk]:
            moved = _move(Place, Place.objects.filter(pk__in=inside[end.pk]), former, end)
            done.steps.append(Step(former.full_name, _named(end), moved, 0, "boundary"))
    places, producers = (_doubt(one, one._default_manager.filter(commune=former), former, ends) for one in MODELS)
    if places or producers:
        done.steps.append(Step(former.full_name, None, places, producers, "officer"))


def _move(model: type[Any], found: "QuerySet[Any]", former: Division, end: Division) -> int:
    """Put records into the commune ``end``; who is only somewhere in it gets its point."""
    with audit(None, *_reason(former, end.full_name)):
        keys = list(found.order_by("pk").values_list("pk", flat=True))
        if model is Place and end.location is not None:
            vague = model._default_manager.filter(pk__in=keys, location_accuracy=Place.Accuracy.COMMUNE_POINT)
            vague.exclude(location=end.location).update(location=end.location, location_source=end.location_source)
        moved: int = model._default_manager.filter(pk__in=keys).update(commune=end, province=end.parent)
    return moved


def _doubt(model: type[Any], found: "QuerySet[Any]", former: Division, ends: Collection[Division]) -> int:
    """Put records on the officers' list; meanwhile they are in the province, or one of them, without a commune."""
    provinces = {end.parent_id: end.parent for end in ends if end.parent is not None}
    kept = provinces.get(former.parent_id) or next(iter(provinces.values()))
    with audit(None, *_reason(former, " / ".join(end.full_name for end in ends))):
        keys = list(found.order_by("pk").values_list("pk", "public_id"))
        Doubt.objects.bulk_create(
            (Doubt(subject_id=number, former=former, candidates=[end.pk for end in ends]) for _pk, number in keys),
            ignore_conflicts=True,
        )
        model._default_manager.filter(pk__in=[pk for pk, _number in keys]).update(commune=None, province=kept)
    return len(keys)


def _inside(places: Iterable[int], candidates: Iterable[int]) -> dict[int, list[int]]:
    """Return which places lie in exactly one candidate, by candidate."""
    found: dict[int, list[int]] = defaultdict(list)
    for place, division in SQL.rows("in_candidate", {"places": list(places), "candidates": list(candidates)}):
        found[division].append(place)
    return found


def _follow_province(former: Division, day: date, done: Followed) -> None:
    """Put records into the province of their commune; those without a commune follow the province itself."""
    ends = ends_of(former.pk, day)
    for model in MODELS:
        inside = model._default_manager.filter(province=former, commune__parent__validity__contains=day)
        parents = [pk for pk in set(inside.values_list("commune__parent", flat=True)) if pk is not None]
        for parent in Division.objects.filter(pk__in=parents).order_by("code"):
            with audit(None, *_reason(former, parent.full_name)):
                keys = list(inside.filter(commune__parent=parent).values_list("pk", flat=True))
                model._default_manager.filter(pk__in=keys).update(province=parent)
            done.steps.append(_step(former, parent.full_name, model, len(keys), "lineage"))
        rest = model._default_manager.filter(province=former, commune__isnull=True)
        keys = list(rest.values_list("pk", flat=True))
        if not ends or not keys:
            continue
        with audit(None, *_reason(former, " / ".join(end.full_name for end in ends))):
            if len(ends) > 1:
                numbers = rest.values_list("public_id", flat=True)
                Doubt.objects.bulk_create(
                    (Doubt(subject_id=one, former=former, candidates=[end.pk for end in ends]) for one in numbers),
                    ignore_conflicts=True,
                )
            model._default_manager.filter(pk__in=keys).update(province=ends[0])
        one = len(ends) == 1
        after = ends[0].full_name if one else None
        done.steps.append(_step(former, after, model, len(keys), "lineage" if one else "officer"))


def _step(former: Division, after: str | None, model: type[Any], number: int, by: str) -> Step:
    places, producers = (number, 0) if model is Place else (0, number)
    return Step(former.full_name, after, places, producers, by)


def _renew_candidates(day: date) -> None:
    """Let open doubts name what their candidates are by now, after another decree."""
    gone = Division.objects.filter(valid_until__lte=day).values_list("pk", flat=True)
    for doubt in Doubt.objects.filter(settled_at=None, candidates__overlap=list(_candidates() & set(gone))):
        doubt.candidates = sorted({end.pk for one in doubt.candidates for end in ends_of(one, day)})
        doubt.save(update_fields=["candidates"])


def _candidates() -> set[int]:
    return {
        one for found in Doubt.objects.filter(settled_at=None).values_list("candidates", flat=True) for one in found
    }


def _settle_by_boundary() -> int:
    """Settle open doubts about places that a boundary loaded since holds."""
    settled = 0
    waiting = Doubt.objects.filter(settled_at=None, subject__kind="place").select_related("former__ended_by")
    numbers = Place.objects.filter(public_id=OuterRef("subject_id"), commune__isnull=True)
    for doubt in waiting.annotate(place=numbers.values("pk")[:1]).filter(place__isnull=False):
        for division, places in _inside([doubt.place], doubt.candidates).items():
            end = Division.objects.select_related("parent").get(pk=division)
            if end.level != Level.COMMUNE:
                continue
            settled += _move(Place, Place.objects.filter(pk__in=places), doubt.former, end)
            doubt.settled_at, doubt.settled_to, doubt.how = calendar.now(), end, Doubt.How.BOUNDARY
            doubt.save(update_fields=["settled_at", "settled_to", "how"])
    return settled


def _named(division: Division) -> str:
    return f"{division.full_name}, {division.parent.full_name}" if division.parent is not None else division.full_name
