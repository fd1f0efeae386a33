"""Run in the project's own Python: say what is wrong with the settings, then which database this is.

Prints lines ``error: …`` and ``warning: …``, and at the end ``database: <moment of its first migration>``, which tells
one database from another (empty for a new one).
"""

import os
import sys
from pathlib import Path
from typing import Any


def _passes(messages: list[Any]) -> bool:
    """Print the messages of Django's checks that were not printed before; tell whether none is an error."""
    for message in messages:
        line = f"{'error' if message.is_serious() else 'warning'}: {message.msg}"
        if line not in _printed:
            print(line)
            _printed.add(line)
    return not any(message.is_serious() for message in messages)


_printed: set[str] = set()


def main() -> int:
    """Return 1 when the settings can't be used or the database can't be reached."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ocopmap.settings")
    sys.path.insert(0, str(Path.cwd()))
    import django

    django.setup()
    from django.core import checks
    from django.db import OperationalError, connection

    if not _passes(checks.run_checks(tags=["settings"])):  # first: the other checks may need the database
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
    if not _passes(checks.run_checks()):
        return 1
    print(f"database: {applied}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
