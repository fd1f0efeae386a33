"""Choosing the suppliers that cover a demand at least cost. Plain Python and a solver; no Django, no database."""

from geo.sourcing.choosing.alternatives import Alternative, alternatives
from geo.sourcing.choosing.choice import Choice, MonthChoice, choose
from geo.sourcing.choosing.reasons import Reason, reasons
from geo.sourcing.choosing.rules import Offer, Problem, Rules

__all__ = [
    "Alternative",
    "Choice",
    "MonthChoice",
    "Offer",
    "Problem",
    "Reason",
    "Rules",
    "alternatives",
    "choose",
    "reasons",
]
