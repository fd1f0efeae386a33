"""How fresh the register is: a table of provinces, or of the communes of one, and a map of it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from geo.divisions.models import Division, Level
from geo.divisions.parameters import division_scope
from geo.divisions.selectors import provinces
from geo.spatial import parameters as parse
from geo.spatial.problems import InvalidParameter
from geo.stewardship.freshness import rules
from geo.stewardship.freshness.models import Freshness
from geo.stewardship.freshness.refreshing import ensure
from geo.stewardship.freshness.rules import grade
from geo.web import freshness_map, words
from geo.web.heads import addresses
from geo.web.security import public_page

SORTS: dict[str, Any] = {
    "score": F("score").desc(nulls_last=True),
    "name": F("division__key").asc(),
    "places": F("places").desc(),
    "checked": (F("checked") * 1.0 / F("places")).desc(nulls_last=True),
    "filled": (F("known") * 1.0 / F("asked")).desc(nulls_last=True),
    "positioned": (F("positioned") * 1.0 / F("places")).desc(nulls_last=True),
    "reports": F("reports").desc(),
}
"""The columns by which the table can be sorted, each in the order that is looked for."""


@dataclass(frozen=True)
class Line:
    """One unit of the table, in words; ``points`` is its score or null."""

    code: str
    name: str
    href: str
    points: int | None
    grade: str
    places: str
    samples: str
    checked: str
    filled: str
    positioned: str
    reports: int


@require_safe
@public_page
def freshness(request: HttpRequest) -> HttpResponse:
    """Show the table and the map of the country; with ``province``, the communes of that province."""
    province = _province(parse.single(_query(request), "province"))
    sort = parse.one_of("sort", request.GET.get("sort") or "score", tuple(SORTS))
    made_at = ensure()
    rows = _rows(province, sort)
    lines = [_line(row, province is None) for row in rows]
    context = {
        "home": reverse("web:map"),
        **addresses(request),
        "province": province,
        "own": next(iter(_unit(province)), None) if province is not None else None,
        "lines": lines,
        "columns": _columns(province, sort),
        "map": _picture(lines) if province is None else None,
        "made": localtime(made_at).strftime("%H:%M"),
        "today": words.day(localtime(made_at).date()),
        "weights": rules,
        "samples": sum(row.samples for row in rows),
        "table_href": f"/api/collections/freshness/items?{_api(province)}",
    }
    return render(request, "web/freshness.html", context)


def _query(request: HttpRequest) -> dict[str, list[str]]:
    return {name: [str(value) for value in values] for name, values in request.GET.lists()}


def _province(asked: str | None) -> Division | None:
    """Return the province of today that is asked for. Raises: InvalidParameter."""
    if not asked:
        return None
    scope = division_scope("province", asked, Level.PROVINCE)
    found = provinces().filter(pk__in=scope.province_ids).first()
    if found is None:
        raise InvalidParameter("province", _("There is no province with the code “%(code)s”.") % {"code": asked})
    return found


def _rows(province: Division | None, sort: str) -> "list[Freshness]":
    rows: QuerySet[Freshness] = Freshness.objects.select_related("division")
    if province is None:
        rows = rows.filter(division__level=Level.PROVINCE)
    else:
        rows = rows.filter(division__level=Level.COMMUNE, province=province)
    usable = rows.filter(places__gt=0) if sort in ("checked", "filled", "positioned") else rows
    ordered = list(usable.order_by(SORTS[sort], "-score", "division__code"))
    return ordered if usable is rows else [*ordered, *rows.filter(places=0).order_by("division__code")]


def _unit(province: Division) -> list[Line]:
    return [_line(row, False) for row in Freshness.objects.filter(division=province).select_related("division")]


def _line(row: Freshness, is_province: bool) -> Line:
    def percent(part: int, whole: int) -> str:
        return f"{words.number(100 * part / whole)} %" if whole else "—"

    division = row.division
    return Line(
        code=division.code,
        name=division.full_name,
        href=f"{reverse('web:freshness')}?{urlencode({'province': division.code})}" if is_province else "",
        points=row.score,
        grade=grade(row.score),
        places=words.number(row.places),
        samples=words.number(row.samples) if row.samples else "",
        checked=percent(row.checked, row.places),
        filled=percent(row.known, row.asked),
        positioned=percent(row.positioned, row.places),
        reports=row.reports,
    )


def _columns(province: Division | None, sort: str) -> list[dict[str, Any]]:
    """Return the heads of the table with the addresses that sort by them."""
    titles = {
        "name": _("Province or city") if province is None else _("Commune, ward or special zone"),
        "score": _("Score"),
        "checked": _("Checked within a year"),
        "filled": _("Filled in"),
        "positioned": _("Exact position"),
        "reports": _("Reports waiting"),
        "places": _("Places"),
    }
    within = {"province": province.code} if province is not None else {}
    return [
        {"name": name, "title": title, "href": f"?{urlencode({**within, 'sort': name})}", "current": name == sort}
        for name, title in titles.items()
    ]


def _api(province: Division | None) -> str:
    asked = {"level": "province"} if province is None else {"province": province.code, "level": "commune"}
    return urlencode({**asked, "sortby": "-score", "limit": "1000"})


def _picture(lines: list[Line]) -> dict[str, Any] | None:
    """Return the map: each province with its path; nothing where there are no outlines."""
    paths = freshness_map.outlines()
    if not paths:
        return None
    width, height = freshness_map.size()
    return {
        "width": width,
        "height": height,
        "areas": [{"line": line, "path": paths[line.code]} for line in lines if line.code in paths],
        "archipelagos": freshness_map.archipelagos(),
    }
