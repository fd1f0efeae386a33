"""Opening schedules of the sample: one row for each expression, shared by the places that keep it."""

from geo.places.hours import HoursError, canonical
from geo.places.models import OpeningSchedule
from geo.places.register.files import FixtureError
from geo.places.register.store import Store


def schedule_ids(store: Store, expressions: set[str]) -> dict[str, int]:
    """Store the expressions (OSM syntax; empty ones are skipped) and return the id of each.

    Raises: FixtureError for one that can't be read.
    """
    written = {expression: _canonical(expression) for expression in expressions if expression}
    wanted = {expression: {"expression": expression} for expression in written.values()}
    rows = store.keyed("opening schedules", OpeningSchedule, wanted, ("expression",))
    return {expression: rows[stored].pk for expression, stored in written.items()}


def _canonical(expression: str) -> str:
    try:
        return canonical(expression)
    except HoursError as error:
        raise FixtureError(f"opening hours “{expression}”: {error.reason} at character {error.at + 1}") from None
