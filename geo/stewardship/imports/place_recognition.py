"""Which stored place a row is: by record number, by id in the source, by producer, folded name and nearness.

Sure enough to update: the same folded name and producer, and either the positions are within ``SAME_M`` metres or one
of them isn't measured and the commune is the same. Alike but not sure, by the same signs as while typing: the row asks,
with its candidates.
"""

from collections import defaultdict
from collections.abc import Iterable

from geo.places.models import Place
from geo.places.rules import MEASURED
from geo.spatial.folding import fold
from geo.stewardship.duplicates import NOBODY_YET, Asked, Match, find_many, match_of
from geo.stewardship.imports.comparing import named_ids, settle_identity, take_once
from geo.stewardship.imports.context import Context
from geo.stewardship.imports.ground import metres
from geo.stewardship.imports.lines import Line
from geo.stewardship.merging.known import merged_by_external_id

SAME_M = 250
"""The same name and producer within this distance is the same place."""

PERHAPS_M = 5_000
"""The same name and producer within this distance may be the same place, moved or badly located."""


def recognise(lines: list[Line], context: Context) -> None:
    """Fill in ``record`` or ``candidates``; refuse a row that is the same record as an earlier one."""
    ids = named_ids(lines)
    named = {line.number: found for line in lines if (found := settle_identity(line, "place", ids))}
    by_id = {one.public_id: one for one in _stored(public_id__in=set(named.values()))}
    said = {line.number: context.external_id(text) for line in lines if (text := line.text("external_id"))}
    by_external = {one.external_id: one for one in _stored(external_id__in=set(said.values()))}
    merged = merged_by_external_id("place", set(said.values()) - set(by_external))
    kept = {one.public_id: one for one in _stored(public_id__in=set(merged.values()))}
    by_external |= {known: kept[now] for known, now in merged.items() if now in kept}
    same_name: dict[str, list[Place]] = defaultdict(list)
    for one in _stored(folded__in={fold(line.text("name")) for line in lines if line.text("name")}):
        same_name[str(one.folded)].append(one)
    for line in lines:
        if line.number in named:
            line.record = by_id.get(named[line.number])
            if line.record is None:
                line.refuse("id-unknown", "public_id", said=line.text("public_id"))
        elif line.number in said and said[line.number] in by_external:
            line.record = by_external[said[line.number]]
        elif not line.problems:
            _by_name(line, same_name.get(fold(line.text("name")), []))
    _alike([line for line in lines if _is_new(line)])
    for line in lines:
        if line.problems:
            continue
        if line.record is not None:
            take_once(line, line.record.pk, context)
        elif line.number in said:
            take_once(line, said[line.number], context)
        elif not line.forced_new:
            take_once(line, _key(line), context)


def _stored(**wanted: object) -> Iterable[Place]:
    related = ("producer", "schedule", "commune", "province")
    return Place.objects.filter(**wanted).select_related(*related).order_by("pk")


def _is_new(line: Line) -> bool:
    return line.record is None and not line.candidates and not line.problems and not line.forced_new


def _key(line: Line) -> tuple[object, ...]:
    """Return what two rows of one file must share to be the same new place."""
    producer = line.producer.pk if line.producer is not None else (line.new_producer or {}).get("folded")
    commune = line.commune.pk if line.commune is not None else None
    where = tuple(round(value, 3) for value in line.point) if line.point is not None else None
    return ("place", fold(line.text("name")), producer, commune, where)


def _by_name(line: Line, same: list[Place]) -> None:
    """Settle a row by the places of the same folded name in its province."""
    if line.province is not None:
        same = [one for one in same if one.province_id == line.province.pk]
    elif line.point is None:
        same = []
    sure = [one for one in same if _same_producer(line, one) and _same_spot(line, one)]
    if len(sure) == 1:
        line.record = sure[0]
        return
    if not line.forced_new:
        line.candidates = [_same_name(line, one) for one in sure or [one for one in same if _perhaps(line, one)]]


def _same_name(line: Line, place: Place) -> Match:
    return match_of(_asked(line), place, 1.0, _away(line, place))


def _same_producer(line: Line, place: Place) -> bool:
    """Tell whether the producers agree; a row that names none says nothing against a place's."""
    if not line.mentions("producer"):
        return True
    return line.producer is not None and line.producer.pk == place.producer_id


def _away(line: Line, place: Place) -> float | None:
    """Return the metres between two measured positions, else ``None``."""
    if line.point is None or place.location is None or place.location_accuracy not in MEASURED:
        return None
    return metres(line.point, (place.location.x, place.location.y))


def _same_spot(line: Line, place: Place) -> bool:
    away = _away(line, place)
    if away is not None:
        return away <= SAME_M
    if line.commune is None:
        return place.commune_id is None
    return line.commune.pk == place.commune_id


def _perhaps(line: Line, place: Place) -> bool:
    """Tell whether a place of the same name is near enough, or its maker unknown to one side, to ask."""
    if line.mentions("producer") and place.producer_id is not None and not _same_producer(line, place):
        return False
    away = _away(line, place)
    if away is not None:
        return away <= PERHAPS_M
    return line.commune is None or place.commune_id is None or line.commune.pk == place.commune_id


def _alike(lines: list[Line]) -> None:
    """Let rows ask that are likely a place which is there already; asked about all of them by one statement."""
    for line, matches in zip(lines, find_many([_asked(line) for line in lines]), strict=True):
        line.candidates = matches


def _asked(line: Line) -> Asked:
    """Return the question whether the place of a row is there already."""
    lon, lat = line.point if line.point is not None else (None, None)
    maker = line.producer.pk if line.producer is not None else NOBODY_YET if line.new_producer is not None else None
    return Asked(
        name=line.text("name"),
        lon=lon,
        lat=lat,
        producer=maker,
        commune=line.commune.pk if line.commune is not None else None,
        kind=line.text("kind"),
        phone=line.text("phone"),
    )
