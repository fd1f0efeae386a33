"""``manage.py erase_old``: erase imports and answered reports that are past their keeping time. Run it daily."""

from typing import Any

from django.core.management.base import BaseCommand

from geo.stewardship.erasing.old import erase_old


class Command(BaseCommand):
    """Safe to run again at any time."""

    help = "Erases files and rows of imports after 180 days, and what people said or asked a year after its end."

    def handle(self, *args: Any, **options: Any) -> None:
        """Erase and say how many."""
        for kind, number in erase_old().items():
            self.stdout.write(f"{kind}: {number} erased")
