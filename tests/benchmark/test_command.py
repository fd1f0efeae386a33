"""The command explains itself without preparing anything, and knows its own parts."""

import subprocess
from pathlib import Path

from benchmark.__main__ import CONTESTS
from benchmark.speed.run import programme

ROOT = Path(__file__).resolve().parents[2]


def test_help_names_what_can_be_measured() -> None:
    done = subprocess.run([ROOT / "bin" / "bench", "--help"], capture_output=True, text=True, check=True)
    for word in ("speed", "view", "prepare", "--quick", "--json", "--tiers", "--only"):
        assert word in done.stdout


def test_every_part_of_the_programme_can_be_asked_for_alone() -> None:
    held = [part[0].__name__ for part in programme(["50k", "200k", "1M"], visits=3)]
    assert list(dict.fromkeys(held)) == list(CONTESTS)


def test_a_quick_run_leaves_out_what_needs_two_sets_of_places() -> None:
    held = {part[0].__name__ for part in programme(["50k"], visits=1)}
    assert set(CONTESTS) - held == {"growth"}
