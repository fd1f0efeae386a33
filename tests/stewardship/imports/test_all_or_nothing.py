"""An import is applied whole or not at all, and once; nobody waits for it; a killed one leaves nothing behind."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.contrib.gis.geos import Point
from django.db import connection

from geo.access.models import RecordVersion
from geo.catalog.models import Producer
from geo.divisions.models import Division
from geo.places.models import Place
from geo.places.services import save_place
from geo.spatial.problems import Conflict
from geo.stewardship.imports.applying import apply_import
from geo.stewardship.imports.checking import check, receive
from geo.stewardship.imports.models import Import
from tests import factories as make
from tests.stewardship.imports import files, sample

ROOT = Path(__file__).resolve().parents[3]
ROWS = 1_000
SLOWEST_SAVE_MS = 200
"""How long a save of somebody else may wait for a lock while an import is being applied."""

APPLY = """
import sys, django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()
from geo.stewardship.imports.applying import apply_import
from geo.stewardship.imports.models import Import
batch = Import.objects.get(pk=int(sys.argv[2]))
print("ready", flush=True)
apply_import(None, "bị ngắt", batch)
print("done", flush=True)
"""
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def batch() -> Import:
    """A checked import of places, some with producers that are new too."""
    for code, name in (("91", "An Giang"), ("96", "Cà Mau")):
        if not Division.objects.filter(level="COMMUNE", parent__code=code, valid_until=None).exists():
            above = make.province(name, code)
            for number in range(10):
                at = Point(104.9 + number / 100, 9.5 + number / 100, srid=4326)
                make.commune(f"Mẫu {'ABCDEFGHIK'[number]}", f"{code}{number:03d}", "xã", above, location=at)
    rows = list(sample.places(ROWS))
    for number, row in enumerate(rows):
        row[sample.HEADER.index("Chủ thể")] = f"HTX mẫu {number}" if number % 10 == 0 else None
    return check(receive(None, "places", "mẫu.xlsx", files.xlsx(sample.table(rows)), sample.SOURCE))


def written(batch: Import) -> tuple[int, int, int, int]:
    """What there is of an import: places, producers, history, rows marked as applied."""
    return (
        Place.objects.filter(name__startswith="Điểm bán mẫu").count(),
        Producer.objects.filter(name__startswith="HTX mẫu").count(),
        RecordVersion.objects.filter(batch=batch.audit_batch).count(),
        batch.rows.filter(applied=True).count(),
    )


def forget(batch: Import) -> None:
    """Make the import one that isn't applied again."""
    Place.objects.all().delete()
    Producer.objects.all().delete()
    RecordVersion.objects.all().delete()
    batch.rows.update(applied=False, record=None)
    Import.objects.filter(pk=batch.pk).update(state=Import.State.CHECKED)


def killed_at(batch: Import, delay: float) -> None:
    """Apply the import in a process of its own and kill it ``delay`` seconds after it begins."""
    command = [sys.executable, "-c", APPLY, str(connection.settings_dict["NAME"]), str(batch.pk)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**_environment(), "PYTHONPATH": str(ROOT)}
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait(30)


def _environment() -> dict[str, str]:
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "ocopmap.settings"}


def all_or_nothing(batch: Import, tries: int) -> None:
    whole = (ROWS, ROWS // 10, ROWS + ROWS // 10, ROWS)
    seen = set()
    for number in range(tries):
        # The first is killed before it can write anything, the others at any moment.
        killed_at(batch, random.uniform(0, 1.5) if number else 0)
        # The database notices the lost connection at its next word; until then its transaction isn't seen by anybody.
        deadline = time.monotonic() + 30
        while _busy() and time.monotonic() < deadline:
            time.sleep(0.05)
        batch.refresh_from_db()
        found = written(batch)
        seen.add(found)
        if batch.state == Import.State.APPLIED:
            assert found == whole
            forget(batch)
        else:
            assert (batch.state, found) == (Import.State.CHECKED, (0, 0, 0, 0))
    apply_import(None, "đến cùng", batch)
    assert written(batch) == whole
    assert (0, 0, 0, 0) in seen


def _busy() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND state <> 'idle'"
        )
        return bool(cursor.fetchone()[0])


def test_a_killed_import_leaves_all_or_nothing(batch: Import) -> None:
    all_or_nothing(batch, 3)


@pytest.mark.long
def test_an_import_killed_fifty_times_leaves_all_or_nothing_each_time(batch: Import) -> None:
    all_or_nothing(batch, 50)


def test_an_import_applied_twice_at_once_is_applied_once(batch: Import) -> None:
    outcomes: list[str] = []

    def apply() -> None:
        try:
            apply_import(None, "hai lần", Import.objects.get(pk=batch.pk))
            outcomes.append("applied")
        except Conflict:
            outcomes.append("conflict")
        finally:
            connection.close()

    threads = [threading.Thread(target=apply) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["applied", "conflict", "conflict"]
    assert written(batch)[0] == ROWS


def test_saves_of_others_do_not_wait_for_an_import(batch: Import) -> None:
    over = threading.Event()
    apply_import(None, "trước", batch)
    rows = list(sample.places(ROWS))  # before a commune more: they go round among the communes there are
    others = [make.place(f"Nơi khác {number}") for number in range(20)]
    for row in rows:
        row[sample.HEADER.index("Điện thoại")] = "0912 000 000"
    changing = check(receive(None, "places", "sửa.xlsx", files.xlsx(sample.table(rows)), sample.SOURCE))
    left = changing.rows.exclude(verdict="changed").values("number", "verdict", "problems", "candidates", "cells")[:3]
    assert (list(left), changing.counts["changed"]) == ([], ROWS)
    saves: list[int] = []

    def save() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = %s", [SLOWEST_SAVE_MS])
        try:
            while not over.is_set() or len(saves) < 5:
                place = others[len(saves) % len(others)]
                save_place(None, "lưu tay", {"phone": f"09{len(saves):08d}"}, place=Place.objects.get(pk=place.pk))
                saves.append(place.pk)
        finally:
            connection.close()

    errors: list[BaseException] = []

    def guarded() -> None:
        try:
            save()
        except BaseException as error:  # a failed assertion of a thread would be lost
            errors.append(error)

    thread = threading.Thread(target=guarded)
    thread.start()
    try:
        apply_import(None, "trong lúc đó", changing)
    finally:
        over.set()
        thread.join()
    assert errors == []
    assert len(saves) >= 5
