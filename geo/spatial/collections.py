"""The registry of collections: what rooms publish, described once for JSON, CSV, XLSX, tiles, OpenAPI and forms.

A room fills in a ``Collection`` in its ``collection.py`` and registers it when Django starts; ``geo.api`` serves
whatever is registered and knows no room. Filters are values of the room's own type: the registry only passes them on.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Generic, Literal, TypeAlias, TypeVar

from django.db.models import Expression, F, QuerySet
from django.utils.functional import Promise

from geo.spatial.parameters import Query
from geo.spatial.tiles import Tile
from geo.spatial.writing import Writing

Text: TypeAlias = str | Promise
FieldType: TypeAlias = Literal["string", "integer", "number", "boolean", "date", "date-time", "array", "object"]
TileFormat: TypeAlias = Literal["mvt", "json"]

FilterT = TypeVar("FilterT")


@dataclass(frozen=True)
class Field:
    """One property of a feature, computed by the database.

    ``expression`` is evaluated on the collection's queryset; one that depends on the day is given as a function and
    made anew for every statement: read it through ``value()``. ``sortable`` fields may stand in ``sortby``; they must
    not be null, and sort by ``sort_expression`` when that differs (a folded name, say). ``tabular`` says whether it
    becomes a column of CSV and XLSX; lists and objects don't. ``item_only`` fields are left out of lists unless asked
    for with ``properties``.
    """

    name: str
    expression: Expression | F | Callable[[], Any]
    type: FieldType
    title: Text
    description: Text = ""
    format: str = ""
    enum: tuple[str, ...] = ()
    sortable: bool = False
    sort_expression: Expression | F | None = None
    tabular: bool = True
    item_only: bool = False

    def value(self) -> Expression | F:
        """Return the expression, as it is today."""
        expression: Expression | F = self.expression() if callable(self.expression) else self.expression
        return expression


@dataclass(frozen=True)
class Parameter:
    """One query parameter of a collection, for OpenAPI and for the check of unknown names.

    ``momentary``: the value may be ``now``, so that an answer holds for five minutes only.
    """

    name: str
    schema: Mapping[str, Any]
    description: Text
    example: str = ""
    momentary: bool = False


@dataclass(frozen=True)
class FacetValue:
    """One value of a facet with its count under the present filter; ``label`` in the active language."""

    value: str
    label: str
    count: int
    parent: str = ""
    selected: bool = False


class Given(float):
    """A number of a filter as it stands among the parameters of a statement: ``at`` is its place among such numbers."""

    at: int

    @classmethod
    def all(cls, numbers: Iterable[float]) -> "list[Given]":
        """Return numbers with their places."""
        found = [cls(number) for number in numbers]
        for at, one in enumerate(found):
            one.at = at
        return found


@dataclass(frozen=True)
class Narrow:
    """Narrow rows kept beside a collection's records, one for each, and the texts of features stored for them.

    - ``rows()``: those that match the filter, unordered; ``key`` names their column with the record's primary key.
    - ``columns``: the names of sort fields, of the id and of fields that the filter adds, each with its column there.
    - ``texts``: the table of stored texts, with the columns ``key``, ``shape`` and ``text``; a row
      with another shape is as good as none. A text is the feature with the default fields. Empty: there are none.
    - ``alike``: filters that are alike have one statement, in the same state of the data, but for the ``given``
      numbers, which stand in it as ``Given``. ``None``: nothing is known of that.
    """

    rows: Callable[[], QuerySet[Any]]
    key: str
    columns: Mapping[str, str]
    texts: str = ""
    shape: str = ""
    alike: Hashable = None
    given: Sequence[float] = ()


@dataclass(frozen=True)
class Nearest:
    """A page of stored texts by distance: the features' text, their number (one more than asked for when more follow).

    ``keys``: the primary keys of their records; ``stored``: how many of them have a text: the others are missing.
    """

    text: bytes
    count: int
    keys: Sequence[int]
    stored: int


@dataclass(frozen=True)
class Collection(Generic[FilterT]):
    """What is published at ``/api/collections/<id>``.

    - ``parse(query)`` turns query parameters into the room's filter value, or raises ``InvalidParameter``.
    - ``select(filter)`` returns the matching rows, unordered and unsliced.
    - ``narrow(filter)`` returns the same selection in narrow rows, for pages in an order they know; ``None``: it can't.
    - ``nearest(filter, limit, offset)`` returns a page by distance when the filter has a centre, from stored texts to
      which ``distance_m`` is added as the last property; ``None``: it can't.
    - ``one(id, filter)`` returns the rows a feature's id means, the best first, when that is more than the selected row
      with that id.
    - ``order(filter)`` names the expressions the filter asks to sort by (distance when it has a centre), or nothing.
      Such an order ends at ``ordered_limit`` features and excludes ``sortby``.
    - ``echo(filter)`` returns members added to every answer: what was understood, such as the rounded ``open_at``.
      A member with the name of a parameter takes its place in the links of the answer.
    - ``versions`` names the collections whose versions an answer depends on; its own changes are logged under
      ``logged_as``.
    - ``tile(filter, tile, format)`` returns one map tile: a Mapbox Vector Tile, or clusters as GeoJSON.
      ``tile_fields`` names the properties in a vector tile with their types.
    - ``count(filter)`` returns how many features match, exactly, or ``None`` when counting them all would take long.
    - ``summary(filter)`` returns named numbers that stand beside the facets, exact.
    - ``writing`` says what may be written; ``None``: nothing.
    - ``kept()`` returns rows that hold the whole features of records as text: ``id_field``, ``version`` (0 for records
      without one) and ``text``, the properties in the order of ``whole``. A record without a row is built. ``None``:
      none are kept, or they don't hold today. The texts are the same in every language.
    - ``geometry`` is the name of the geometry column or annotation (EPSG:4326), ``None`` for features without one.
    """

    id: str
    title: Text
    description: Text
    fields: tuple[Field, ...]
    parameters: tuple[Parameter, ...]
    parse: Callable[[Query], FilterT]
    select: Callable[[FilterT], QuerySet[Any]]
    versions: tuple[str, ...]
    geometry: str | None = "location"
    id_field: str = "public_id"
    version_field: str | None = None
    logged_as: str = ""
    default_sort: tuple[str, ...] = ()
    order: Callable[[FilterT], Sequence[Expression | F]] = field(default=lambda _filter: ())
    extra_fields: Callable[[FilterT], tuple[Field, ...]] = field(default=lambda _filter: ())
    ordered_limit: int = 1000
    echo: Callable[[FilterT], dict[str, Any]] = field(default=lambda _filter: {})
    facets: Callable[[FilterT], dict[str, list[FacetValue]]] | None = None
    summary: Callable[[FilterT], dict[str, int]] | None = None
    tile: Callable[[FilterT, Tile, TileFormat], bytes] | None = None
    tile_fields: Mapping[str, FieldType] = field(default_factory=dict)
    count: Callable[[FilterT], int | None] | None = None
    temporal_extent: tuple[datetime | None, datetime | None] = (None, None)
    page: Callable[[str], str] | None = None
    one: Callable[[str, FilterT], QuerySet[Any]] | None = None
    narrow: Callable[[FilterT], Narrow | None] = field(default=lambda _filter: None)
    nearest: Callable[[FilterT, int, int], Nearest | None] = field(default=lambda _filter, _limit, _offset: None)
    kept: Callable[[], QuerySet[Any] | None] = field(default=lambda: None)
    writing: Writing | None = None

    def listed_fields(self, asked: FilterT) -> tuple[Field, ...]:
        """Return the fields of a list when none are named, those that the filter adds last."""
        extra = self.extra_fields(asked)
        return (*self._listed, *(one for one in extra if not one.item_only)) if extra else self._listed

    @cached_property
    def _listed(self) -> tuple[Field, ...]:
        return tuple(one for one in self.fields if not one.item_only)

    @cached_property
    def whole(self) -> tuple[Field, ...]:
        """All fields as a single record has them: those of lists, then those that only single records have."""
        return (*self._listed, *(one for one in self.fields if one.item_only))

    @cached_property
    def parameter_names(self) -> tuple[str, ...]:
        """The names of the parameters that make the filter."""
        return tuple(one.name for one in self.parameters)

    @cached_property
    def momentary_names(self) -> tuple[str, ...]:
        """The names of the parameters that may mean the present moment."""
        return tuple(one.name for one in self.parameters if one.momentary)

    @cached_property
    def shows(self) -> tuple[str, ...]:
        """The names whose versions an answer depends on, its own among them."""
        return (*self.versions, self.logged_as or self.id)


_collections: dict[str, Collection[Any]] = {}


def register(collection: Collection[Any]) -> None:
    """Publish ``collection``. Raises ValueError when its id is taken."""
    if collection.id in _collections:
        raise ValueError(f"collection {collection.id} is registered twice")
    _collections[collection.id] = collection


def registered() -> tuple[Collection[Any], ...]:
    """Return all collections, in the order of registration."""
    return tuple(_collections.values())


def find(collection_id: str) -> Collection[Any] | None:
    """Return the collection with that id, if there is one."""
    return _collections.get(collection_id)
