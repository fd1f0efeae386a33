"""What speaks for a row being a record that is there already: kept with the row as codes, shown as words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from geo.stewardship.duplicates import Match
from geo.stewardship.likeness import Signs


def candidate(match: Match) -> dict[str, Any]:
    """Return a likely record as rows keep it; nothing of a person that isn't public."""
    record = match.record
    where = getattr(record, "commune", None) or getattr(record, "province", None)
    maker = getattr(record, "producer", None)
    return {
        "id": record.public_id,
        "name": record.name,
        "where": where.full_name if where is not None else maker.name if maker is not None else "",
        "metres": match.metres,
        "alike": round(match.signs.likeness * 100),
        "signs": _signs(match.signs),
    }


def _signs(signs: Signs) -> list[str]:
    said = {
        "producer": signs.same_producer,
        "commune": signs.same_commune if signs.metres is None else None,
        "phone": signs.same_phone,
        "gtin": signs.same_gtin,
    }
    return [name for name, same in said.items() if same]


def why(kept: Mapping[str, Any]) -> str:
    """Return in words why a row may be the record that ``candidate`` gave."""
    words = {
        "producer": _("same producer"),
        "commune": _("same commune"),
        "phone": _("same phone"),
        "gtin": _("same GTIN"),
    }
    alike = kept.get("alike", 0)
    said = [_("same name") if alike == 100 else _("names %(share)d %% alike") % {"share": alike}] if alike else []
    metres = kept.get("metres")
    if metres is not None:
        said.append(ngettext("%(n)d m away", "%(n)d m away", metres) % {"n": metres})
    return ", ".join(said + [words[one] for one in kept.get("signs", ()) if one in words])
