"""All rows of a prepared statement with named parameters: they come as one text (JSON), in one row."""

import json
import re
from collections.abc import Mapping
from typing import Any

from geo.spatial.statements import Prepared

_PARAMETER = re.compile(r"%\((\w+)\)s|%%")


class PreparedRows:
    """A statement whose text names its parameters as ``%(name)s``, parsed and planned once by each session.

    ``types`` are those of the parameters, by name; ``columns`` is the number of columns. Values of the columns are what
    JSON makes of them: numbers, texts, booleans, lists and ``None``; dates are texts.
    """

    def __init__(self, purpose: str, sql: str, types: Mapping[str, str], columns: int) -> None:
        self.names = tuple(types)
        places = {name: f"${number}" for number, name in enumerate(self.names, 1)}
        text = _PARAMETER.sub(lambda found: places[found[1]] if found[1] else "%", sql)
        row = ", ".join(f"c{number}" for number in range(columns))
        wanted = f"SELECT json_agg(json_build_array({row}))::text FROM (\n{text}\n) AS answer ({row})"
        self.prepared = Prepared(purpose, wanted, tuple(types.values()))

    def rows(self, values: Mapping[str, Any]) -> list[list[Any]]:
        """Return all rows, in the order of the statement. Raises: django.db.DatabaseError."""
        found = self.prepared.first(*[values[name] for name in self.names])
        return json.loads(found[0]) if found and found[0] else []
