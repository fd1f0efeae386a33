"""Rules, reasons and quantities of sourcing in words."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from geo.places.models import PlaceProduct
from geo.sourcing.choosing import Reason
from geo.sourcing.demand import Doubt, Month
from geo.sourcing.quantities import KG, LITRE
from geo.sourcing.relaxing import Relaxed
from geo.sourcing.rules import Held, Rule, Supply
from geo.sourcing.unit_names import unit_name
from geo.web import words

RULES: dict[str, Promise] = {
    Rule.LEFT_OUT: gettext_lazy("left out by you"),
    Rule.UNIT: gettext_lazy("counted in another unit"),
    Rule.SEASON_UNKNOWN: gettext_lazy("season not known"),
    Rule.STALE: gettext_lazy("figure is old"),
    Rule.UNSOURCED: gettext_lazy("nobody is named for the figure"),
    Rule.STARS: gettext_lazy("not enough stars on the delivery date"),
    Rule.SCHEME: gettext_lazy("a certificate is missing or ends before"),
    Rule.MARK: gettext_lazy("no geographical indication or mark as asked, on the delivery date"),
    Rule.ORIGIN: gettext_lazy("from another province"),
    Rule.DISTANCE: gettext_lazy("too far"),
    Rule.NO_ROAD: gettext_lazy("no road or no position known"),
    Rule.LEAD: gettext_lazy("needs more notice"),
    Rule.LEAD_UNKNOWN: gettext_lazy("notice not known"),
    Rule.SEASON: gettext_lazy("not in season"),
    Rule.COMMITTED: gettext_lazy("promised to others"),
}
DOUBTS: dict[str, Promise] = {
    Doubt.STALE: gettext_lazy("old figure"),
    Doubt.UNSOURCED: gettext_lazy("nobody named"),
}


def amount(value: Fraction, kind: str) -> str:
    """Write an amount of a base unit: 1,500 kg, 40 boxes."""
    text = bare(value, kind)
    return f"{text} {unit_name(kind, 1 if text == '1' else value)}"


def bare(value: Fraction, kind: str) -> str:
    """Write an amount without its unit, for tables that name it once."""
    return words.number(float(value), 1 if kind in (KG, LITRE) else 0)


def month(value: Month) -> str:
    """Write a month of a year."""
    return words.month(value.first)


def rules(found: Iterable[Rule]) -> str:
    """Say what stands against a supplier."""
    return ", ".join(str(RULES[one]) for one in sorted(found))


def road(seconds: int) -> str:
    """Write a road time: 45 minutes, 3 h 20."""
    minutes = round(seconds / 60)
    if minutes < 60:
        return _("%(minutes)d min") % {"minutes": minutes}
    return _("%(hours)d h %(minutes)02d") % {"hours": minutes // 60, "minutes": minutes % 60}


def ferry(one: Mapping[str, Any]) -> str:
    """Say a ferry on the road, and who states its minutes, when."""
    said = words.join((one["source"] or "", words.day(date.fromisoformat(one["stated_on"]))))
    told = {"name": one["name"], "minutes": one["minutes"]}
    return _("with the ferry %(name)s, %(minutes)d minutes") % told + f" ({said})"


def age(as_of: date, today: date) -> str:
    """Say how old a figure is."""
    days = (today - as_of).days
    if days < 60:
        return ngettext("%(count)d day old", "%(count)d days old", days) % {"count": days}
    months = round(days / 30.44)
    return ngettext("%(count)d month old", "%(count)d months old", months) % {"count": months}


def stated(supply: Supply) -> str:
    """Write what was said: 600 kg a month, all year."""
    text = f"{measured(supply, supply.quantity)} {PlaceProduct.Period(supply.period).label}"
    weight = supply.figure.piece_kg if supply.figure is not None else None
    if weight is not None:
        text += f" ({_('%(weight)s kg each') % {'weight': words.number(weight, 3)}})"
    return words.join((text, words.months(supply.months)))


HOLDERS: dict[str, Promise] = {
    "product": gettext_lazy("of the product"),
    "place": gettext_lazy("of the place"),
    "producer": gettext_lazy("of the producer"),
}


def mark(right: Held, kinds: Mapping[str, str]) -> str:
    """Write a right to a geographical indication or mark: its kind, name, whose it is, until when."""
    kind = kinds.get(right.scheme, right.scheme)
    name = f"{kind}: {right.name}" if right.name else kind
    # A right that is in force has an end; the last day it holds is the day before.
    until = right.dates.valid_until
    last = _("until %(day)s") % {"day": words.day(until - timedelta(days=1))} if until is not None else ""
    return words.join((name, str(HOLDERS.get(right.holder, "")), last))


def measured(supply: Supply, quantity: Decimal) -> str:
    """Write a quantity in the supply's own unit, as that unit is called in the page's language if it is understood."""
    if supply.figure is None:
        return words.counted(quantity, supply.unit)
    return f"{words.number(quantity, 3)} {unit_name(supply.figure.unit.code, quantity)}"


def said_by(supply: Supply) -> str:
    """Say who said it, and in what source the place is."""
    who = dict(PlaceProduct.SaidBy.choices).get(supply.said_by)
    return words.join((str(who) if who else _("nobody named"), supply.source))


def minimum(supply: Supply) -> str:
    """Write the least order, empty when none is known."""
    return "" if supply.minimum is None else measured(supply, supply.minimum)


def km(value: float) -> str:
    """Write kilometres."""
    return _("%(km)s km") % {"km": words.number(value)}


def of_roads(text: str, estimate: bool) -> str:
    """Mark what rests on road times or distances as an estimate, where it is one."""
    return f"{text} ({_('estimate')})" if estimate else text


def reason(one: Reason | None, parts: int, kind: str, inside: bool, *, estimate: bool = False) -> str:
    """Say why a supplier is in or out."""
    if one is None:
        return _("No road from the depot is known.")
    told = {
        "amount": amount(Fraction(one.amount, parts), kind),
        "km": words.number(one.km),
        "against": words.number(one.against),
    }
    sentences = {
        "needed": _("Needed: without it %(amount)s would be missing."),
        "saves": _("Saves %(km)s km against doing without it."),
        "chosen": _("Part of the cheapest way to cover the demand."),
        "nothing_free": _("Has nothing free in these months."),
        "minimum": _("Its minimum order, %(amount)s, is more than it may deliver here."),
        "supplier_full": _("Its supplier delivers the largest share you allow already."),
        "stops": _("As many stops as you allow are taken by larger suppliers."),
        "dearer": _("Costs more: %(km)s km for a tenth of the need; the dearest chosen one %(against)s km."),
        "spare": _("In reserve: the chosen ones cover the need for less."),
    }
    if not inside and one.code not in sentences:
        return ""
    return of_roads(sentences[one.code] % told, estimate and one.code in ("saves", "dearer"))


def helps(one: Relaxed) -> str:
    """Say what would lessen the gap."""
    told = {"value": one.value, "road": road(one.value), "months": ", ".join(month(m) for m in one.months)}
    sentences = {
        "stale": _("count figures that are old"),
        "unsourced": _("count figures for which nobody is named"),
        "doubtful": _("count figures that are old or for which nobody is named"),
        "scheme": _("do without the other certificates"),
        "mark": _("do without the geographical indication or mark"),
        "origin": _("take goods from any province"),
        "distance": _("allow up to %(road)s of road"),
        "stars": _("accept %(value)d stars or more") if one.value else _("accept products without valid stars"),
        "lead": _("give %(value)d days of notice"),
        "months": _("deliver in other months: %(months)s"),
    }
    return sentences[one.rule] % told


def without(rule: str) -> str:
    """Say which rule an alternative gives up."""
    return {
        "share": _("Without the limit on one supplier's share"),
        "stops": _("Without the limit on stops"),
        "minimums": _("If minimum orders were waived"),
        "stars": _("With fewer stars"),
        "distance": _("With a longer road"),
    }[rule]
