"""Run in a process of its own, on a database made for it: saves while 10,000 rows come in, and 20 writers at once.

Prints JSON: ms of saves on a quiet database and during the import, seconds of the import, and what 20 writers met.
"""

import csv
import io
import json
import random
import subprocess
import sys
import threading
import time
from typing import Any

import django

ROWS, WRITERS, SAVES_EACH = 10_000, 20, 15
QUIET = 40
PAUSE_S = 0.05
HEADER = ("Tên địa điểm", "Loại địa điểm", "Tỉnh", "Xã", "Địa chỉ", "Vĩ độ", "Kinh độ", "Điện thoại")


def _table() -> bytes:
    """Return a table of places that don't exist, as an office might fill it in: a point of sale in each row."""
    from geo.divisions.selectors import communes, province_by_code
    from geo.places.models import Place

    codes = Place.objects.values_list("province__code", flat=True).distinct()
    where = [one for code in sorted(codes) for one in communes(province_by_code(code)) if one.location is not None]
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(HEADER)
    for number in range(ROWS):
        home, step = where[number % len(where)], (number // len(where)) * 0.0007
        at = f"{home.location.y + step:.6f}", f"{home.location.x + step:.6f}"
        name = f"Điểm bán nhập thử {number:05}"
        rows.writerow(
            [name, "Điểm bán", home.parent.full_name, home.full_name, f"Số {number}", *at, f"0297 3{number:06}"]
        )
    return text.getvalue().encode("utf-8-sig")


def _import() -> None:
    """Bring in 10,000 new places as an officer does: check a table, say so, apply it in one transaction."""
    from geo.stewardship.imports.applying import apply_import
    from geo.stewardship.imports.checking import check, receive

    report: dict[str, Any] = {}
    try:
        batch = check(receive(None, "places", "thu.csv", _table(), "bench"))
        print("checked", flush=True)
        began = time.monotonic()
        apply_import(None, "bench: import", batch)
        report |= {"committed_s": time.monotonic() - began, "written": batch.counts.get("new", 0)}
        if report["written"] < ROWS:
            report["import_error"] = f"only {report['written']} of {ROWS} rows went in"
    except Exception as error:
        report["import_error"] = f"{type(error).__name__}: {error}"
    print(json.dumps(report))


def _save(pk: int, phone: str) -> float:
    """Save a place through the service; return ms."""
    from geo.places.models import Place
    from geo.places.services import save_place

    began = time.perf_counter()
    save_place(None, "bench: save", {"phone": phone}, place=Place.objects.get(pk=pk))
    return (time.perf_counter() - began) * 1000


def _writer(pks: list[int], turn: int, errors: list[str], taken: list[float]) -> None:
    from django.db import connection

    chance = random.Random(turn)
    try:
        for number in range(SAVES_EACH):
            taken.append(_save(chance.choice(pks), f"09{turn:02}{number:06}"))
    except Exception as error:
        errors.append(f"{type(error).__name__}: {error}"[:300])
    finally:
        connection.close()


def main() -> None:
    """Measure and print."""
    from geo.places.models import Place

    pks = list(Place.objects.filter(kind="point_of_sale", name__contains="(mẫu").values_list("pk", flat=True)[:400])
    report: dict[str, Any] = {}
    report["quiet_ms"] = [_save(pks[turn % len(pks)], f"08{turn:08}") for turn in range(QUIET)]
    importer = subprocess.Popen([sys.executable, "-B", "-m", __spec__.name, "import"], stdout=subprocess.PIPE)
    assert importer.stdout is not None
    checked = importer.stdout.readline()
    during: list[float] = []
    while importer.poll() is None:
        during.append(_save(pks[len(during) % len(pks)], f"07{len(during):08}"))
        time.sleep(PAUSE_S)
    report |= json.loads(importer.stdout.read() or checked) | {"during_ms": during}
    errors: list[str] = []
    taken: list[float] = []
    few = pks[:60]
    writers = [threading.Thread(target=_writer, args=(few, turn, errors, taken)) for turn in range(WRITERS)]
    began = time.monotonic()
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    report |= {"writers_s": time.monotonic() - began, "writers_ms": taken, "writers_errors": errors}
    json.dump(report, sys.stdout)


if __name__ == "__main__":
    django.setup()
    _import() if sys.argv[1:] == ["import"] else main()
