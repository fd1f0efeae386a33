"""Asking VROOM for the order of the stops."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

WORKER = Path(__file__).with_name("vroom_worker.py")
SMALL, THOROUGH, QUICK = 80, "5", "1"
"""Up to so many jobs VROOM looks as thoroughly as its time allows; beyond, quickly."""
FEW = 20
"""Up to so many jobs are tried twice where not all can be served: a fraction of a second."""
THREADS = "2"
GRACE_S = 5
"""Seconds beyond its own limit after which VROOM is ended."""


class SolverFailed(Exception):
    """The solver gave no answer; the message is for the operator's log."""


def serve_most(problem: dict[str, Any], limit_s: int) -> dict[str, Any]:
    """Return the solution that leaves the fewest jobs over, as far as VROOM finds it. Raises: SolverFailed.

    Where lorries are full VROOM may keep one heavy load in the place of two light ones: a small problem is tried
    once more with the light ones preferred.
    """
    found = run(problem, limit_s)
    if not found["unassigned"] or len(problem["jobs"]) > FEW:
        return found
    heaviest = max(job["pickup"][0] for job in problem["jobs"]) or 1
    jobs = [{**job, "priority": 100 - round(99 * job["pickup"][0] / heaviest)} for job in problem["jobs"]]
    other = run({**problem, "jobs": jobs}, limit_s)
    return other if len(other["unassigned"]) < len(found["unassigned"]) else found


def run(problem: dict[str, Any], limit_s: int) -> dict[str, Any]:
    """Return VROOM's solution, looked for during ``limit_s`` at most. Raises: SolverFailed."""
    options = ["-x", THOROUGH if len(problem["jobs"]) <= SMALL else QUICK, "-t", THREADS, "-l", str(limit_s)]
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(WORKER), *options],
            input=json.dumps(problem).encode(),
            capture_output=True,
            timeout=limit_s + GRACE_S,
            check=False,
        )
        found = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise SolverFailed(f"vroom did not end in {limit_s + GRACE_S} s") from None
    except (OSError, ValueError):
        raise SolverFailed("vroom gave no answer") from None
    if not isinstance(found, dict) or found.get("code") != 0:
        raise SolverFailed(f"vroom: {str(found)[:300]}")
    return found
