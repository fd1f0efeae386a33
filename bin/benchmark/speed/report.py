"""The page: the table, the plots, every contest, the machine and the versions, how to repeat it."""

import json
import math
import re
import subprocess
from collections.abc import Collection
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from workshop.sites import connect
from workshop.steps import ROOT, say

from benchmark.speed import peers
from benchmark.speed.figures import Contest, Row, middle, percentile
from benchmark.speed.measured import Measured
from benchmark.speed.plot import Bar, svg
from benchmark.speed.run import measure
from benchmark.speed.targets import rows
from benchmark.view.report import machine

FOLDER = ROOT / "docs" / "benchmarks"
LABEL = 96
"""Letters of a label that fit into the plot."""

_HEAD = """
Measured by `bin/bench` in {minutes:.0f} minutes, {rounds} rounds, on {cores} cores and {memory_gb} GB, which the
client, all servers and PostgreSQL share; load average before: {load:.1f}. Because everything shares the cores, ratios
of one run count, not rates. All servers answer with the same features: ids and positions are compared before anything
is timed.
"""
_COLUMNS = """
*Limit* is PostgreSQL alone: pgbench sends the SQL of our own answers, with their values, over the same socket, without
HTTP. *`select 1`* is a view of our server that asks the database for nothing, through the same middleware. *Plain DRF*
is an ordinary Django project over the same tables (`bin/benchmark/peers/plain`). tipg and pygeoapi read one table made
for them, with the usual indexes. All have two workers; the client is wrk, uncompressed unless said otherwise.
"""
_FRESH = """
No path is asked twice where an answer must not come from what was kept: boxes differ by a centimetre, limits by one,
tiles name a version that never was; filters of clusters and suggestions are all different. Tiles of clusters without a
filter are read as the database keeps them made while no change waits in them (ADR 24). Before each contest all tables
and indexes, ours and the peers', are read into memory once, and nobody begins before the statements that a slower
contender left behind have ended.
"""
_WRITES = """
An import of 10,000 places, checked before, was applied in one transaction in {took:.1f} s. Saves took {quiet:.0f} ms
before (median), {during:.0f} ms meanwhile (median of {saves}), {worst:.0f} ms at worst. Twenty writers saved {many}
times among 60 places in {writers_s:.1f} s; {failed} failed.
"""


def report(names: list[str], *, rounds: int, page: bool, file: Path | None, only: Collection[str] = ()) -> None:
    """Measure, print, and write what was asked for; ``page``: also in docs/benchmarks. Raises Refusal."""
    began = datetime.now()
    found = measure(names, rounds=rounds, only=only)
    minutes = (datetime.now() - began).total_seconds() / 60
    table = rows(found)
    title = f"{found.began:%Y-%m-%d}-million"
    text = markdown(found, table, title, minutes)
    print(text)
    if file:
        file.write_text(json.dumps(as_json(found, table), indent=1, default=str) + "\n")
    if page and not only:
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / f"{title}.md").write_text(text)
        (FOLDER / f"{title}.svg").write_text(plot_of_targets(table))
        (FOLDER / f"{title}-servers.svg").write_text(plot_of_servers(found))
        say(f"written: docs/benchmarks/{title}.md")


