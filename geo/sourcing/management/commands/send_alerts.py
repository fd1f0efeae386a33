"""``manage.py send_alerts``: mail the owners of watched searches what is new, and requests that could not be sent."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from geo.access import outbox
from geo.sourcing.quotations.erasing import erase_unconfirmed
from geo.sourcing.quotations.mailing import tell_suppliers, unsent
from geo.sourcing.watching.alerting import alert
from geo.sourcing.watching.services import sweep

MOST_MAILS, MOST_SECONDS = 5_000, 1_800.0


class Command(BaseCommand):
    """Run it once a day or more often: what was said is not said again."""

    help = (
        "Mails what is new in watched searches, each thing once, and sends requests for quotation that failed before."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask for nothing but a rehearsal."""
        parser.add_argument("--dry-run", action="store_true", help="only say what would be sent")

    def handle(self, *args: Any, **options: Any) -> None:
        """Send and count. Raises: CommandError when links in mails could not lead anywhere, or a mail failed."""
        dry_run = options["dry_run"]
        if not settings.PUBLIC_URL and not dry_run:
            raise CommandError("set OCOPMAP_PUBLIC_URL: the mails have links")
        requests = unsent()
        sent = 0 if dry_run else sum(tell_suppliers(one, settings.PUBLIC_URL) for one in requests)
        swept = 0 if dry_run else sweep() + erase_unconfirmed()
        counts = alert(settings.PUBLIC_URL, dry_run=dry_run)
        if dry_run:
            self.stdout.write("dry run: nothing is sent, nothing has changed")
        self.stdout.write(
            f"{counts.watched} searches: {counts.mailed} with news, {counts.same} unchanged, {counts.ended} over, "
            f"{counts.postponed} postponed, {counts.failed} failed"
        )
        self.stdout.write(f"{swept} erased that nobody confirmed")
        self.stdout.write(f"{len(requests)} requests for quotation waited: {sent} quotations written")
        if dry_run:
            return
        mails = outbox.deliver(MOST_MAILS, MOST_SECONDS, only_due=False)
        self.stdout.write(f"mails: {mails.sent} sent, {mails.failed} failed, {mails.given_up} given up")
        if counts.failed or mails.failed or mails.given_up:
            raise CommandError("not everything could be done; what failed is tried again next time")
