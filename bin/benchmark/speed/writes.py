"""Run in a process of its own, on a database made for it: saves while 10,000 rows come in, and 20 writers at once.

Prints JSON: ms of saves on a quiet database and during the import, seconds of the import, and what 20 writers met.
"""

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


def _import() -> None:
    """Bring in 10,000 places with a product each in one transaction, in bulk; print what became of it."""
    from django.db import transaction

    from geo.access.history import audit
    from geo.places.models import Place, PlaceProduct

    report: dict[str, Any] = {}
    began = time.monotonic()
    try:
        with audit(None, "bench: import"), transaction.atomic():
            models = list(Place.objects.filter(location__isnull=False).order_by("pk")[:ROWS])
            first = list(PlaceProduct.objects.values_list("product_id", flat=True).distinct()[:ROWS])
            fields = [one for one in Place._meta.concrete_fields if not one.generated]
            copies = [
                Place(**{one.attname: getattr(old, one.attname) for one in fields if _copied(one.attname)})
                for old in models
            ]
            for number, copy in enumerate(copies):
                copy.name = f"{copy.name} {number}"
                copy.external_id = f"bench-{number}"
            made = Place.objects.bulk_create(copies, batch_size=1000)
            PlaceProduct.objects.bulk_create(
                [
                    PlaceProduct(place=place, product_id=first[number % len(first)], role="sells")
                    for number, place in enumerate(made)
                ],
                batch_size=2000,
            )
            report["written_s"] = time.monotonic() - began
        report["committed_s"] = time.monotonic() - began
    except Exception as error:
        report["import_error"] = f"{type(error).__name__}: {error}"
    json.dump(report, sys.stdout)


def _copied(name: str) -> bool:
    return name not in {"id", "public_id", "version", "created_at", "updated_at", "photo", "moved_to_id", "status"}


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
    during: list[float] = []
    while importer.poll() is None:
        during.append(_save(pks[len(during) % len(pks)], f"07{len(during):08}"))
        time.sleep(PAUSE_S)
    report |= json.loads(importer.communicate()[0]) | {"during_ms": during}
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
