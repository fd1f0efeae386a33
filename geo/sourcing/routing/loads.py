"""Loads as the solver takes them, and stops that are heavier than any lorry split into parts."""

import math
from dataclasses import dataclass

from geo.sourcing.routing.model import Fleet, Stop, Vehicle

UNITS_A_KG = 10
"""The solver counts in tenths of a kilogram and in litres: loads rounded up, capacities down."""
UNITS_A_M3 = 1_000
NO_LIMIT = 2 * 10**9


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to fetch: a stop's whole load, or ``part`` of ``parts`` of it."""

    stop: int
    load_kg: float
    volume_m3: float
    service_s: int
    part: int = 1
    parts: int = 1

    def units(self) -> tuple[int, int]:
        """Return tenths of kilograms and litres, rounded up."""
        return _up(self.load_kg * UNITS_A_KG), _up(self.volume_m3 * UNITS_A_M3)


def _up(value: float) -> int:
    return math.ceil(round(value, 6))


def room(vehicle: Vehicle) -> tuple[int, int]:
    """Return a vehicle's capacity in the solver's units."""
    volume = NO_LIMIT if vehicle.capacity_m3 is None else math.floor(round(vehicle.capacity_m3 * UNITS_A_M3, 6))
    return math.floor(round(vehicle.capacity_kg * UNITS_A_KG, 6)), volume


def fits(task: Task, vehicle: Vehicle) -> bool:
    """Return whether an empty vehicle can take the task."""
    load, space = task.units(), room(vehicle)
    return load[0] <= space[0] and load[1] <= space[1]


def tasks(fleet: Fleet) -> list[Task]:
    """Return what is to be fetched; a load that no lorry holds is split if the fleet's maker wants it."""
    found: list[Task] = []
    for number, stop in enumerate(fleet.stops):
        pickup = stop.pickup
        whole = Task(number, pickup.load_kg, pickup.volume_m3, pickup.service_s)
        if fleet.split and not any(fits(whole, vehicle) for vehicle in fleet.vehicles):
            found += _parts(number, stop, fleet.vehicles)
        else:
            found.append(whole)
    return found


def _parts(number: int, stop: Stop, vehicles: tuple[Vehicle, ...]) -> list[Task]:
    """Return full loads of the largest lorries, one after the other, and what is left as one more part.

    Weight and volume are parted in the same proportion; so is the time of loading.
    """
    pickup, left, shares = stop.pickup, 1.0, []
    for share in sorted((_share(stop, vehicle) for vehicle in vehicles), reverse=True):
        if share <= 0 or left <= 0:
            break
        shares.append(min(share, left))
        left -= share
    if not shares:
        return [Task(number, pickup.load_kg, pickup.volume_m3, pickup.service_s)]
    if left > 1e-9:
        shares.append(left)
    return [
        Task(
            number,
            pickup.load_kg * share,
            pickup.volume_m3 * share,
            round(pickup.service_s * share),
            part,
            len(shares),
        )
        for part, share in enumerate(shares, 1)
    ]


def _share(stop: Stop, vehicle: Vehicle) -> float:
    """Return which part of the stop's load the vehicle holds, a hair less so that rounding up still fits."""
    space = room(vehicle)
    shares = [1.0]
    if stop.pickup.load_kg > 0:
        shares.append(space[0] / (stop.pickup.load_kg * UNITS_A_KG))
    if stop.pickup.volume_m3 > 0:
        shares.append(space[1] / (stop.pickup.volume_m3 * UNITS_A_M3))
    return min(shares) * (1 - 1e-12)
