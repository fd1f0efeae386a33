"""The SQL of a room: one bound statement a file in its folder ``sql/``."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import connection


class SqlFiles:
    """The statements in the folder ``sql/`` beside ``module`` (a ``__file__``), each read once."""

    def __init__(self, module: str) -> None:
        self._folder = Path(module).parent / "sql"
        self._read: dict[str, str] = {}

    def statement(self, name: str) -> str:
        """Return the text of ``sql/<name>.sql``."""
        if name not in self._read:
            self._read[name] = (self._folder / f"{name}.sql").read_text(encoding="utf-8")
        return self._read[name]

    def rows(self, name: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run ``sql/<name>.sql`` with its named parameters and return all rows. Raises: django.db.DatabaseError."""
        with connection.cursor() as cursor:
            cursor.execute(self.statement(name), dict(parameters))
            return list(cursor.fetchall())
