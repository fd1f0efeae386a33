"""The SQL of imports: one bound statement a file in ``sql/``."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection

_FOLDER = Path(__file__).parent / "sql"


@cache
def statement(name: str) -> str:
    """Return the text of ``sql/<name>.sql``."""
    return (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")


def rows(name: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Run ``sql/<name>.sql`` and return all rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement(name), dict(parameters))
        return list(cursor.fetchall())
