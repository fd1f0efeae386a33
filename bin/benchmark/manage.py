"""The service's ``manage.py`` with two commands more.

``tables_of_peers`` makes what the peers read; ``housekeeping`` does what the service does by itself in the course of a
day, at once: it rolls the day and stores the texts of features.
"""

import os
import sys
from pathlib import Path

TABLES = Path(__file__).with_name("peers") / "tables.sql"


def tables_of_peers() -> None:
    """Make the tables of the peers."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '256MB'")
        cursor.execute(TABLES.read_text(encoding="utf-8"))


def housekeeping() -> None:
    """Roll the day and store missing texts; after many of them let PostgreSQL tidy and measure every table."""
    from django.core.management import call_command
    from django.db import connection

    from geo.places.feature_texts import fill_features

    call_command("roll_day")
    if fill_features():
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


OWN = {"tables_of_peers": tables_of_peers, "housekeeping": housekeeping}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ocopmap.settings")
    if sys.argv[1] in OWN:
        import django

        django.setup()
        OWN[sys.argv[1]]()
    else:
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)
