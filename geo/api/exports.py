"""Whole selections as tables: CSV and XLSX, streamed from the database in the order of the list."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import FloatField, Func, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _

from geo.api import csv_writer, paging, xlsx_writer
from geo.api.asking import Ask
from geo.api.compression import compress_stream
from geo.api.counting import more_than
from geo.api.formats import CSV
from geo.api.ordering import ordered
from geo.spatial import calendar
from geo.spatial import parameters as parse
from geo.spatial.collections import Collection, Field
from geo.spatial.problems import InvalidParameter

MOST_ROWS = 100_000
_CHUNK = 2000


def export(ask: Ask, collection: Collection[Any], asked: Any) -> StreamingHttpResponse:
    """Return the whole selection, or its first ``limit`` features.

    Raises: InvalidParameter when there are more than ``MOST_ROWS`` and no ``limit`` says that fewer will do.
    """
    if parse.single(ask.query, "cursor") is not None:
        raise InvalidParameter("cursor", _("A table is sent whole: “cursor” can't be used with it."))
    paging.crs(ask.query)
    limit = paging.limit(ask.query, MOST_ROWS)
    rows = collection.select(asked)
    fields = [one for one in paging.fields(collection, asked, ask.query) if one.tabular]
    sorts = paging.sorts(collection, tuple(collection.order(asked)), parse.single(ask.query, "sortby"))
    if limit is None and more_than(rows, MOST_ROWS):
        raise InvalidParameter("f", _too_many(collection.count(asked) if collection.count else None))
    # Without a limit the table is cut off where the check above ends: rows may have been added since.
    wanted = ordered(_columns(collection, rows, fields), sorts)[: limit or MOST_ROWS]
    located = collection.geometry is not None
    names = ["id", *(["longitude", "latitude"] if located else []), *(one.name for one in fields)]
    table = (row if located else (row[0], *row[3:]) for row in wanted.iterator(_CHUNK))
    response = _response(ask, collection, fields, names, located, table)
    name = f"ocopmap-{collection.id}-{calendar.today().isoformat()}.{ask.format.name}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _too_many(count: int | None) -> str:
    """Say that a selection has too many rows, and how many if that is known."""
    if count is None:
        return _(
            "This selection has more than %(most)d rows, the most a table takes. Narrow the filter, or give “limit”."
        ) % {"most": MOST_ROWS}
    return _("This selection has %(count)d rows, a table %(most)d at most. Narrow the filter, or give “limit”.") % {
        "count": count,
        "most": MOST_ROWS,
    }


def _columns(collection: Collection[Any], rows: QuerySet[Any], fields: Sequence[Field]) -> QuerySet[Any, Any]:
    """Return id, longitude, latitude (of a point inside, for areas) and the fields, under names no model has."""
    columns: dict[str, Any] = {f"_field{place}": one.value() for place, one in enumerate(fields)}
    if collection.geometry is not None:
        point = Func(collection.geometry, function="ST_PointOnSurface")
        for axis in ("X", "Y"):
            degrees = Func(point, function=f"ST_{axis}", output_field=FloatField())
            columns[f"_{axis}"] = Func(
                degrees, template="round((%(expressions)s)::numeric, 6)::float8", output_field=FloatField()
            )
    else:
        columns |= {"_X": Value(None, FloatField()), "_Y": Value(None, FloatField())}
    annotated = rows.annotate(_id=Cast(collection.id_field, TextField()), **columns)
    columns_of_row: QuerySet[Any, Any] = annotated.values_list(
        "_id", "_X", "_Y", *(f"_field{place}" for place in range(len(fields)))
    )
    return columns_of_row


def _response(
    ask: Ask,
    collection: Collection[Any],
    fields: Sequence[Field],
    names: list[str],
    located: bool,
    table: Iterator[Sequence[Any]],
) -> StreamingHttpResponse:
    if ask.format is CSV:
        chunks = csv_writer.rows_as_csv(names, table)
        if not ask.encoding:
            return StreamingHttpResponse(chunks, content_type=CSV.content_type)
        packed = StreamingHttpResponse(compress_stream(chunks, ask.encoding), content_type=CSV.content_type)
        packed.headers["Content-Encoding"] = ask.encoding
        return packed
    position = [_("longitude"), _("latitude")] if located else []
    header = [_("record number"), *position, *(str(one.title) for one in fields)]
    about = [
        (_("Source"), "ocopmap"),
        (_("Address of this selection"), ask.here()),
        (_("Made on"), calendar.today()),
        *((name, title) for name, title in zip(names, header, strict=True)),
    ]
    chunks = xlsx_writer.workbook(str(collection.title), header, table, _("About this file"), about)
    return StreamingHttpResponse(chunks, content_type=ask.format.content_type)
