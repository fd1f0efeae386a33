"""What a choice is without those who were left out, against the choice with everybody: for who plans anew."""

from fractions import Fraction

from django.utils.translation import gettext as _

from geo.sourcing.planning import Plan, delivered, with_all
from geo.web import words
from geo.web.sourcing import phrases
from geo.web.sourcing.showing import is_estimate


def changes(made: Plan) -> list[str]:
    """Return in sentences what is different from the choice with all suppliers. Raises: Busy."""
    choice, before = with_all(made)
    now, kind = delivered(made), made.found.demand.unit.kind
    names = {one.supply.key: one.supply.place_name for one in made.found.all}
    said = [
        _("%(name)s: %(now)s instead of %(before)s.")
        % {"name": names[key], "now": phrases.amount(after, kind), "before": phrases.amount(was, kind)}
        for key in sorted({*before, *now}, key=lambda key: names[key])
        for was, after in ((before.get(key, Fraction(0)), now.get(key, Fraction(0))),)
        if was != after
    ]
    if made.choice.gap != choice.gap:
        now_missing, then = (Fraction(gap, made.parts) for gap in (made.choice.gap, choice.gap))
        told = {"now": phrases.amount(now_missing, kind), "before": phrases.amount(then, kind)}
        said.append(_("Missing: %(now)s instead of %(before)s.") % told)
    more = made.choice.cost - choice.cost
    if abs(more) >= 1:
        text = _("The choice costs %(km)s km more") if more > 0 else _("The choice costs %(km)s km less")
        said.append(phrases.of_roads(text % {"km": words.number(abs(more))}, is_estimate(made.found)))
    return said
