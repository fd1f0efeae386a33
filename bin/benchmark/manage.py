"""The service's ``manage.py`` with one command more, ``tables_of_peers``: what the peers read, made and measured."""

import os
import sys
from pathlib import Path

TABLES = Path(__file__).with_name("peers") / "tables.sql"


def tables_of_peers() -> None:
    """Make the tables of the peers, then let PostgreSQL tidy and measure every table."""
    import django

    django.setup()
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '256MB'")
        cursor.execute(TABLES.read_text(encoding="utf-8"))
        cursor.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ocopmap.settings")
    if sys.argv[1] == "tables_of_peers":
        tables_of_peers()
    else:
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)
