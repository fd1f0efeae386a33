"""Processor time and memory of servers and of PostgreSQL, from ``/proc``."""

import os
import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from workshop.sites import connect

_TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


def _fields(pid: int) -> list[str]:
    """Return what follows the name in ``/proc/<pid>/stat``; empty for a process that is gone."""
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return []


def children(of: int) -> list[int]:
    """Return the processes begun by ``of`` and by those."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        if fields := _fields(int(entry.name)):
            parents.setdefault(int(fields[1]), []).append(int(entry.name))
    found, open_ones = [], [of]
    while open_ones:
        below = parents.get(open_ones.pop(), [])
        found += below
        open_ones += below
    return found


def cpu_ms(pids: Iterable[int]) -> float:
    """Return the processor time of processes that run, and of those children of theirs that have ended."""
    return sum(sum(map(int, fields[11:15])) for pid in pids if (fields := _fields(pid))) * _TICK_MS


def pss_mib(pids: Iterable[int]) -> float:
    """Return the memory of processes, what they share counted by its share (PSS)."""
    total = 0
    for pid in pids:
        try:
            text = (Path("/proc") / str(pid) / "smaps_rollup").read_text()
        except OSError:
            continue
        total += next((int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")), 0)
    return total / 1024


def postmaster() -> int | None:
    """Return the process that all of PostgreSQL's processes come from; ``None`` when it isn't on this machine."""
    connection = connect("postgres")
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            fields = _fields(next(iter(cursor))[0])
    finally:
        connection.close()
    return int(fields[1]) if fields else None


PATIENCE_S = 30
_REST_S = 0.1
_AT_WORK = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid()"


def wait_for_rest() -> None:
    """Wait until PostgreSQL is idle, half a minute at most: a client that went leaves its slow statements running.

    They would be counted, and felt, by whoever answers next.
    """
    end = time.monotonic() + PATIENCE_S
    with closing(connect("postgres")) as connection, connection.cursor() as cursor:
        quiet = 0
        while quiet < 2 and time.monotonic() < end:
            cursor.execute(_AT_WORK)
            quiet = quiet + 1 if next(iter(cursor))[0] == 0 else 0
            time.sleep(_REST_S)


def database_cpu_ms(top: int | None) -> float:
    """Return the processor time of all of PostgreSQL."""
    return cpu_ms([top, *children(top)]) if top else float("nan")