def as_json(found: Measured, table: list[Row]) -> dict[str, Any]:
    """Return every figure for machines."""
    return {
        "began": found.began.isoformat(),
        "machine": machine(),
        "versions": versions(),
        "tiers": found.tiers,
        "load_before": found.load_before,
        "targets": [{**vars(row), "met": row.met, "score": _finite(row.score)} for row in table],
        "contests": {name: contest.as_json() for name, contest in found.contests.items()},
        "times_ms": found.times_ms,
        "pss_mib": found.pss_mib,
        "writes": found.writes,
        "paint": found.paint,
        "facts": found.facts,
        "missing": found.missing,
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def versions() -> dict[str, str]:
    """Return the versions of what was measured and of what it stands on."""
    connection = connect("postgres")
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        postgresql = str(next(iter(cursor))[0]).split()[0]
        cursor.execute("SELECT default_version FROM pg_available_extensions WHERE name = 'postgis'")
        postgis = str(next(iter(cursor))[0])
    connection.close()
    wrk = subprocess.run(["wrk", "-v"], capture_output=True, text=True, check=False).stdout
    ours = {name: version(name) for name in ("django", "psycopg2-binary", "granian")}
    locked = {name: _locked(file, name) for file, name in _SHOWN}
    found = re.match(r"wrk (?:debian/)?(\S+)", wrk)
    return {"PostgreSQL": postgresql, "PostGIS": postgis, **ours, **locked, "wrk": found[1] if found else "?"}


_SHOWN = (
    ("tipg", "tipg"),
    ("tipg", "uvicorn"),
    ("pygeoapi", "pygeoapi"),
    ("pygeoapi", "gunicorn"),
    ("plain", "djangorestframework-gis"),
    ("plain", "django-vectortiles"),
)


def _locked(file: str, name: str) -> str:
    text = (peers.LISTS / f"{file}.txt").read_text()
    found = re.search(rf"^{re.escape(name)}==([^ ;\\]+)", text, re.MULTILINE)
    return found[1] if found else "?"


# -- the page ----------------------------------------------------------------------------------------------------------


def markdown(found: Measured, table: list[Row], title: str, minutes: float) -> str:
    """Write the page."""
    here = machine()
    sizes = ", ".join(found.tiers)
    lines = [
        f"# Speed at {sizes} places, {found.began:%Y-%m-%d}",
        "",
        _flowing(_HEAD).format(minutes=minutes, rounds=_rounds(found), load=found.load_before, **here),
        "",
        "| work | target | measured | |",
        "|---|---|---:|---|",
        *(f"| {row.work} | {row.target} | {row.figure} | {row.verdict} |" for row in table),
        "",
        f"![Figures as shares of their targets]({title}.svg)",
        "",
        *_words(found),
        "## Everybody's answers a second, at 2 connections",
        "",
        f"![Answers a second of every server]({title}-servers.svg)",
        "",
        *(line for contest in found.contests.values() for line in _contest(contest)),
        *_times(found),
        *_more(found),
        "## Versions",
        "",
        ", ".join(f"{name} {what}" for name, what in versions().items()) + ".",
        "",
        "## To repeat it",
        "",
        "`bin/bench prepare` installs the peers and makes the sets of places (once; a million takes some minutes); "
        "`bin/bench` measures; `bin/bench --quick` does so in less than three minutes with 50,000 places; "
        "`--json FILE` keeps every round. Leave the machine alone meanwhile.",
    ]
    return "\n".join(lines) + "\n"


def _words(found: Measured) -> list[str]:
    """Explain the columns; say what is missing."""
    lines = [_flowing(_COLUMNS), "", _flowing(_FRESH), ""]
    if found.missing:
        lines += ["Not measured:", "", *(f"- {what}" for what in found.missing), ""]
    return lines


def _rounds(found: Measured) -> int:
    """Return how many rounds the quick ones played."""
    return max((len(one.two) for contest in found.contests.values() for one in contest.results.values()), default=0)


def _flowing(text: str) -> str:
    return " ".join(text.split())


def _contest(contest: Contest) -> list[str]:
    first = next(iter(contest.results))
    lines = [
        f"### {contest.question[0].upper()}{contest.question[1:]}",
        "",
        f"| | answers/s | ratio: {first} is | bytes | server ms | PostgreSQL ms | p50 of 8 | p99 of 8 |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for name, result in contest.results.items():
        cells = (
            _number(result.rate, 1 if result.rate < 100 else 0),
            f"{_number(contest.ratio(first, name), 2)} ×",
            _number(result.bytes, 0),
            _number(result.server_cpu_ms, 2),
            _number(result.database_cpu_ms, 2),
            _number(result.p50_ms, 1),
            _number(result.p99_ms, 1),
        )
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return [*lines, ""]


def _number(value: float, digits: int) -> str:
    return f"{value:,.{digits}f}" if math.isfinite(value) else "–"


def _times(found: Measured) -> list[str]:
    lines = ["## One after the other, over one connection", "", "| | answers | p50 ms | p95 ms | worst ms |"]
    lines.append("|---|---:|---:|---:|---:|")
    for name, times in found.times_ms.items():
        shown = [_number(value, 1) for value in (middle(times), percentile(times, 0.95), max(times, default=math.nan))]
        lines.append(f"| {name} | {len(times)} | {' | '.join(shown)} |")
    return [*lines, ""]


def _more(found: Measured) -> list[str]:
    lines = ["## Memory of the workers after all of this", "", "| server | PSS MiB |", "|---|---:|"]
    lines += [f"| {name} | {size:.0f} |" for name, size in found.pss_mib.items()]
    if writes := found.writes:
        during, quiet, many = (writes.get(name, []) for name in ("during_ms", "quiet_ms", "writers_ms"))
        lines += [
            "",
            f"## Writes, {writes['tier']}",
            "",
            _flowing(_WRITES).format(
                took=writes.get("committed_s", math.nan),
                quiet=middle(quiet),
                during=middle(during),
                saves=len(during),
                worst=max(during, default=math.nan),
                many=len(many),
                **writes,
                failed=len(writes["writers_errors"]),
            ),
        ]
    if found.paint:
        everybody = [who for who, what in found.paint.items() if isinstance(what, dict)]
        lines += ["", "## In the browser", "", f"| | {' | '.join(everybody)} |", f"|---|{'---:|' * len(everybody)}"]
        for key, label in _PAINTED.items():
            cells = [_number(found.paint[who].get(key, math.nan), 1) for who in everybody]
            lines.append(f"| {label} | {' | '.join(cells)} |")
    return [*lines, ""]


_PAINTED = {
    "paint_ms": "first paint after data, ms",
    "frame_p95_ms": "frames while panning and zooming, p95, ms",
    "worst_frame_ms": "worst frame while zooming, ms",
    "longest_task_ms": "longest task, ms",
    "tasks": "tasks longer than 50 ms",
    "heap_mb": "JavaScript heap, MB",
    "nodes": "nodes of the map",
}


def plot_of_targets(table: list[Row]) -> str:
    """Return the plot of figures as shares of their targets."""
    bars = []
    for row in table:
        if row.met is not None:
            label, kind = f"{row.work}: {row.target}".replace("`", ""), "good" if row.met else "bad"
            short = " ".join(row.figure.split()[:2])
            bars.append(Bar(label if len(label) <= LABEL else f"{label[:LABEL]}…", row.score, short, kind))
    return svg("How far from the target: right of the line is better than asked for", bars, 0.1, 10, 1)


def plot_of_servers(found: Measured) -> str:
    """Return the plot of everybody's rates."""
    bars = []
    for contest in found.contests.values():
        bars.append(Bar(contest.question))
        for name, result in contest.results.items():
            kind = "good" if name.startswith("ours") or name in found.tiers else "other"
            bars.append(Bar(f"    {name}", result.rate, _number(result.rate, 1 if result.rate < 100 else 0), kind))
    return svg("Answers a second at 2 connections (logarithmic)", bars, 0.1, 10_000)
