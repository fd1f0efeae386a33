"""The actions ``supply-totals``, ``supply-search`` and ``choose-suppliers`` of the API."""

from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_lazy as _

from geo.places.fields import VERSIONS
from geo.sourcing import parameters, wishes
from geo.sourcing.asking import demand
from geo.sourcing.describing import amount, described, described_plan, month_name, supplier
from geo.sourcing.finding import find
from geo.sourcing.planning import plan
from geo.sourcing.totals import totals
from geo.spatial.actions import Action, register_action
from geo.spatial.parameters import Query

READS = (*VERSIONS, "certificates", "commitments", "ferries")
"""Collections whose changes change these answers."""


def supply_totals(query: Query) -> dict[str, Any]:
    """Add supply up over the coming twelve months."""
    made = totals(wishes.sums(query))
    return {
        "months": [month_name(month) for month in made.months],
        "sums": [
            {
                "group": one.group or None,
                "unit": one.kind,
                "amounts": [amount(value) for value in one.months],
                "year": amount(sum(one.months, Fraction(0))),
                "supplies": one.rows,
                "weighed_pieces": one.weighed,
            }
            for one in made.sums
        ],
        "left_out": made.left_out,
    }


def supply_search(query: Query) -> dict[str, Any]:
    """Answer a demand; with ``supply``, lay up to five suppliers side by side."""
    found, named = find(demand(query)), wishes.compared(query)
    told = described(found, wishes.limit(query))
    if named:
        told["suppliers"] = [supplier(one, found.demand) for one in found.all if one.supply.key in named]
        told["others"] = []
    return told


def choose_suppliers(query: Query) -> dict[str, Any]:
    """Choose suppliers for a demand."""
    asked = wishes.wishes(query)
    return described_plan(plan(find(demand(query)), asked))


def register_actions() -> None:
    """Publish the actions in the kernel's registry."""
    register_action(
        Action(
            name="supply-totals",
            title=_("Supply added up"),
            description=_(
                "What places can deliver in each of the coming twelve months, by unit: mass, volume and counts stay "
                "apart, pieces with a stated weight are kilograms. Each product counts at one stage only, promises "
                "are taken off, stale figures and such that nobody is named for are left out unless asked for."
            ),
            parameters=(*parameters.GOODS, parameters.PROVINCE, parameters.COUNTED, parameters.BY),
            run=supply_totals,
            versions=READS,
        )
    )
    register_action(
        Action(
            name="supply-search",
            title=_("Search supply"),
            description=_(
                "Who together can deliver a quantity in each of some months: total and gap per month, every supplier "
                "with source and date, what stands against the others, and what would close the gap. At most 2,000 "
                "supplies are looked at, the nearest first; “complete” says whether these were all."
            ),
            parameters=(*parameters.DEMAND, parameters.SUPPLY, parameters.LIMIT),
            run=supply_search,
            versions=READS,
        )
    )
    register_action(
        Action(
            name="choose-suppliers",
            title=_("Choose suppliers"),
            description=_(
                "Which suppliers to take: first the least gap, then the least cost in kilometres (the road to each "
                "stop once, and what a stop is worth), within capacities, seasons, minimum orders and the share of "
                "one supplier. Says why each is in or out and what one rule less would save. Chosen from at most "
                "1,000; each solve ends after two seconds, and “proven” says whether nothing better exists."
            ),
            parameters=(*parameters.DEMAND, *parameters.WISHES),
            run=choose_suppliers,
            versions=READS,
        )
    )
