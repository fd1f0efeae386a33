"""``manage.py deliver_mail``: try the mails that could not be sent at once and are due again."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from geo.access import outbox
from geo.access.models import OutgoingMail

MOST, MOST_SECONDS = 1_000, 600.0


class Command(BaseCommand):
    """Run it every few minutes; several at once don't send anything twice."""

    help = "Sends mail that waits: what a server was stopped over, and what failed before and is due again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask whether pauses count, and for a rehearsal."""
        parser.add_argument("--now", action="store_true", help="also what failed a moment ago")
        parser.add_argument("--dry-run", action="store_true", help="only say how many mails wait")

    def handle(self, *args: Any, **options: Any) -> None:
        """Send and count. Raises: CommandError when a mail failed."""
        if not options["dry_run"]:
            mails = outbox.deliver(MOST, MOST_SECONDS, only_due=not options["now"])
            self.stdout.write(f"mails: {mails.sent} sent, {mails.failed} failed, {mails.given_up} given up")
        self.stdout.write(f"{OutgoingMail.objects.count()} wait")
        if not options["dry_run"] and (mails.failed or mails.given_up):
            raise CommandError("not every mail could be sent; what failed is tried again")
