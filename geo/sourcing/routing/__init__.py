"""In which order lorries fetch what waits: vehicles, stops and road times in, routes out. No Django, no database."""

from geo.sourcing.routing.model import (
    Break,
    Fleet,
    Reason,
    Route,
    Routing,
    Stop,
    Unserved,
    Vehicle,
    Visit,
)
from geo.sourcing.routing.solving import SolverFailed, solve

__all__ = [
    "Break",
    "Fleet",
    "Reason",
    "Route",
    "Routing",
    "SolverFailed",
    "Stop",
    "Unserved",
    "Vehicle",
    "Visit",
    "solve",
]
