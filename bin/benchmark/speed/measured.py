"""What one run measured."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from benchmark.speed.figures import Contest


@dataclass
class Measured:
    """Everything that was measured."""

    began: datetime
    tiers: list[str]
    load_before: float
    contests: dict[str, Contest] = field(default_factory=dict)
    times_ms: dict[str, list[float]] = field(default_factory=dict)
    pss_mib: dict[str, float] = field(default_factory=dict)
    writes: dict[str, Any] = field(default_factory=dict)
    paint: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    """What could not be measured, and why."""

    @property
    def largest(self) -> str:
        """The largest tier of this run."""
        return self.tiers[-1]
