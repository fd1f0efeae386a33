"""Run in the project's own Python: say what is wrong with the settings, then which database this is.

Prints lines ``error: …`` and ``warning: …``, and at the end ``database: <moment of its first migration>``, which tells
one database from another (empty for a new one).
"""

import os
import sys
from pathlib import Path


def main() -> int:
    """Return 1 when the settings can't be used or the database can't be reached."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ocopmap.settings")
    sys.path.insert(0, str(Path.cwd()))
    import django

    django.setup()
    from django.core import checks
    from django.db import OperationalError, connection

    bad = 0
    for message in checks.run_checks():
        level = "error" if message.is_serious() else "warning"
        bad |= message.is_serious()
        print(f"{level}: {message.msg}")
    if bad:
        return 1
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass('django_migrations')")
            applied = ""
            if cursor.fetchone()[0]:
                cursor.execute("SELECT min(applied)::text FROM django_migrations")
                applied = cursor.fetchone()[0] or ""
    except OperationalError as error:
        print(f"error: the database can't be reached: {str(error).strip().splitlines()[0]}")
        return 1
    print(f"database: {applied}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
