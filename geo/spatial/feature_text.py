"""The GeoJSON text of a feature, built by the database from the field table of its collection."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Expression, F, TextField

from geo.spatial.collections import Collection, Field

DECIMALS = 6
"""Decimals of a degree in coordinates: 0.1 m."""


class FeatureText(Expression):
    """SQL for the GeoJSON text of one row: id, geometry and the properties in the order of the field table."""

    output_field = TextField()

    def __init__(
        self, names: tuple[str, ...], identifier: Any, geometry: Any | None, properties: tuple[Any, ...]
    ) -> None:
        super().__init__()
        self.names = names
        self.has_geometry = geometry is not None
        self.parts: list[Any] = [identifier, *properties, *([geometry] if geometry is not None else [])]

    @classmethod
    def of(cls, collection: Collection[Any], fields: Sequence[Field]) -> "FeatureText":
        """Return the text of a collection's feature with these fields."""
        return cls(
            tuple(one.name for one in fields),
            F(collection.id_field),
            None if collection.geometry is None else F(collection.geometry),
            tuple(one.value() for one in fields),
        )

    def get_source_expressions(self) -> list[Any]:
        """Return the parts to resolve."""
        return self.parts

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        """Take the resolved parts."""
        self.parts = list(exprs)

    def as_sql(self, compiler: Any, _connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        """Return SQL and parameters."""
        compiled = [compiler.compile(part) for part in self.parts]
        params: list[Any] = []
        geometry = "'null'"
        identifier, id_params = compiled[0]
        params += id_params
        if self.has_geometry:
            column, geometry_params = compiled[-1]
            geometry = f"coalesce(ST_AsGeoJSON({column}, {DECIMALS}), 'null')"
            params += geometry_params
        properties, own_params = _object(self.names, compiled[1:])
        params += own_params
        return (
            f'\'{{"type":"Feature","id":\' || to_json(({identifier})::text)::text'
            f" || ',\"geometry\":' || {geometry} || ',\"properties\":' || {properties} || '}}'",
            params,
        )


class MembersText(FeatureText):
    """SQL for the properties of one row alone, as the text of a JSON object: what ``whole`` puts behind others."""

    def __init__(self, fields: Sequence[Field]) -> None:
        super().__init__(tuple(one.name for one in fields), F("pk"), None, tuple(one.value() for one in fields))

    def as_sql(self, compiler: Any, _connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        """Return SQL and parameters."""
        return _object(self.names, [compiler.compile(part) for part in self.parts[1:]])


def whole(feature: str, members: str) -> str:
    """Return SQL for the text of a feature with more properties: what ``FeatureText`` of all of them gives."""
    return f"left({feature}, -2) || ', ' || substr({members}, 2) || '}}'"


def _object(names: Sequence[str], compiled: Sequence[tuple[str, Any]]) -> tuple[str, list[Any]]:
    """Return SQL for the text of a JSON object, with its parameters."""
    pairs, params = [], []
    for name, (sql, own_params) in zip(names, compiled, strict=False):
        if not name.isidentifier():
            raise ValueError(f"{name!r} is no name for a property")
        pairs.append(f"'{name}', {sql}")
        params += own_params
    # A function takes 100 arguments at most: longer tables are built in pieces and joined.
    pieces = [f"json_build_object({', '.join(pairs[at : at + 50])})::text" for at in range(0, len(pairs) or 1, 50)]
    whole = pieces[0]
    for piece in pieces[1:]:
        whole = f"left({whole}, -1) || ', ' || substr({piece}, 2)"
    return whole, params
