"""The filter of the collections of divisions: place, time, words, and for communes the province."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.gis.db.models import GeometryField
from django.db.models import Case, CharField, F, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Coalesce, Concat

from geo.divisions.models import Division, Level
from geo.divisions.parameters import DivisionScope, division_scope
from geo.divisions.selectors import scope_of
from geo.spatial import calendar
from geo.spatial import parameters as parse
from geo.spatial.folding import fold
from geo.spatial.parameters import BBox, Interval, Query

NAMES = ("bbox", "datetime", "q")
BOUNDARY, POINT = "boundary", "point"
SHAPES = (BOUNDARY, POINT)
"""What a division is shown as: its boundary where one is loaded, or always its point."""


@dataclass(frozen=True)
class DivisionFilter:
    """What is asked of divisions of one level; ``days`` at its default means today; ``shape`` as in ``SHAPES``."""

    level: Level
    bbox: BBox | None = None
    days: Interval | None = None
    province: DivisionScope | None = None
    words: tuple[str, ...] = ()
    shape: str = BOUNDARY


def division_filter(query: Query, level: Level) -> DivisionFilter:
    """Return the filter a query asks for. Raises: InvalidParameter naming the parameter that is wrong."""
    bbox, days = parse.single(query, "bbox"), parse.single(query, "datetime")
    words, shape = parse.single(query, "q"), parse.single(query, "shape")
    province = parse.single(query, "province") if level == Level.COMMUNE else None
    return DivisionFilter(
        level=level,
        bbox=parse.bbox("bbox", bbox) if bbox else None,
        days=parse.interval("datetime", days) if days else None,
        province=division_scope("province", province, Level.PROVINCE) if province else None,
        words=tuple(fold(parse.text("q", words)).split()) if words else (),
        shape=parse.one_of("shape", shape, SHAPES) if shape else BOUNDARY,
    )


def divisions(asked: DivisionFilter) -> QuerySet[Division]:
    """Return the matching divisions with ``geometry`` (boundary if loaded, else the point) and ``feature_id``.

    The id of a division in force today is its code; of any other its code and first day: ``02@..``, ``75@2025-07-01``.
    """
    today = calendar.today()
    rows = Division.objects.filter(level=asked.level).filter(_in_days(asked.days, today))
    for word in asked.words:
        rows = rows.filter(folded__contains=word)
    if asked.province:
        rows = rows.filter(pk__in=_inside(asked.province, asked.days))
    rows = _published(rows, today, asked.shape)
    if asked.bbox:
        inside = Q()
        for box in asked.bbox.polygons():
            inside |= Q(outline__boundary__intersects=box) | Q(outline__isnull=True, location__intersects=box)
        rows = rows.filter(inside)
    return rows


def division_named(feature_id: str, asked: DivisionFilter) -> QuerySet[Division]:
    """Return what an id means: a code in the days asked (today), the latest first, or a code with its first day."""
    today = calendar.today()
    code, dated, since = feature_id.partition("@")
    rows = Division.objects.filter(level=asked.level, code=code)
    if not dated:
        rows = _published(rows.filter(_in_days(asked.days, today)), today, asked.shape)
        return rows.order_by(F("valid_from").desc(nulls_last=True))
    try:
        first_day = None if since == ".." else date.fromisoformat(since)
    except ValueError:
        return _published(Division.objects.none(), today, asked.shape)
    rows = rows.filter(valid_from=first_day) if first_day else rows.filter(valid_from__isnull=True)
    return _published(rows, today, asked.shape)


def _published(rows: QuerySet[Division], today: date, shape: str) -> QuerySet[Division]:
    drawn = F("location") if shape == POINT else Coalesce("outline__boundary", "location", output_field=GeometryField())
    return rows.annotate(geometry=drawn, feature_id=_feature_id(today))


def _inside(province: DivisionScope, days: Interval | None) -> list[int]:
    """Return the communes, on the first day asked, of the ground that ``province`` stands for today."""
    day = None if days is None else days.start or (days.end - timedelta(days=1) if days.end else None)
    return scope_of([*province.province_ids, *province.commune_ids], day)


def _in_days(days: Interval | None, today: date) -> Q:
    if days is None:
        return Q(validity__contains=today)
    return Q(validity__overlap=(days.start, days.end))


def _feature_id(today: date) -> Case:
    since = Coalesce(Cast(F("valid_from"), TextField()), Value(".."), output_field=TextField())
    return Case(
        When(validity__contains=today, then=F("code")),
        default=Concat(Cast(F("code"), TextField()), Value("@"), since, output_field=CharField()),
        output_field=CharField(),
    )
