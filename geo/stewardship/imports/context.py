"""What all rows of an import share: who and what it comes from, the day, the register's divisions, what came before."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from typing import Any

from geo.access import permissions
from geo.access.models import User
from geo.access.rules import Action, Spot
from geo.spatial import calendar
from geo.spatial.folding import fold
from geo.stewardship.imports.divisions import Divisions
from geo.stewardship.imports.ground import Ground
from geo.stewardship.imports.lines import Line

May = Callable[[int | None, int | None], bool]
"""Whether the person importing may write in (province, commune), given by id."""


def everywhere(province: int | None, commune: int | None) -> bool:
    """Allow every division: the system's own import."""
    return True


def area_of(actor: User | None) -> May:
    """Return where ``actor`` may import; the system itself may everywhere."""
    if actor is None:
        return everywhere

    @cache
    def allowed(province: int | None, commune: int | None) -> bool:
        return permissions.may(actor, Action.IMPORT, Spot(province, commune)).allowed

    return allowed


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

    def settle_area(self, line: Line, field_name: str, *owners: Any) -> None:
        """Note where the row writes, by the divisions of ``owners`` (records), and refuse it outside the area."""
        line.spots = [(one.province_id, one.commune_id) for one in owners if one is not None] or [(None, None)]
        if not all(self.may(province, commune) for province, commune in line.spots):
            line.refuse("outside-area", field_name)

    def external_id(self, said: str) -> str:
        """Return an id of the source as it is stored: two sources may both count from 1."""
        prefix = fold(self.source_name or self.file_name.rsplit(".", 1)[0]).replace(" ", "-")[:40]
        return f"{prefix}/{said}"
