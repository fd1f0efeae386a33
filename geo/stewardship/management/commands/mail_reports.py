"""``manage.py mail_reports``: tell officers of the reports that nobody was told about, one mail each."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from geo.access import outbox
from geo.stewardship import notices

MOST_MAILS, MOST_SECONDS = 1_000, 600.0


class Command(BaseCommand):
    """Run it once a day when ``OCOPMAP_REPORT_MAIL`` is ``digest``; it also sends what failed before."""

    help = "Mails officers about new reports of the public in their area, one mail each."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask for nothing but a rehearsal."""
        parser.add_argument("--dry-run", action="store_true", help="only say how many reports wait")

    def handle(self, *args: Any, **options: Any) -> None:
        """Send and say how many. Raises: CommandError when links in mails could not lead anywhere."""
        reports = notices.waiting()
        if options["dry_run"]:
            self.stdout.write(f"{len(reports)} reports wait")
            return
        if not notices.configured():
            self.stdout.write("no mail server is set (OCOPMAP_EMAIL_HOST): nothing sent")
            return
        if not settings.PUBLIC_URL:
            raise CommandError("set OCOPMAP_PUBLIC_URL: the mail has links to the desk")
        self.stdout.write(f"{notices.mail(reports, settings.PUBLIC_URL)} mails about {len(reports)} reports")
        mails = outbox.deliver(MOST_MAILS, MOST_SECONDS, only_due=False)
        self.stdout.write(f"mails: {mails.sent} sent, {mails.failed} failed, {mails.given_up} given up")
