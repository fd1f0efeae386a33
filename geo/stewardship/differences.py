"""Two changes of one record, field by field: what was before, what one wants, what the other has made of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from geo.access import parts
from geo.access.trails import NOTHING, Names
from geo.places.hours_words import hours_in_words
from geo.spatial.problems import Conflict


@dataclass(frozen=True)
class Difference:
    """One field: its value before, mine (``yours``, as the screen says it) and that of the record now (``theirs``).

    Values are as ``geo.stewardship.plain`` writes them; the words are for people.
    """

    field: str
    label: str
    before: Any
    yours: Any
    theirs: Any
    before_words: str
    yours_words: str
    theirs_words: str

    @property
    def collides(self) -> bool:
        """Whether both have changed the field, to different values."""
        return self.theirs not in (self.before, self.yours)

    @property
    def photo_href(self) -> str:
        """Where the wanted photo is, if this is one."""
        return default_storage.url(self.yours) if self.field == "photo" and self.yours else ""

    @property
    def is_position(self) -> bool:
        """Whether it is a position on the map."""
        return self.field == "location"


class FieldConflict(Conflict):
    """Somebody else has changed the same fields meanwhile; ``differences`` are all that was wanted."""

    def __init__(self, record: Model, differences: Sequence[Difference]) -> None:
        super().__init__(_("Somebody else has changed the same fields meanwhile: choose for each of them."))
        self.record = record
        self.differences = list(differences)


def merged(
    model: type[Model], before: Mapping[str, Any], yours: Mapping[str, Any], theirs: Mapping[str, Any]
) -> list[Difference]:
    """Return the fields in which ``yours`` differs from ``before``, with what the record holds now (``theirs``)."""
    names = Names()
    found = []
    for name, value in yours.items():
        old = before.get(name)
        if value == old or (value in ("", None) and old in ("", None)):
            continue
        now = theirs.get(name, old)
        label, said = _said(names, model, name, (old, value, now))
        found.append(Difference(name, label, old, value, now, *said))
    return found


def _said(names: Names, model: type[Model], name: str, values: Sequence[Any]) -> tuple[str, list[str]]:
    """Return what a field is called, and its values in words."""
    if parts.is_part(name):
        return parts.label(name), [parts.said(name, one) or NOTHING for one in values]
    field = model._meta.get_field(name)
    label = capfirst(str(getattr(field, "verbose_name", name)))
    return label, [_words(names, field, one) for one in values]


def _words(names: Names, field: Any, value: Any) -> str:
    """Return a value in words; opening hours come as their expression."""
    if field.name == "schedule":
        return hours_in_words(value) if value else NOTHING
    return names.say(field, value)


def collisions(differences: Iterable[Difference]) -> list[Difference]:
    """Return the fields that both have changed."""
    return [one for one in differences if one.collides]
