"""``kill -9`` of the database at any moment of an import leaves all or nothing of it, on a cluster of its own."""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from workshop import cluster as clusters
from workshop.cluster import Cluster

from tests.stewardship.imports import files
from tests.stewardship.imports.test_all_or_nothing import ROOT

pytestmark = pytest.mark.long
TRIES = 50
ROWS = 1_000
HEADER = ["Tên địa điểm", "Loại địa điểm", "Tỉnh", "Xã", "Chủ thể", "Điện thoại"]
APPLY = """
import sys, django
django.setup()
from geo.stewardship.imports.applying import apply_import
from geo.stewardship.imports.models import Import
batch = Import.objects.get()
print("ready", flush=True)
apply_import(None, "bị ngắt", batch)
"""
CHECK = """
import sys, django
django.setup()
from pathlib import Path
from geo.stewardship.imports.checking import check, receive
batch = check(receive(None, "places", "mẫu.xlsx", Path(sys.argv[1]).read_bytes(), "Dữ liệu mẫu"))
assert batch.counts["new"] == int(sys.argv[2]), batch.counts
"""
WRITTEN = """
SELECT (SELECT state FROM stewardship_import), (SELECT count(*) FROM places_place WHERE name LIKE 'Điểm mẫu%'),
       (SELECT count(*) FROM catalog_producer WHERE name LIKE 'HTX mẫu%'),
       (SELECT count(*) FROM access_recordversion WHERE batch LIKE 'import:%'),
       (SELECT count(*) FROM stewardship_importrow WHERE applied)"""
FORGET = """
TRUNCATE places_place, catalog_producer, access_recordversion CASCADE;
UPDATE stewardship_importrow SET applied = false, record = NULL; UPDATE stewardship_import SET state = 'checked'"""


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    """A running cluster that nobody else uses."""
    home = Path(tempfile.mkdtemp(prefix="ocopmap-killed-"))
    home.chmod(0o711)
    made = replace(clusters.find(), home=home / "data", run=home / "run")
    made.home.mkdir(mode=0o711)
    monkeypatch.setattr(clusters, "ADDRESS_FILE", home / "database.url")  # nobody else shall come here
    try:
        clusters.start(made)
        yield made
    finally:
        clusters.stop(made)
        shutil.rmtree(home, ignore_errors=True)


def environment(own: Cluster) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OCOPMAP_", "DATABASE"))}
    named = {"DJANGO_SETTINGS_MODULE": "ocopmap.settings", "PYTHONPATH": str(ROOT), "DATABASE_URL": own.address}
    return (
        kept
        | named
        | {
            "OCOPMAP_DATA_DIR": str(own.home),
            "OCOPMAP_SECRET_KEY": "a key of this test alone, which signs nothing that matters to anybody",
        }
    )


def run(own: Cluster, *command: str) -> None:
    subprocess.run([sys.executable, *command], cwd=ROOT, env=environment(own), check=True, capture_output=True)


def interrupt(own: Cluster, delay: float) -> None:
    """Begin to apply the import, and kill the database after ``delay`` seconds; let it recover."""
    process = subprocess.Popen(
        [sys.executable, "-c", APPLY],
        cwd=ROOT,
        env=environment(own),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(delay)
        os.kill(int((own.data / "postmaster.pid").read_text().split("\n", 1)[0]), signal.SIGKILL)
        process.wait(60)
    clusters.start(own)


def test_a_database_killed_fifty_times_keeps_all_or_nothing(own: Cluster, tmp_path: Path) -> None:
    table = tmp_path / "mẫu.xlsx"
    rows = [
        [f"Điểm mẫu {n:04d}", "Điểm bán", "Tỉnh An Giang", "Đặc khu Phú Quốc", f"HTX mẫu {n % 100}", None]
        for n in range(ROWS)
    ]
    table.write_bytes(files.xlsx([HEADER, *rows]))
    run(own, "manage.py", "migrate")
    run(own, "manage.py", "load_divisions")
    run(own, "-c", CHECK, str(table), str(ROWS))
    nothing = ["checked", "0", "0", "0", "0"]
    whole = ["applied", str(ROWS), "100", str(ROWS + 100), str(ROWS)]
    seen: list[list[str]] = []
    for number in range(TRIES):
        # The first is killed before it can write anything, the others at any moment.
        interrupt(own, random.uniform(0, 2) if number else 0)
        found = own.psql(WRITTEN, "ocopmap").strip().split("|")
        assert found in (nothing, whole)
        seen.append(found)
        if found == whole:
            own.psql(FORGET, "ocopmap")
    assert nothing in seen
    run(own, "-c", APPLY)
    assert own.psql(WRITTEN, "ocopmap").strip().split("|") == whole
