"""What all rows of an import share: who and what it comes from, the day, the register's divisions, what came before."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from geo.catalog.models import Producer
from geo.divisions.models import Division
from geo.spatial import calendar
from geo.spatial.folding import fold
from geo.stewardship.imports.divisions import Divisions
from geo.stewardship.imports.ground import Ground

May = Callable[[Division | None, Division | None], bool]
"""Whether the person importing may write in (province, commune)."""


def everywhere(province: Division | None, commune: Division | None) -> bool:
    """Allow every division: the shell's import."""
    return True


@dataclass
class Context:
    """One check of one file. ``seen`` holds the records and keys that earlier rows took, with their row number."""

    source_kind: str
    source_name: str
    file_name: str
    may: May = everywhere
    today: date = field(default_factory=calendar.today)
    ground: Ground = field(default_factory=Ground)
    seen: dict[Any, int] = field(default_factory=dict)
    cache: dict[Any, Any] = field(default_factory=dict)

    @cached_property
    def divisions(self) -> Divisions:
        """The resolver of divisions, which remembers what it resolved."""
        return Divisions(self.ground)

    @property
    def position_source(self) -> str:
        """What a position's source is called when the row doesn't say."""
        return (self.source_name or self.file_name)[:200]

    def may_for(self, producer: Producer | None) -> bool:
        """Tell whether the person importing may write what belongs to ``producer``."""
        if producer is None:
            return self.may(None, None)
        grounds = self.ground.divisions
        return self.may(grounds.get(producer.province_id or 0), grounds.get(producer.commune_id or 0))

    def external_id(self, said: str) -> str:
        """Return an id of the source as it is stored: two sources may both count from 1."""
        prefix = fold(self.source_name or self.file_name.rsplit(".", 1)[0]).replace(" ", "-")[:40]
        return f"{prefix}/{said}"
