"""The query of the map page: parsed once, written back in one order, so that equal questions have equal addresses."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.http import QueryDict
from django.urls import reverse

from geo.places.filters import NAMES, PlaceFilter, place_filter
from geo.spatial import parameters as parse
from geo.spatial import public_ids
from geo.spatial.problems import InvalidParameter

MANY = frozenset({"kind", "stars", "certificate", "category", "status"})
"""Parameters a form may send several times; they are one list parted by commas."""

OWN = ("open", "page")
MAX_PAGE = 500
_SAFE = ",:/"


@dataclass(frozen=True)
class PageQuery:
    """The known parameters of a request, with the filter they make, the open record and the page of the list."""

    values: Mapping[str, str]
    asked: PlaceFilter
    open_id: str = ""
    page: int = 1

    def get(self, name: str) -> str:
        """Return the text of a parameter, empty when it isn't given."""
        return self.values.get(name, "")

    def href(self, *without: str, **changes: str) -> str:
        """Return the map page with the query changed: parameters taken away or set; the list begins anew."""
        kept = {name: value for name, value in self.values.items() if name not in {*without, "page"}}
        kept.update(changes)
        return reverse("web:map") + written(kept)

    @property
    def filters(self) -> dict[str, str]:
        """The parameters that filter: everything but the open record, the page and the view."""
        return {name: value for name, value in self.values.items() if name not in {*OWN, "bbox"}}


def written(values: Mapping[str, str]) -> str:
    """Write a query in the one order, empty parameters left out."""
    pairs = [(name, values[name]) for name in (*NAMES, *OWN) if values.get(name)]
    return "?" + urlencode(pairs, quote_via=quote, safe=_SAFE) if pairs else ""


def joined(data: QueryDict) -> tuple[dict[str, str], bool]:
    """Return the known parameters, repeated ones of a form joined, and whether anything was joined or left empty.

    Parameters that we don't know are left alone: messengers and networks add their own to shared links.
    """
    values: dict[str, str] = {}
    changed = False
    for name in (*NAMES, *OWN):
        if name not in data:
            continue
        given = [value for value in data.getlist(name) if value.strip()]
        changed |= len(data.getlist(name)) != 1 or not given
        if len(given) > 1 and name not in MANY:
            parse.single({name: given}, name)
        if given:
            values[name] = ",".join(given)
    return values, changed


def page_query(data: QueryDict) -> tuple[PageQuery, bool]:
    """Return the query of the map page and whether it should be asked at its canonical address instead.

    Raises: InvalidParameter naming the parameter that is wrong.
    """
    values, changed = joined(data)
    if values.get("located") == "false":
        values.pop("bbox", None)
    asked = place_filter({name: [value] for name, value in values.items() if name in NAMES})
    open_id = ""
    if "open" in values:
        try:
            open_id = public_ids.parse(values["open"])
        except public_ids.InvalidPublicId as wrong:
            raise InvalidParameter("open", wrong.message) from wrong
        values["open"] = open_id
    page = parse.integer("page", values["page"], 1, MAX_PAGE) if "page" in values else 1
    return PageQuery(values, asked, open_id, page), changed
