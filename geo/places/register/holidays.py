"""Public holidays as dated data."""

from pathlib import Path

from geo.places.models import Holiday
from geo.places.register.files import FixtureError, read
from geo.places.register.store import Store

_KINDS = {
    "tet": Holiday.Kind.TET,
    "public_holiday": Holiday.Kind.PUBLIC,
    "substitute": Holiday.Kind.PUBLIC,
    "swap_off": Holiday.Kind.SWAP,
}
_WORKED = "swap_work"
"""A Saturday worked in exchange for a day off: not a holiday, kept in the file to complete the notice."""


def load_holidays(store: Store, folder: Path) -> None:
    """Load the days off. Raises FixtureError when a kind is unknown."""
    wanted = {}
    for line in read(folder, "calendar/holidays.csv"):
        kind = line.text("kind")
        if kind == _WORKED:
            continue
        day = line.day("date")
        if kind not in _KINDS or day is None:
            raise FixtureError(f"{line.where}: no such kind of day: {kind}")
        of_tet = line.text("key") == "tet"
        wanted[day] = {
            "day": day,
            "kind": (Holiday.Kind.TET if of_tet else _KINDS[kind]).value,
            "name_vi": line.text("name_vi"),
            "name_en": line.text("name_en"),
            "basis": line.text("basis"),
            "source": line.text("source"),
        }
    store.keyed("holidays", Holiday, wanted, ("day",))
