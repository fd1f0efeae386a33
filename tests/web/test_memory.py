"""What the server loads before it forks its workers: nothing heavy that only few requests need."""

import subprocess
import sys

HEAVY = ("numpy", "openpyxl", "shapely", "pyogrio", "requests", "yaml", "pygments", "highspy")
LOADED = """
import sys
from ocopmap.server import load
load("ocopmap.wsgi")
print(*sys.modules)
import shapely
"""


def test_workers_begin_without_heavy_libraries_and_can_load_them() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    assert set(HEAVY).isdisjoint(done.stdout.split())
