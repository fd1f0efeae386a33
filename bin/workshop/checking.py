"""``bin/test``: prepare what is missing, then run every check and test."""

import argparse
import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from workshop.packages import FRONTEND, node_environment
from workshop.preparing import prepare, using_database
from workshop.steps import PYTHON, ROOT, VENV, say

BIN = VENV / "bin"
CHECKS: dict[str, list[str | Path]] = {
    "ruff check": [BIN / "ruff", "check", "."],
    "ruff format": [BIN / "ruff", "format", "--check", "."],
    "mypy": [BIN / "mypy"],
    "lint-imports": [BIN / "lint-imports"],
    "migrations": [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"],
    "biome": [FRONTEND / "node_modules" / ".bin" / "biome", "ci", "--colors=off", "."],
    "tsc": [FRONTEND / "node_modules" / ".bin" / "tsc", "--noEmit"],
    "browser modules": ["node", "--test", "--test-reporter=spec"],
}
IN_FRONTEND = {"biome", "tsc", "browser modules"}


def main(arguments: Sequence[str]) -> int:
    """Run the checks, then pytest; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="bin/test",
        description="Prepare whatever is missing, then run every check and test, real browser included.",
        epilog="Other arguments go to pytest, which then runs alone: bin/test tests/api -k bbox",
    )
    parser.add_argument("--fast", action="store_true", help="leave out the browser tests")
    parser.add_argument("--long", action="store_true", help="also the slow proofs")
    options, for_pytest = parser.parse_known_args(arguments)
    prepare(tests=True, steps=("packages", "messages", "static"))
    with using_database():
        failed = [] if for_pytest else _run_checks()
        code = 0
        for run in [for_pytest] if for_pytest else _parts(options):
            command = [BIN / "pytest", *run]
            code = subprocess.run(command, cwd=ROOT, env=_environment(), check=False).returncode or code
    if failed:
        say(f"failed: {', '.join(failed)}")
    return code or bool(failed)


def _parts(options: argparse.Namespace) -> list[list[str]]:
    """Return pytest's arguments for its runs: several at once without the browser, then the browser alone."""
    slow = "" if options.long else " and not long"
    without = ["-n", str(min(4, os.cpu_count() or 1)), "--dist", "loadfile", "-m", f"not browser{slow}"]
    return [without] if options.fast else [without, ["-m", f"browser{slow}"]]


def _run_checks() -> list[str]:
    """Run every check, show what the failing ones say, and return their names."""
    failed = []
    for name, command in CHECKS.items():
        began = time.monotonic()
        result = subprocess.run(
            command,
            cwd=FRONTEND if name in IN_FRONTEND else ROOT,
            env=_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        good = result.returncode == 0
        say(f"{name}: {'ok' if good else 'FAILED'} ({time.monotonic() - began:.1f} s)")
        if not good:
            print(result.stdout, flush=True)
            failed.append(name)
    return failed


def _environment() -> dict[str, str]:
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or ""
    return {**os.environ, **node_environment(), "CHROMIUM": chromium}
