"""The actions ``plan-pickups``, ``road-times`` and ``reach`` of the API."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from geo.sourcing.ferries import ferry_told
from geo.sourcing.plans import services
from geo.sourcing.plans.asking import read
from geo.sourcing.plans.computing import compute
from geo.sourcing.plans.definition import BODY
from geo.sourcing.plans.gate import working
from geo.sourcing.plans.telling import told
from geo.spatial import parameters as parse
from geo.spatial.actions import Action, Caller, register_action
from geo.spatial.collections import Parameter
from geo.spatial.parameters import LonLat, Query
from geo.spatial.problems import InvalidParameter
from geo.spatial.roads import engine
from geo.spatial.roads.reaching import DECIMALS, MOST_MINUTES, within

MOST_POINTS = 25

_LONLAT = {"type": "string", "pattern": r"^-?\d+(\.\d+)?,-?\d+(\.\d+)?$"}
FROM = Parameter("from", _LONLAT, _("Where it begins: longitude,latitude."), "106.6888,10.7832")
TO = Parameter(
    "to",
    {"type": "string", "maxLength": 1200},
    _("Where it leads: longitude,latitude; several with a semicolon between them, at most 25."),
    "106.6938,10.7868;106.7,10.8",
)
MINUTES = Parameter(
    "minutes", {"type": "integer", "minimum": 1, "maximum": MOST_MINUTES}, _("Minutes on the road."), "30"
)


def plan_pickups(document: dict[str, Any], caller: Caller) -> dict[str, Any]:
    """Work out a plan; with ``save``, keep it and say where."""
    asked = read(document)
    if not document.get("save"):
        return told(document, compute(asked))
    plan = services.make(document, caller.address)
    version = services.newest(plan)
    secrets = {"own": plan.key, "shared": plan.link}
    return {
        **told(version.asked, version.found),
        "saved": {name: _page(token) for name, token in secrets.items() if token},
    }


def _page(token: str) -> str:
    return reverse("web:plan", args=[token])


def road_times(query: Query) -> dict[str, Any]:
    """Tell how long a lorry takes from one point to others. Raises: InvalidParameter."""
    start, goals = _spot(query, "from"), _spots(query, "to")
    with working():
        matrix = engine().matrix([start], goals)
    rows = zip(goals, matrix.seconds[0], matrix.metres[0], strict=True)
    ferries = {b: [ferry_told(one) for one in crossings] for (_a, b), crossings in matrix.ferries.items()}
    return {
        "from": [start.lon, start.lat],
        "to": [
            {"at": [goal.lon, goal.lat], "seconds": s, "metres": m, "ferries": ferries.get(number, [])}
            for number, (goal, s, m) in enumerate(rows)
        ],
        "source": matrix.source,
        "estimate": matrix.estimate,
        "engine_down": matrix.down,
    }


def reach(query: Query) -> dict[str, Any]:
    """Tell what a lorry reaches within a time; ``geometry`` is null where the engine doesn't know."""
    start = _spot(query, "from")
    minutes = parse.integer("minutes", parse.single(query, "minutes") or "30", 1, MOST_MINUTES)
    area = within(LonLat(round(start.lon, DECIMALS), round(start.lat, DECIMALS)), minutes)
    return {
        "type": "Feature",
        "geometry": None if area is None else {"type": "MultiPolygon", "coordinates": area.coords},
        "properties": {"minutes": minutes, "source": None if area is None else engine().source},
    }


def _spot(query: Query, name: str) -> LonLat:
    value = parse.single(query, name)
    if value is None:
        raise InvalidParameter(name, _g("“%(name)s” is missing.") % {"name": name})
    return parse.lonlat(name, value)


def _spots(query: Query, name: str) -> list[LonLat]:
    parts = [part for part in (parse.single(query, name) or "").split(";") if part.strip()]
    if not 1 <= len(parts) <= MOST_POINTS:
        raise InvalidParameter(
            name,
            _g("“%(name)s” must have from %(low)d to %(high)d members.")
            % {"name": name, "low": 1, "high": MOST_POINTS},
        )
    return [parse.lonlat(name, part) for part in parts]


def register_actions() -> None:
    """Publish the actions in the kernel's registry."""
    register_action(
        Action(
            name="plan-pickups",
            title=_("Plan pickups"),
            description=_(
                "Routes for at most 20 lorries to at most 200 stops on one day: capacities, working hours, breaks and "
                "the opening hours of the places are kept; what can't be served comes back with the reason. The order "
                "is looked for during two seconds at most. “estimate” says that no road data stand behind the times."
            ),
            parameters=(),
            receive=plan_pickups,
            body=BODY,
        )
    )
    register_action(
        Action(
            name="road-times",
            title=_("Road times"),
            description=_(
                "How long a lorry takes from one point to at most 25 others; null where no road leads. “estimate”: "
                "straight distance with a detour factor and a speed; “engine_down”: it stands in for road data. Over "
                "the sea lead only ferries whose time somebody states: minutes and source stand in “ferries”."
            ),
            parameters=(FROM, TO),
            run=road_times,
        )
    )
    register_action(
        Action(
            name="reach",
            title=_("Within reach"),
            description=_(
                "What a lorry reaches within a time, as an area of at most 500 corners; null where the engine can't "
                "tell. Places can be filtered by it: reach=longitude,latitude,minutes."
            ),
            parameters=(FROM, MINUTES),
            run=reach,
        )
    )
