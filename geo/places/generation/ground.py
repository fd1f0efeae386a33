"""What every part of a generated set stands on: the seeded source of chance, the communes, the day, the columns."""

import random
from collections.abc import Callable
from datetime import date, datetime

from django.utils import timezone

from geo.divisions.models import Division
from geo.places.generation.plan import Choice, Home, Scatter, radius_km, weigh
from geo.spatial import calendar
from geo.spatial.provenance import SourceKind

Say = Callable[[str], None]
SOURCE = (SourceKind.GENERATED.value, "ocopmap generate_places", "", "", "", "")
SOURCE_COLUMNS = ("source_kind", "source_name", "source_url", "source_licence", "trust", "external_id")
RECORD_COLUMNS = ("id", *SOURCE_COLUMNS, "name", "version", "created_at", "updated_at")


class GenerationError(Exception):
    """The set can't be made; the message says what is missing or in the way."""


class Ground:
    """The source of chance, the communes with their weights, the day. Raises GenerationError without communes."""

    def __init__(self, seed: int, say: Say) -> None:
        self.source = random.Random(seed)
        self.say = say
        self.now: datetime = timezone.now()
        self.today: date = calendar.today()
        self.homes = self._read_homes()
        if not self.homes:
            raise GenerationError("no communes: run manage.py load_divisions first")
        self.home_choice = Choice([home.weight for home in self.homes])
        self.scatter = Scatter(self.source)

    def _read_homes(self) -> list[Home]:
        rows = (
            Division.objects.filter(level="COMMUNE", validity__contains=self.today, location__isnull=False)
            .select_related("parent")
            .order_by("code")
        )
        return [
            Home(
                commune=row.pk,
                province=row.parent_id or 0,
                name=row.name,
                lon=row.location.x,
                lat=row.location.y,
                radius_km=radius_km(None if row.area_km2 is None else float(row.area_km2)),
                weight=weigh(self.source, row.unit_type, row.parent.unit_type if row.parent else ""),
            )
            for row in rows
            if row.location is not None
        ]
