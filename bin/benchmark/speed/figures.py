"""Figures: medians, percentiles and ratios of what was measured."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that ``share`` (0 to 1) of the values don't exceed; not a number without values."""
    if not values:
        return math.nan
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def middle(values: Sequence[float]) -> float:
    """Return the median; not a number without values."""
    return median(values) if values else math.nan


@dataclass(frozen=True)
class Round:
    """One contender in one short round: answers a second, latencies (ms), bytes and processor time of an answer (ms).

    Processor time is that of the server's processes and of PostgreSQL's; ``nan`` where it can't be known.
    """

    rate: float
    p50_ms: float = math.nan
    p99_ms: float = math.nan
    bytes: float = math.nan
    server_cpu_ms: float = math.nan
    database_cpu_ms: float = math.nan
    requests: int = 0


@dataclass
class Result:
    """All rounds of one contender: at 2 connections (rates), and at 8 (latencies)."""

    two: list[Round] = field(default_factory=list)
    eight: list[Round] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Answers a second at 2 connections."""
        return middle([one.rate for one in self.two])

    @property
    def p50_ms(self) -> float:
        """Median latency at 8 connections."""
        return middle([one.p50_ms for one in self.eight])

    @property
    def p99_ms(self) -> float:
        """99th percentile of the latency at 8 connections."""
        return middle([one.p99_ms for one in self.eight])

    @property
    def bytes(self) -> float:
        """Bytes of an answer, headers included."""
        return middle([one.bytes for one in self.two])

    @property
    def server_cpu_ms(self) -> float:
        """Processor time of the server for one answer."""
        return middle([one.server_cpu_ms for one in self.two])

    @property
    def database_cpu_ms(self) -> float:
        """Processor time of PostgreSQL for one answer."""
        return middle([one.database_cpu_ms for one in self.two])


def ratio(above: Result, below: Result) -> float:
    """Return how many times the rate of ``below`` that of ``above`` is: the median over the rounds they shared."""
    pairs = zip(above.two, below.two, strict=False)
    return middle([one.rate / other.rate for one, other in pairs if other.rate > 0])


@dataclass
class Contest:
    """What several contenders did with one question, in turns."""

    name: str
    question: str
    results: dict[str, Result] = field(default_factory=dict)
    notes: dict[str, float] = field(default_factory=dict)

    def ratio(self, above: str, below: str) -> float:
        """Return the ratio of rates of two contenders; not a number when one of them wasn't there."""
        if above not in self.results or below not in self.results:
            return math.nan
        return ratio(self.results[above], self.results[below])

    def best_ratio(self, above: str, others: Sequence[str]) -> float:
        """Return the ratio to the best of ``others``; not a number when none of them was there."""
        return min((found for name in others if not math.isnan(found := self.ratio(above, name))), default=math.nan)

    def as_json(self) -> dict[str, Any]:
        """Return everything for machines."""
        return {
            "question": self.question,
            "notes": self.notes,
            "contenders": {
                name: {
                    "rate": result.rate,
                    "p50_ms": result.p50_ms,
                    "p99_ms": result.p99_ms,
                    "bytes": result.bytes,
                    "server_cpu_ms": result.server_cpu_ms,
                    "database_cpu_ms": result.database_cpu_ms,
                    "rounds": [asdict(one) for one in result.two],
                    "rounds_of_8": [asdict(one) for one in result.eight],
                }
                for name, result in self.results.items()
            },
        }


@dataclass(frozen=True)
class Row:
    """One line of the table: what was asked for and what was measured; ``score`` is how far, 1 being just enough."""

    work: str
    target: str
    figure: str
    score: float

    @property
    def met(self) -> bool | None:
        """Whether the target was reached; ``None`` when it wasn't measured."""
        return None if math.isnan(self.score) else self.score >= 1

    @property
    def verdict(self) -> str:
        """Words for the last column."""
        if self.met is None:
            return "not measured"
        return "met" if self.met else f"**missed** by {1 - self.score:.0%}"


def at_least(work: str, wanted: float, found: float, unit: str, note: str = "") -> Row:
    """Return a row whose figure, so many times ``unit``, must not be below ``wanted``."""
    figure = "–" if math.isnan(found) else f"{found:.{0 if found >= 100 else 2}f} ×{note}"
    return Row(work, f"≥ {wanted:g} × {unit}", figure, found / wanted)


def at_most(work: str, wanted: float, found: float, unit: str, note: str = "") -> Row:
    """Return a row whose figure in ``unit`` must not be above ``wanted``."""
    digits = 0 if found >= 100 else 1 if found >= 10 else 2
    figure = "–" if math.isnan(found) else f"{found:.{digits}f} {unit}{note}"
    score = wanted / found if found > 0 else (math.inf if found <= 0 else math.nan)
    return Row(work, f"≤ {wanted:g} {unit}", figure, score)
