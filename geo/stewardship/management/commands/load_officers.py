"""Load officers, their roles and divisions from a table."""

import csv
import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from geo.access import invitations
from geo.spatial import calendar
from geo.stewardship.imports.reading.reader import read
from geo.stewardship.imports.reading.refusals import FileRefused
from geo.stewardship.officer_loading import Report, load
from geo.stewardship.officer_rows import read_table

FORMULA = ("=", "+", "-", "@", "\t")


class Command(BaseCommand):
    """Idempotent; wrong rows are told with row and column, the others go in."""

    help = (
        "Load officers from CSV, XLSX, XLS or ODS with the columns họ tên, e-mail, vai trò, đơn vị (codes or names, old"
        " or new, parted by ;), công bố ngay, mã chủ thể. Prints an invitation link for each new person."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the file and where links go."""
        parser.add_argument("file", type=Path, help="the table to read")
        parser.add_argument("--dry-run", action="store_true", help="check and report, and change nothing")
        parser.add_argument(
            "--invitations", type=Path, help="write the links into this new CSV file (only you can read it)"
        )
        parser.add_argument("--site", default="", help="address of the site in the links (default: OCOPMAP_PUBLIC_URL)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, load, report."""
        path: Path = options["file"]
        try:
            sheets = read(path.read_bytes(), path.name)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from None
        except FileRefused as refused:
            raise CommandError(f"{path}: can't be read ({refused.code})") from None
        target: Path | None = options["invitations"]
        if target is not None and target.exists():
            raise CommandError(f"{target} exists already; links are written into a new file only")
        report = load(read_table(sheets), path.name, dry_run=options["dry_run"])
        self._report(report, options["dry_run"])
        if not options["dry_run"] and report.invited:
            site = options["site"] or settings.PUBLIC_URL or "http://127.0.0.1:8000"
            self._links(report, site, target)
        if report.wrong and not (report.assignments.new or report.assignments.changed or report.assignments.same):
            raise CommandError("no row could be used")

    def _report(self, report: Report, dry_run: bool) -> None:
        for what, counts in (("people", report.people), ("roles", report.assignments)):
            self.stdout.write(f"{what}: {counts.new} new, {counts.changed} changed, {counts.same} same")
        self.stdout.write(f"rows: {len(report.wrong)} refused")
        for wrong in report.wrong:
            self.stdout.write(f"  dòng {wrong.row}{f', cột {wrong.column}' if wrong.column else ''}: {wrong.message}")
        if dry_run:
            self.stdout.write("dry run, nothing was changed")

    def _links(self, report: Report, site: str, target: Path | None) -> None:
        until = (calendar.now() + invitations.LASTS).strftime("%d/%m/%Y")
        rows = [(str(user), user.email, invitations.link(token, site), until) for user, token in report.invited]
        if target is None:
            self.stdout.write(f"invitations, each good once until {until}:")
            for name, email, link, _until in rows:
                self.stdout.write(f"  {name} <{email}> {link}")
            return
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8-sig") as file:
            writer = csv.writer(file)
            writer.writerow(["họ tên", "e-mail", "đường dẫn mời (dùng một lần)", "đến ngày"])
            writer.writerows([_cell(text) for text in row] for row in rows)
        self.stdout.write(f"{len(rows)} invitations, each good once until {until}, in {target}")


def _cell(text: str) -> str:
    """A cell that a spreadsheet can't take for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text
