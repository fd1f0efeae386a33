"""Opening schedules of the sample: one row for each expression, shared by the places that keep it."""

from geo.places.models import OpeningSchedule
from geo.places.register.store import Store


def schedule_ids(store: Store, expressions: set[str]) -> dict[str, int]:
    """Store the expressions (OSM syntax; empty ones are skipped) and return the id of each."""
    wanted = {expression: {"expression": expression} for expression in expressions if expression}
    rows = store.keyed("opening schedules", OpeningSchedule, wanted, ("expression",))
    return {expression: row.pk for expression, row in rows.items()}
