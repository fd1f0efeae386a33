"""The order of features, and what comes behind a feature in it."""

from collections.abc import Sequence
from typing import Any

from django.db.models import BooleanField, Expression, OrderBy, QuerySet

from geo.api.paging import Sort


class After(Expression):
    """SQL condition: the row sorts behind the one with these keys."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, sorts: tuple[Sort, ...], keys: tuple[str, ...]) -> None:
        super().__init__()
        self.parts: list[Any] = [one.expression for one in sorts]
        self.descending = [one.descending for one in sorts]
        self.keys = list(keys)

    def get_source_expressions(self) -> list[Any]:
        """Return the parts to resolve."""
        return self.parts

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        """Take the resolved parts."""
        self.parts = list(exprs)

    def as_sql(self, compiler: Any, _connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        """Return SQL and parameters."""
        compiled = [compiler.compile(part) for part in self.parts]
        if len(set(self.descending)) == 1:
            # One row comparison, which an index on these columns answers.
            columns = ", ".join(sql for sql, _own in compiled)
            operator = "<" if self.descending[0] else ">"
            params = [value for _sql, own in compiled for value in own]
            return f"({columns}) {operator} ({', '.join(['%s'] * len(self.keys))})", [*params, *self.keys]
        alternatives, params = [], []
        for place, (sql, own) in enumerate(compiled):
            terms = []
            for earlier in range(place):
                terms.append(f"{compiled[earlier][0]} = %s")
                params += [*compiled[earlier][1], self.keys[earlier]]
            terms.append(f"{sql} {'<' if self.descending[place] else '>'} %s")
            params += [*own, self.keys[place]]
            alternatives.append(f"({' AND '.join(terms)})")
        return f"({' OR '.join(alternatives)})", params


def ordered(rows: QuerySet[Any], sorts: Sequence[Sort]) -> QuerySet[Any]:
    """Return ``rows`` in the order of ``sorts``."""
    return rows.order_by(*(OrderBy(one.expression, descending=one.descending) for one in sorts))
