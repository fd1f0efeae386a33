"""Where the loader writes: one table at a time, keyed by the ids of the files; what people did is left alone."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from django.db.models import Model

from geo.access.hands import done_by_hand
from geo.divisions.models import Division
from geo.places.register.files import FixtureError, Line
from geo.spatial.upserts import Tally, upsert

BATCH = "load_register"
"""Batch of the audit context of a load."""

ModelT = TypeVar("ModelT", bound=Model)
KeyT = TypeVar("KeyT", bound=Hashable)
Values = Mapping[str, Any]


@dataclass
class Store:
    """The state of one load: the day it runs, the divisions of that day, the tallies so far."""

    today: date
    tallies: dict[str, Tally] = field(default_factory=dict)
    provinces: dict[str, Division] = field(default_factory=dict)
    communes: dict[str, Division] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read the divisions that are valid on the day."""
        for division in Division.objects.filter(validity__contains=self.today, level__in=["PROVINCE", "COMMUNE"]):
            (self.provinces if division.level == "PROVINCE" else self.communes)[division.code] = division

    def province(self, line: Line) -> Division:
        """Return the province of a line. Raises FixtureError when there is none of that code today."""
        code = line.text("province_code")
        if code not in self.provinces:
            raise FixtureError(f"{line.where}: there is no province {code} on {self.today}")
        return self.provinces[code]

    def commune(self, table: str, line: Line) -> Division | None:
        """Return the commune of a line, or None; a code that isn't valid today is reported as refused."""
        code = line.text("commune_code")
        if code and code not in self.communes:
            self.refuse(table, f"{line.where}: there is no commune {code} on {self.today}; stored with its province")
        return self.communes.get(code)

    def refuse(self, table: str, reason: str) -> None:
        """Count a line that can't be stored, with the reason."""
        self.tallies.setdefault(table, Tally()).refused.append(reason)

    def keyed(
        self, table: str, model: type[ModelT], wanted: Mapping[KeyT, Values], fields: tuple[str, ...]
    ) -> dict[KeyT, ModelT]:
        """Store rows whose key is the tuple of ``fields`` (or its only value); return all rows wanted, by key."""
        stored = self._stored(model, wanted, fields)
        hand = done_by_hand(model._meta.db_table)
        removed = {_key(tuple(row.get(name) for name in fields)) for row in hand.removed}
        tally = upsert(model, wanted, stored, edited=hand.edited, removed=removed)
        self.tallies.setdefault(table, Tally()).add(tally)
        return self._stored(model, wanted, fields) if tally.new else stored

    def records(self, table: str, model: type[ModelT], wanted: Mapping[str, Values]) -> dict[str, ModelT]:
        """Store records by their ``external_id``, the key of ``wanted``; return all of them, by it."""
        named = {key: {**values, "external_id": key} for key, values in wanted.items()}
        return self.keyed(table, model, named, ("external_id",))

    def _stored(
        self, model: type[ModelT], wanted: Mapping[KeyT, Values], fields: tuple[str, ...]
    ) -> dict[KeyT, ModelT]:
        first = fields[0]
        values = {row[first] for row in wanted.values()}
        rows = model._default_manager.filter(**{f"{first}__in": values})
        found = {_key(tuple(getattr(row, name) for name in fields)): row for row in rows}
        return {key: found[key] for key in wanted if key in found}


def _key(values: tuple[Any, ...]) -> Any:
    return values[0] if len(values) == 1 else values
