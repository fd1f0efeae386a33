"""Sourcing for buyers: a demand and its suppliers, up to five side by side, and who is chosen. No account is needed."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from geo.sourcing.asking import demand
from geo.sourcing.finding import Found, find
from geo.sourcing.planning import plan
from geo.sourcing.quotations.asking import MOST_SUPPLIERS
from geo.sourcing.unit_names import unit_name
from geo.sourcing.wishes import compared, wishes
from geo.spatial.problems import InvalidParameter
from geo.web import words
from geo.web.heads import addresses
from geo.web.security import public_page
from geo.web.sourcing import phrases, showing
from geo.web.sourcing.asked import Asked
from geo.web.sourcing.changes import changes
from geo.web.sourcing.demanded import conditions, goods, in_words
from geo.web.sourcing.form import form, scheme_names
from geo.web.sourcing.stops import months_to_fetch

Show = Callable[[Asked, Found], dict[str, Any]]


@require_safe
@public_page
def sourcing(request: HttpRequest) -> HttpResponse:
    """Show the form of a demand, and who can meet it."""
    return _page(request, "find", _found)


@require_safe
@public_page
def compare(request: HttpRequest) -> HttpResponse:
    """Lay up to five suppliers of a demand side by side."""
    return _page(request, "compare", _compared)


@require_safe
@public_page
def choose(request: HttpRequest) -> HttpResponse:
    """Choose among the suppliers of a demand, with the reasons."""
    return _page(request, "choose", _chosen)


def _page(request: HttpRequest, name: str, show: Show) -> HttpResponse:
    """Answer a page of a demand; what is wrong with the demand stands in the form, beside its field."""
    asked = Asked(request)
    if asked.is_typed:
        return HttpResponseRedirect(request.path + asked.href())
    context: dict[str, Any] = {"home": reverse("web:map"), **addresses(request), "asked": asked}
    if not asked.is_asked:
        return render(request, "web/sourcing/find.html", {**context, "form": form(asked)})
    try:
        if not asked.names_goods:
            raise InvalidParameter("q", _("Say what you are looking for: a product or a category."))
        found = find(demand(asked.query))
    except InvalidParameter as wrong:
        return render(request, "web/sourcing/find.html", {**context, "form": _told(asked, wrong)}, status=400)
    context |= {"found": found, **_common(asked, found)}
    try:
        shown = show(asked, found)
    except InvalidParameter as wrong:
        # The demand is right: the suppliers stay in sight below what is wrong.
        shown = {"form": _told(asked, wrong), **_found(asked, found)}
        return render(request, "web/sourcing/find.html", {**context, **shown}, status=400)
    return render(request, f"web/sourcing/{name}.html", {**context, "form": form(asked), **shown})


def _told(asked: Asked, wrong: InvalidParameter) -> dict[str, Any]:
    names = "; ".join(
        words.join((str(one.get("name") or ""), str(one.get("within") or ""))) for one in wrong.candidates or ()
    )
    return form(asked, wrong.name, f"{wrong.message} {names}".strip())


def _common(asked: Asked, found: Found) -> dict[str, Any]:
    return {
        "wanted": in_words(found.demand),
        "goods": goods(asked, found.demand),
        "conditions": conditions(asked, found.demand),
        "estimate": showing.is_estimate(found),
        "months": showing.month_lines(found),
        "need": phrases.amount(found.demand.need, found.demand.unit.kind),
        "roads_note": showing.roads_note(found),
        "find_href": reverse("web:sourcing") + asked.href({"supply": ""}),
        "has_sample": any(one.supply.sample for one in found.suppliers),
        "month_names": [phrases.month(month) for month in found.demand.months],
        "unit": unit_name(found.demand.unit.kind, 2),
    }


def _found(asked: Asked, found: Found) -> dict[str, Any]:
    kinds = scheme_names()
    return {
        "rows": [
            showing.row(one, found, kinds, asked.several("supply")) for one in found.suppliers[: showing.MOST_SHOWN]
        ],
        "matched": len(found.suppliers),
        "others": [showing.row(one, found, kinds) for one in found.others[: showing.MOST_OTHERS]],
        "others_matched": len(found.others),
        "closing": showing.closing(found, asked),
        "kept": asked.kept("supply"),
        "bars_width": showing.BAR_WIDTH * len(found.demand.months),
        "watch_href": reverse("web:watch-new") + asked.href({"supply": ""}),
        "json_href": "/api/actions/supply-search" + asked.href({"supply": ""}),
    }


def _compared(asked: Asked, found: Found) -> dict[str, Any]:
    named = compared(asked.query)
    if not named:
        raise InvalidParameter("supply", _("Tick the suppliers you want to compare."))
    kinds = scheme_names()
    rows = [showing.row(one, found, kinds) for one in found.all if one.supply.key in named]
    return {"rows": rows, "span": len(rows) + 1}


def _chosen(asked: Asked, found: Found) -> dict[str, Any]:
    made = plan(found, wishes(asked.query))
    inside, outside = showing.plan_rows(made, asked)
    return {
        "plan": made,
        "asked_for": [(name, asked.get(name)) for name in ("quantity", "unit", "months") if asked.get(name)],
        "asks": [inside[start : start + MOST_SUPPLIERS] for start in range(0, len(inside), MOST_SUPPLIERS)],
        "inside": inside,
        "outside": outside[: showing.MOST_LEFT_OUT],
        "outside_matched": len(outside),
        "lines": showing.plan_lines(made),
        "cost": phrases.km(made.choice.cost),
        "stops": made.choice.stops,
        "gap": phrases.amount(made.choice_gap, found.demand.unit.kind) if made.choice.gap else "",
        "alternatives": showing.alternatives(made, asked),
        "fetch": months_to_fetch(made, asked.get("depot")),
        "closing": showing.closing(found, asked),
        "again": asked.href({"without": ""}) if asked.get("without") else "",
        "changes": changes(made) if found.demand.without else [],
        "json_href": "/api/actions/choose-suppliers" + asked.href({"supply": ""}),
    }
