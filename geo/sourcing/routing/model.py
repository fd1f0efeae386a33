"""What routing takes and gives: plain values. Times are seconds after midnight of the day (Viet Nam's time)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from geo.sourcing.pickups import Pickup
from geo.spatial.parameters import LonLat
from geo.spatial.roads import Crossing

MOST_STOPS = 200
MOST_VEHICLES = 20


class Reason(StrEnum):
    """Why a stop is not served."""

    CLOSED = "closed"
    """The place is closed on that day."""
    HOURS = "hours"
    """It is open only when no lorry can be there."""
    TOO_HEAVY = "too-heavy"
    TOO_LARGE = "too-large"
    UNREACHABLE = "unreachable"
    """No road leads there from any depot, or none back."""
    TOO_FAR = "too-far"
    """No lorry can go there and be back within its working hours."""
    FULL = "full"
    """All loads together are more than all lorries hold."""
    NO_TIME = "no-time"
    """With the other stops there is no time, or no room, left for it in any lorry."""


@dataclass(frozen=True, slots=True)
class Break:
    """A rest of ``seconds`` that begins between ``earliest`` and ``latest``."""

    earliest: int
    latest: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A lorry that leaves its depot at ``start`` at the earliest and is back there by ``end``.

    ``capacity_m3`` is ``None`` where only the weight counts. Costs in one currency: ``fixed`` when it is used at
    all, per km, and per hour at the wheel.
    """

    name: str
    depot: LonLat
    capacity_kg: float
    capacity_m3: float | None
    start: int
    end: int
    breaks: tuple[Break, ...] = ()
    fixed: float = 0.0
    per_km: float = 0.0
    per_hour: float = 0.0


@dataclass(frozen=True, slots=True)
class Stop:
    """A pickup with its name in the plan (``key``); ``closed``: its place is known to be closed on that day."""

    key: str
    pickup: Pickup
    closed: bool = False

    @property
    def spot(self) -> LonLat:
        """Where it is."""
        return LonLat(self.pickup.lon, self.pickup.lat)


@dataclass(frozen=True, slots=True)
class Fleet:
    """Everything asked: vehicles, stops, and whether a load may be split among lorries."""

    vehicles: tuple[Vehicle, ...]
    stops: tuple[Stop, ...]
    split: bool = False


@dataclass(frozen=True, slots=True)
class Visit:
    """One stop of a route: there at ``arrival``, loading from ``begin`` to ``leave``.

    ``load_kg`` and ``volume_m3`` are loaded here, ``after_kg`` and ``after_m3`` are on the lorry afterwards.
    ``drive_s`` and ``drive_m`` lead here from the stop before (or the depot); ``part`` of ``parts`` of a split load.
    ``ferries``: those on the way here, whose time counts in ``drive_s``.
    """

    stop: int
    arrival: int
    begin: int
    leave: int
    load_kg: float
    volume_m3: float
    after_kg: float
    after_m3: float
    drive_s: int
    drive_m: int
    part: int = 1
    parts: int = 1
    ferries: tuple[Crossing, ...] = ()


@dataclass(frozen=True, slots=True)
class Rest:
    """A break that is taken after the visit number ``after`` (0: before the first), from ``begin`` for ``seconds``."""

    after: int
    begin: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Route:
    """What one vehicle does: it leaves at ``start`` and is back at ``end``.

    The last leg is ``home_s``, ``home_m``, with the ferries on it.
    """

    vehicle: int
    visits: tuple[Visit, ...]
    rests: tuple[Rest, ...]
    start: int
    end: int
    home_s: int
    home_m: int
    cost: float
    home_ferries: tuple[Crossing, ...] = ()

    @property
    def metres(self) -> int:
        """The whole way."""
        return sum(visit.drive_m for visit in self.visits) + self.home_m

    @property
    def drive_s(self) -> int:
        """The time at the wheel."""
        return sum(visit.drive_s for visit in self.visits) + self.home_s


@dataclass(frozen=True, slots=True)
class Unserved:
    """A stop, or a part of its load, that no lorry fetches, and why."""

    stop: int
    reason: Reason
    load_kg: float
    volume_m3: float


@dataclass(frozen=True, slots=True)
class Routing:
    """Routes in the order of the vehicles, and what is left over; where the road times come from."""

    routes: tuple[Route, ...]
    unserved: tuple[Unserved, ...]
    source: str
    estimate: bool
    down: bool = False

    @property
    def cost(self) -> float:
        """All costs together."""
        return sum(route.cost for route in self.routes)


Times: TypeAlias = tuple[tuple[int | None, ...], ...]
