"""Do the job that somebody asked for an import: started by the screen, so that no request lasts as long."""

import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation

from geo.stewardship.imports import jobs

NICE = 5
"""Requests go first."""


class Command(BaseCommand):
    """``manage.py run_import ID``."""

    help = "Check, apply or take back an import, as was asked for on screen."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add which import, and the language of whoever asked."""
        parser.add_argument("import_id", type=int)
        parser.add_argument("--language", default=settings.LANGUAGE_CODE)

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the job."""
        os.nice(NICE)
        with translation.override(options["language"]):
            jobs.run(options["import_id"])
