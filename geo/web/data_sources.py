"""What the data page counts: places by kind of source, straight from the register."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count
from django.utils.text import capfirst

from geo.places.models import Place
from geo.spatial.provenance import SourceKind
from geo.web import words


@dataclass(frozen=True)
class SourceCount:
    """How many places come from one kind of source."""

    label: str
    count: str


def sources() -> Sequence[SourceCount]:
    """Return the number of places by kind of source, most first. One query."""
    rows = Place.objects.values_list("source_kind").annotate(total=Count("pk")).order_by("-total")
    return [SourceCount(capfirst(str(SourceKind(kind).label)), words.number(total)) for kind, total in rows]
