"""Photos that nobody needs: sent with a form that was never saved, or left by a change that was not made."""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta

from django.core.files.storage import default_storage
from django.db.models.fields.json import KT

from geo.access.models import RecordVersion
from geo.places.models import Place
from geo.places.picture_files import FOLDER, KEPT
from geo.spatial import calendar

UNSAVED_FOR = timedelta(days=7)
"""How long a photo waits for its form to be saved."""
MOST_A_DAY = 20_000
"""Files that are looked at in one go, those that have just waited long enough first."""
_BATCH = 500

NEEDED: list[Callable[[Collection[str]], set[str]]] = []
"""Upper rooms register here who tells which of some photos they still need, by name."""


def forget_unused_photos() -> int:
    """Delete files that no place shows or has ever shown, and that no upper room needs; return how many."""
    before = calendar.now() - UNSAVED_FOR
    old = sorted(((at, name) for name, at in _files() if at < before), reverse=True)
    names = list(dict.fromkeys(name for _at, name in old[:MOST_A_DAY]))
    found = {name for at in range(0, len(names), _BATCH) for name in unused(names[at : at + _BATCH])}
    for name in found:
        default_storage.delete(name)
        default_storage.delete(KEPT + name)
    return len(found)


def unused(names: Collection[str]) -> set[str]:
    """Return which of some photos nobody needs."""
    left = set(names)
    left -= set(Place.objects.filter(photo__in=left, photo__gt="").values_list("photo", flat=True))
    had = RecordVersion.objects.filter(table="places_place").annotate(was=KT("before__photo"))
    left -= set(had.filter(was__in=left, was__gt="").values_list("was", flat=True))
    for needed in NEEDED:
        left -= needed(left) if left else set()
    return left


def _files() -> Iterator[tuple[str, datetime]]:
    """Return the name of every photo, wherever it lies, with the time it was written."""
    for folder in (FOLDER, KEPT + FOLDER):
        if not default_storage.exists(folder):
            continue
        for file in default_storage.listdir(folder)[1]:
            yield FOLDER + file, default_storage.get_modified_time(folder + file)
