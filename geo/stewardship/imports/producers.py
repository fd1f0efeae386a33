"""Which producer a row names: by record number, or by name within the province. An unknown one is proposed as new."""

from collections.abc import Iterable

from geo.catalog.models import Producer
from geo.spatial import public_ids
from geo.spatial.folding import fold
from geo.spatial.problems import NotFound
from geo.stewardship.catalog_duplicates import AskedProducer, find_producers
from geo.stewardship.imports.context import Context
from geo.stewardship.imports.lines import Line
from geo.stewardship.imports.values import CLEARED


def as_public_id(text: str) -> str | None:
    """Return the public id a text says, or ``None`` when it is something else."""
    try:
        return public_ids.parse(text)
    except NotFound:
        return None


def settle(lines: Iterable[Line], context: Context, *, may_be_new: bool = True) -> None:
    """Fill in ``producer`` or ``new_producer`` of the lines that name one."""
    naming = [line for line in lines if line.text("producer")]
    names = {fold(line.text("producer")) for line in naming}
    ids = {found for line in naming if (found := as_public_id(line.text("producer")))}
    by_id = {one.public_id: one for one in Producer.objects.filter(public_id__in=ids)}
    by_name: dict[str, list[Producer]] = {}
    for one in Producer.objects.filter(folded__in=names).order_by("pk"):
        by_name.setdefault(str(one.folded), []).append(one)
    for line in naming:
        text = line.text("producer")
        if (identity := as_public_id(text)) in by_id and identity is not None:
            line.producer = by_id[identity]
            continue
        _by_name(line, text, by_name.get(fold(text), []), may_be_new)
    _warn([line for line in naming if line.new_producer is not None])


def _warn(lines: list[Line]) -> None:
    """Tell of registered producers that may be the ones which rows would register; asked about all by one statement."""
    asked = {}
    for line in lines:
        new = line.new_producer or {}
        asked[line.number] = AskedProducer(new["name"], new["commune_id"], new["province_id"], new["kind"])
    questions = list(dict.fromkeys(asked.values()))
    found = dict(zip(questions, find_producers(questions), strict=True))
    for line in lines:
        if matches := found[asked[line.number]]:
            known = ", ".join(f"{one.record.name} ({one.record.public_id})" for one in matches)
            line.note("producer-similar", "producer", said=asked[line.number].name, candidates=known)


def _by_name(line: Line, text: str, same: list[Producer], may_be_new: bool) -> None:
    province = line.province.pk if line.province is not None else None
    here = [one for one in same if province is None or one.province_id in (province, None)]
    exact = [one for one in here if one.province_id == province] or here
    if len(exact) == 1:
        line.producer = exact[0]
    elif exact:
        ids = ", ".join(one.public_id for one in exact[:6])
        line.refuse("producer-ambiguous", "producer", said=text, candidates=ids)
    elif not may_be_new or not fold(text):
        line.refuse("producer-unknown", "producer", said=text)
    else:
        kind = line.says.get("producer_kind", Producer.Kind.UNKNOWN.value)
        line.new_producer = {
            "name": text,
            "folded": fold(text),
            "kind": kind if kind != CLEARED else Producer.Kind.UNKNOWN.value,
            "province_id": province,
            "commune_id": line.commune.pk if line.commune is not None else None,
        }
        line.note("producer-new", "producer", said=text)


def settle_change(line: Line) -> None:
    """Note that the record would get a producer that isn't registered yet."""
    if line.new_producer is not None:
        line.wanted["new_producer"] = line.new_producer
        if line.record is not None:
            line.changes["producer_id"] = [line.record.producer_id, line.new_producer["name"]]
