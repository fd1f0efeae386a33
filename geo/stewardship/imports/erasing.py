"""Erasing what an import holds of people: the file and what its rows say. What it did, when and by whom, stays."""

from datetime import timedelta

from django.db import transaction

from geo.spatial import calendar
from geo.stewardship.imports.models import Import, ImportFile, ImportRow

KEPT_DAYS = 180
"""Days after which the files of imports are erased by themselves."""


@transaction.atomic
def erase(batch: Import) -> None:
    """Erase the file and the contents of the rows; which row became which record stays for the audit trail."""
    ImportFile.objects.filter(batch=batch).delete()
    ImportRow.objects.filter(batch=batch).update(cells=[], wanted={}, changes={}, problems=[], notes=[], candidates=[])
    batch.erased_at, batch.answers = calendar.now(), {}
    batch.save(update_fields=["erased_at", "answers"])


def erase_old(days: int = KEPT_DAYS) -> int:
    """Erase the imports older than ``days``; return how many."""
    before = calendar.now() - timedelta(days=days)
    old = list(Import.objects.filter(created_at__lt=before, erased_at__isnull=True))
    for batch in old:
        erase(batch)
    return len(old)
