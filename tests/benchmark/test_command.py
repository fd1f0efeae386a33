"""The command explains itself without preparing anything."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_help_names_what_can_be_measured() -> None:
    done = subprocess.run([ROOT / "bin" / "bench", "--help"], capture_output=True, text=True, check=True)
    for word in ("speed", "view", "prepare", "--quick", "--json", "--tiers"):
        assert word in done.stdout
