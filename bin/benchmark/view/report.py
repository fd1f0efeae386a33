"""The report: a page of tables with the budget beside what was measured."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmark.view.answers import Answer
from benchmark.view.visit import Visit, middle, p95

BUDGET_BYTES = 350_000
BUDGET_USABLE_MS = 4000
BUDGET_TAP_MS = 100


@dataclass
class Measured:
    """Everything that was measured."""

    date: str
    runs: int
    load_before: float
    first: list[Visit]
    second: list[Visit]
    taps: dict[str, list[tuple[float, float]]]
    servers: dict[str, list[Answer]]

    def usable_ms(self) -> float:
        """When the list could be read and used: cards painted and the modules at work."""
        return middle([max(visit.moments_ms["cards"], visit.moments_ms["modules"]) for visit in self.first])

    def painted_ms(self) -> float:
        """When the ground, its names and the clusters were there."""
        return middle([max(visit.moments_ms["ground"], visit.moments_ms["marks"]) for visit in self.first])

    def tap_ms(self) -> float:
        """95th percentile of all taps to the first change on the screen."""
        return p95([first for found in self.taps.values() for first, _ in found])

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {
            "date": self.date,
            "runs": self.runs,
            "machine": machine(),
            "load_before": self.load_before,
            "first_visit": {
                "bytes": middle([visit.bytes for visit in self.first]),
                "bytes_by_type": _types(self.first),
                "requests": middle([visit.requests for visit in self.first]),
                "usable_ms": self.usable_ms(),
                "painted_ms": self.painted_ms(),
                "layout_shift": middle([visit.shift for visit in self.first]),
            },
            "second_visit": {
                "bytes": middle([visit.bytes for visit in self.second]),
                "usable_ms": middle(
                    [max(visit.moments_ms["cards"], visit.moments_ms["modules"]) for visit in self.second]
                ),
            },
            "tap_p95_ms": self.tap_ms(),
            "taps": {
                name: {"first": [a for a, _ in found], "rest": [b for _, b in found]}
                for name, found in self.taps.items()
            },
            "server": {name: [vars(answer) for answer in found] for name, found in self.servers.items()},
        }


def machine() -> dict[str, Any]:
    """Cores and memory of this machine, no names."""
    memory = next(line for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal"))
    return {"cores": os.cpu_count(), "memory_gb": round(int(memory.split()[1]) / 1024**2)}


def _types(visits: list[Visit]) -> dict[str, float]:
    names = sorted({name for visit in visits for name in visit.bytes_by_type})
    return {name: middle([visit.bytes_by_type.get(name, 0) for visit in visits]) for name in names}


def _row(what: str, allowed: str, measured: str, share: float) -> str:
    verdict = "met" if share <= 1 else "**missed**"
    return f"| {what} | {allowed} | {measured} | {verdict} ({share:.0%} of it) |"


def markdown(found: Measured) -> str:
    """Write the page."""
    bytes_first = middle([visit.bytes for visit in found.first])
    here = machine()
    lines = [
        f"# First view, taps and answers, {found.date}",
        "",
        f"Measured by `bin/bench view` on {here['cores']} cores and {here['memory_gb']} GB that also run the server "
        f"and the database; load average before: {found.load_before:.1f} (more than {here['cores']}: other work slowed "
        "everything down). "
        f"Medians of {found.runs} runs. The phone is imitated in Chromium: 360 × 740, 1.6 Mbit/s, 150 ms, processor "
        "slowed 4 times.",
        "",
        "| budget | allowed | measured | |",
        "|---|---:|---:|---|",
        _row(
            "first view, everything, compressed", "350 kB", f"{bytes_first / 1000:.0f} kB", bytes_first / BUDGET_BYTES
        ),
        _row("list usable", "4.0 s", f"{found.usable_ms() / 1000:.1f} s", found.usable_ms() / BUDGET_USABLE_MS),
        _row("tap → something visible, p95", "100 ms", f"{found.tap_ms():.0f} ms", found.tap_ms() / BUDGET_TAP_MS),
        "",
        "“Usable” is when the first cards are there and the modules are at work; cards can be read and followed as "
        "soon as they are painted.",
        "",
        "## The first and the second view",
        "",
        "| | first | second |",
        "|---|---:|---:|",
    ]
    moments = {
        "first paint": "first paint",
        "cards": "cards in the page",
        "modules": "modules at work",
        "ground": "ground drawn",
        "marks": "clusters drawn",
    }
    for key, label in moments.items():
        pair = [middle([visit.moments_ms[key] for visit in group]) / 1000 for group in (found.first, found.second)]
        lines.append(f"| {label} | {pair[0]:.2f} s | {pair[1]:.2f} s |")
    pair = [middle([visit.shift for visit in group]) for group in (found.first, found.second)]
    lines.append(f"| layout shift | {pair[0]:.3f} | {pair[1]:.3f} |")
    pair = [middle([visit.requests for visit in group]) for group in (found.first, found.second)]
    lines.append(f"| requests | {pair[0]:.0f} | {pair[1]:.0f} |")
    second_types = _types(found.second)
    for name, size in _types(found.first).items():
        lines.append(
            f"| {name.lower()}, compressed | {size / 1000:.1f} kB | {second_types.get(name, 0) / 1000:.1f} kB |"
        )
    pair = [middle([visit.bytes for visit in group]) / 1000 for group in (found.first, found.second)]
    lines.append(f"| all | {pair[0]:.1f} kB | {pair[1]:.1f} kB |")
    lines += [
        "",
        "## Taps at a processor slowed 4 times, no slow line",
        "",
        "| tap | first change, median | p95 | answer there, median |",
        "|---|---:|---:|---:|",
    ]
    for name, taken in found.taps.items():
        first, rest = [a for a, _ in taken], [b for _, b in taken]
        lines.append(f"| {name} | {middle(first):.0f} ms | {p95(first):.0f} ms | {middle(rest):.0f} ms |")
    for size, answers in found.servers.items():
        lines += [
            "",
            f"## The server, {size}",
            "",
            "| answer | median | compressed | times `SELECT 1` |",
            "|---|---:|---:|---:|",
        ]
        lines += [f"| {a.name} | {a.ms:.1f} ms | {a.bytes / 1000:.1f} kB | {a.ratio:.1f} |" for a in answers]
    return "\n".join(lines) + "\n"
