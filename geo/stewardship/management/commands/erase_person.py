"""``manage.py erase_person``: erase what is personal of a producer, of somebody who signs in, reports or buys."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from geo.access.backends import named
from geo.catalog.models import Producer
from geo.spatial import public_ids
from geo.spatial.problems import Problem
from geo.stewardship.erasing.people import Erased, erase_buyer, erase_producer, erase_report, erase_user
from geo.stewardship.models import Report


class _DryRun(Exception):
    """Ends a dry run by rolling its transaction back."""


class Command(BaseCommand):
    """One person at a time. Backups made before still hold the data: erase those by your own rules."""

    help = "Erases somebody's personal data from records, history, imports, photos and reports; what happened stays."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask whom, and what else names them."""
        whom = parser.add_mutually_exclusive_group(required=True)
        whom.add_argument("--producer", metavar="ID", help="public id of a household producer")
        whom.add_argument("--user", metavar="NAME", help="user name or e-mail of somebody who signs in")
        whom.add_argument("--report", metavar="NUMBER", help="number of a report of the public")
        whom.add_argument("--buyer", metavar="EMAIL", help="e-mail of requests for quotation and watched searches")
        parser.add_argument(
            "--also", action="append", default=[], metavar="WORDS", help="further words to erase wherever they stand"
        )
        parser.add_argument("--dry-run", action="store_true", help="do it, say what was done, and take it back")

    def handle(self, *args: Any, **options: Any) -> None:
        """Erase and report. Raises: CommandError when there is nobody like that."""
        try:
            with transaction.atomic():
                done = self._erase(options)
                if options["dry_run"]:
                    raise _DryRun
        except _DryRun:
            self.stdout.write("dry run: nothing has changed")
        except Problem as problem:
            raise CommandError(problem.message) from None
        self.stdout.write(f"{done.rows} rows, {done.imports} imports erased")
        for where, number in done.left.items():
            self.stdout.write(f"still there, look yourself: {where} ({number} rows)")

    def _erase(self, options: dict[str, Any]) -> Erased:
        also = options["also"]
        if options["producer"]:
            producer = Producer.objects.filter(public_id=public_ids.parse(options["producer"])).first()
            if producer is not None:
                return erase_producer(producer, also)
        elif options["user"]:
            user = named(options["user"])
            if user is not None:
                return erase_user(user, also)
        elif options["buyer"]:
            return erase_buyer(options["buyer"], also)
        else:
            report = Report.objects.filter(public_id=public_ids.parse(options["report"])).first()
            if report is not None:
                return erase_report(report, also)
        raise CommandError("there is nobody with this number or name")
