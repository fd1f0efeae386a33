"""What the API says of each suggestion, read in one statement for the few that were chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from geo.divisions.models import Division, Level
from geo.places.atoms import STATES
from geo.places.models import Place
from geo.spatial import calendar
from geo.spatial.prepared_rows import PreparedRows

_DESCRIBED = PreparedRows(
    "suggest_described",
    (Path(__file__).parent / "sql" / "suggest_described.sql").read_text(encoding="utf-8"),
    {"products": "bigint[]", "places": "bigint[]", "divisions": "bigint[]", "day": "date"},
    columns=3,
)
MOST_PRODUCTS = 20
"""Products of one name that an address can list; of more only the name is searched."""


@dataclass(frozen=True)
class Found:
    """A name that was found: ``ids`` are public ids or codes; a smaller ``rank`` is a better match.

    ``former`` is the full name of the former unit that was named instead of a division of today.
    """

    type: str
    pk: int
    label: str
    number: int
    ids: tuple[str, ...]
    detail: str | None = None
    rank: float = 0
    weight: float = 0
    former: str = ""

    @property
    def table(self) -> str:
        """Where the rest of it is read."""
        return "division" if self.type in ("province", "commune") else self.type


def described(rows: Sequence[Found]) -> list[dict[str, Any]]:
    """Turn rows into what the API says, in the language in force."""
    known = _read(rows)
    suggestions = []
    for row in rows:
        facts = known.get((row.table, row.pk), {})
        if row.type == "product":
            suggestions.append(_product(row, facts))
        elif row.type == "place":
            suggestions.append(_place(row, facts))
        elif row.type == "producer":
            suggestions.append(_record(row, row.detail or "") | {"filter": {"producer": row.ids[0]}})
        elif row.type == "category":
            suggestions.append(_category(row))
        else:
            suggestions.append(_division(row, facts))
    return suggestions


def _read(rows: Sequence[Found]) -> dict[tuple[str, int], dict[str, Any]]:
    keys = {f"{table}s": [row.pk for row in rows if row.table == table] for table in ("product", "place", "division")}
    if not any(keys.values()):
        return {}
    found = _DESCRIBED.rows({**keys, "day": calendar.today().isoformat()})
    return {(table, pk): facts for table, pk, facts in found}


def _is_english() -> bool:
    return translation.get_language() == "en"


def _record(row: Found, detail: str) -> dict[str, Any]:
    return {"type": row.type, "id": row.ids[0], "label": row.label, "detail": detail, "href": f"/p/{row.ids[0]}"}


def _product(row: Found, facts: dict[str, Any]) -> dict[str, Any]:
    if row.number > 1:
        several = ngettext("%(count)d product", "%(count)d products", row.number) % {"count": row.number}
        suggestion = _record(row, several)
        del suggestion["href"]
        few = row.number <= MOST_PRODUCTS
        return suggestion | {"filter": {"product": ",".join(row.ids)} if few else {"q": row.label}, "count": row.number}
    suggestion = _record(row, row.detail or "") | {"filter": {"product": row.ids[0]}}
    if _is_english() and facts["name_en"]:
        suggestion |= {"label": facts["name_en"], "detail": row.label}
    if facts["stars"]:
        suggestion |= {"stars": facts["stars"], "certificate": STATES[facts["state"]]}
    return suggestion


def _place(row: Found, facts: dict[str, Any]) -> dict[str, Any]:
    detail = " · ".join([str(Place.Kind(facts["kind"]).label), *facts["divisions"]])
    suggestion = _record(row, detail) | {"kind": facts["kind"], "status": facts["status"]}
    return suggestion | _point(facts)


def _point(facts: dict[str, Any]) -> dict[str, Any]:
    return {} if facts["lon"] is None else {"point": [facts["lon"], facts["lat"]]}


def _category(row: Found) -> dict[str, Any]:
    return {
        "type": "category",
        "id": row.ids[0],
        "label": row.detail if _is_english() and row.detail else row.label,
        "detail": row.ids[0],
        "filter": {"category": row.ids[0]},
    }


def _division(row: Found, facts: dict[str, Any]) -> dict[str, Any]:
    """Describe a division in force, found by its own name or by that of a former unit, or a former one."""
    suggestion: dict[str, Any] = {
        "type": row.type,
        "id": facts["code"],
        "label": facts["name_en"] if _is_english() and facts["name_en"] else facts["full_name"],
        "detail": facts["parent"] or "",
        "filter": {row.type: facts["code"]},
    }
    if row.former:
        suggestion["detail"] = _("formerly %(name)s") % {"name": row.former}
    if facts["valid_until"] is not None and date.fromisoformat(facts["valid_until"]) <= calendar.today():
        suggestion |= _gone(row.pk, facts)
    if facts["bbox"]:
        suggestion["bbox"] = facts["bbox"]
    return suggestion | _point(facts)


def _gone(pk: int, facts: dict[str, Any]) -> dict[str, Any]:
    """Say where a former province or district is now, and how to filter by the communes that came out of it."""
    if facts["level"] == Level.PROVINCE:
        now = set(Division.objects.filter(came_from__predecessor=pk).values_list("full_name", flat=True))
        asks = {"province": facts["full_name"]}
    else:
        communes = Division.objects.filter(came_from__predecessor__parent=pk).values_list("code", "parent__full_name")
        now = {parent for _code, parent in communes if parent}
        asks = {"commune": ",".join(sorted({code for code, _parent in communes}))}
    return {"detail": _("former unit, now in %(names)s") % {"names": ", ".join(sorted(now))}, "filter": asks}
