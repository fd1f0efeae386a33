"""Suggestions while typing, across products, producers, places, divisions and categories: the action ``suggest``.

First names in which every word typed begins a word, accents or not; when these are few, former divisions and similar
spellings. Equal product names of several producers are one suggestion.
"""

from collections import Counter
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo.divisions.models import Division, Level
from geo.divisions.resolution import resolve
from geo.places.numbered import numbered
from geo.places.spelling import vocabulary
from geo.places.suggested import Found, described
from geo.spatial import calendar
from geo.spatial import parameters as parse
from geo.spatial.actions import Action
from geo.spatial.collections import Parameter
from geo.spatial.folding import fold
from geo.spatial.parameters import LonLat, Query
from geo.spatial.prepared_rows import PreparedRows
from geo.spatial.problems import InvalidParameter

_SQL = Path(__file__).parent / "sql"


def _prepared(name: str, **types: str) -> PreparedRows:
    return PreparedRows(name, (_SQL / f"{name}.sql").read_text(encoding="utf-8"), types, columns=8)


BEGINNING = _prepared(
    "suggest",
    query="text",
    lexemes="tsquery",
    longest="text",
    rarest="text",
    day="date",
    row_limit="int",
    with_places="bool",
)
PLACES = _prepared("suggest_places", query="text", lon="float8", lat="float8", row_limit="int", longest_list="int")
SIMILAR = _prepared("suggest_similar", query="text", day="date", row_limit="int")
LONGEST_LIST = 20_000
"""Places whose words are read from the index of all: 0.3 ms for each thousand."""
ABBREVIATIONS = {"htx": "hop tac xa", "tht": "to hop tac", "cty": "cong ty", "tp": "thanh pho", "hkd": "ho kinh doanh"}
"""What people type for words that names spell out (folded)."""
MOST, USUAL = 20, 8
LONGEST = 100
_FEW = 3
_SHORTEST_FOR_PLACES = 3
_ORDER = ("province", "commune", "product", "category", "producer", "place")


def run(query: Query) -> dict[str, Any]:
    """Answer the action. Raises: InvalidParameter naming what is wrong with the query."""
    parse.reject_unknown(query, {parameter.name for parameter in PARAMETERS})
    given = {name: parse.single(query, name) for name in ("q", "lang", "limit", "near")}
    asked = fold(parse.text("q", given["q"], LONGEST)) if given["q"] else ""
    limit = parse.integer("limit", given["limit"], 1, MOST) if given["limit"] else USUAL
    near = parse.lonlat("near", given["near"]) if given["near"] else None
    language = parse.one_of("lang", given["lang"], ("vi", "en")) if given["lang"] else translation.get_language()
    if "q" not in query:
        raise InvalidParameter("q", _("“%(name)s” is needed.") % {"name": "q"})
    with translation.override(language or "vi"):
        return {"suggestions": suggest(asked, limit, near)}


def suggest(asked: str, limit: int = USUAL, near: LonLat | None = None) -> list[dict[str, Any]]:
    """Return at most ``limit`` suggestions for ``asked`` (folded), best first; places by distance from ``near``."""
    if not asked:
        return []
    if known := numbered(asked):
        return described(known)
    found = _beginning(asked, limit, near)
    if not found and (spelt_out := _spelt_out(asked)) != asked:
        found = _beginning(spelt_out, limit, near)
    rows = _mixed(found, limit)
    if len(found) < _FEW and len(asked) >= _SHORTEST_FOR_PLACES:
        rows += _without(_former(asked), found)
        rows += _mixed(_without(_misspelt(asked, limit, near), found + rows), max(0, limit - len(rows)))
    return described(rows[:limit])


def _without(rows: list[Found], others: list[Found]) -> list[Found]:
    known = {(row.type, row.ids[0]) for row in others}
    return [row for row in rows if (row.type, row.ids[0]) not in known]


def _spelt_out(asked: str) -> str:
    return " ".join(ABBREVIATIONS.get(word, word) for word in asked.split())


def _beginning(asked: str, limit: int, near: LonLat | None) -> list[Found]:
    words = asked.split()
    longest = max(words, key=len)
    others = [word for word in words if word != longest]
    with_places = len(asked) >= _SHORTEST_FOR_PLACES
    values = {
        "query": " ".join(words),
        # A folded word is letters and digits alone: nothing in it has a meaning of its own.
        "lexemes": " & ".join(f"{word}:*" for word in words),
        "longest": longest,
        "rarest": vocabulary().rarest(others) if others else longest,
        "day": calendar.today().isoformat(),
        "lon": near.lon if near else None,
        "lat": near.lat if near else None,
        "row_limit": limit,
        "longest_list": LONGEST_LIST,
        "with_places": with_places,
    }
    return _rows(BEGINNING, values) + (_rows(PLACES, values) if with_places else [])


def _misspelt(asked: str, limit: int, near: LonLat | None) -> list[Found]:
    """Return what is meant when a letter is wrong; if that is little, names that are alike."""
    words = vocabulary()
    corrected = words.corrected(asked)
    found = _beginning(corrected, limit, near) if corrected else []
    return found if len(found) >= _FEW else found + _without(_similar(words.telling(asked), limit), found)


def _similar(asked: str, limit: int) -> list[Found]:
    return _rows(SIMILAR, {"query": asked, "day": calendar.today().isoformat(), "row_limit": limit})


def _rows(statement: PreparedRows, values: dict[str, Any]) -> list[Found]:
    return [
        Found(kind, pk, label, number, tuple(ids), detail, float(rank), float(weight))
        for kind, pk, label, number, ids, detail, rank, weight in statement.rows(values)
    ]


def _mixed(found: list[Found], limit: int) -> list[Found]:
    """Return the best ``limit`` rows; at most half of them of one type as long as there are others."""
    ordered = sorted(found, key=lambda row: (row.rank, _ORDER.index(row.type), row.weight, row.label))
    share: Counter[str] = Counter()
    first: list[Found] = []
    rest: list[Found] = []
    for row in ordered:
        share[row.type] += 1
        (first if share[row.type] <= max(1, limit // 2) else rest).append(row)
    chosen = set((first + rest)[:limit])
    return [row for row in ordered if row in chosen]


def _former(asked: str) -> list[Found]:
    """Return what a former name stands for today: all successors of a split commune."""
    candidates = [c for c in resolve(asked).candidates if c.via is not None or c.reason == "former_name"]
    return [
        Found(
            "province" if c.division.level == Level.PROVINCE else "commune",
            c.division.pk,
            c.division.full_name,
            1,
            (c.division.code,),
            former=_with_parent(c.via) if c.via else "",
        )
        for c in candidates
    ]


def _with_parent(division: Division) -> str:
    return f"{division.full_name}, {division.parent.full_name}" if division.parent else division.full_name


PARAMETERS = (
    Parameter("q", {"type": "string", "maxLength": LONGEST}, gettext_lazy("What has been typed so far."), "nuoc mam"),
    Parameter("lang", {"type": "string", "enum": ["vi", "en"]}, gettext_lazy("Language of the answer."), "vi"),
    Parameter(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL},
        gettext_lazy("Most suggestions wanted."),
        "8",
    ),
    Parameter(
        "near",
        {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
        gettext_lazy("Longitude, latitude: nearer places first."),
        "105.85,21.03",
    ),
)

ACTION = Action(
    name="suggest",
    title=gettext_lazy("Suggestions while typing"),
    description=gettext_lazy("Products, producers, places, divisions and categories whose names fit what was typed."),
    parameters=PARAMETERS,
    run=run,
    versions=("places", "products", "producers", "categories", "divisions"),
)
