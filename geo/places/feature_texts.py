"""The stored GeoJSON texts of places: how they are made, and when they are good.

A place has two: the feature as the items page writes it with the default fields, and the whole feature as its own
address gives it, the same with more properties behind. They are made together, and triggers drop both when anything
that one of them shows changes; ``fill_features`` makes those that are missing, after loads and from the day's
housekeeping.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from psycopg2.extensions import AsIs

from geo.places import marks
from geo.places.filters import PlaceFilter
from geo.places.models import Place
from geo.spatial import calendar
from geo.spatial.collections import Collection, Field
from geo.spatial.feature_text import FeatureText, MembersText, whole

BATCH = 2_000
"""Texts made in one statement: their marks are locked meanwhile, a second at most."""
_SOME_DAY = datetime(2000, 1, 3, 12, tzinfo=calendar.ZONE)
_NO_PLACE = -1
_MISSING = """
    SELECT mark.place_id, mark.folded, mark.public_id FROM places_mark AS mark
    WHERE (mark.folded, mark.public_id) > (%(folded)s, %(public_id)s) AND NOT EXISTS (
        SELECT FROM places_item AS item WHERE item.place_id = mark.place_id AND item.shape = %(whole_shape)s)
    ORDER BY mark.folded, mark.public_id LIMIT %(batch)s"""
_LOCKED = """
    SELECT place_id FROM places_mark WHERE place_id = ANY (%s) ORDER BY place_id FOR NO KEY UPDATE SKIP LOCKED"""
_OUTDATED = "DELETE FROM places_feature WHERE place_id = ANY (%(places)s) AND shape <> %(shape)s"
# A text of lists that is there is right, or a trigger would have dropped it.
_STORE = """
    WITH made AS MATERIALIZED (SELECT * FROM ({sql}) AS every WHERE places_rolled_day() = %(day)s),
    sorted AS MATERIALIZED (
        SELECT made.*, mark.public_id, mark.kind FROM made JOIN places_mark AS mark ON mark.place_id = made.id
        ORDER BY mark.folded, mark.public_id),
    listed AS (
        INSERT INTO places_feature (place_id, shape, text) SELECT id, %(shape)s, text FROM sorted
        ON CONFLICT (place_id) DO NOTHING)
    INSERT INTO places_item (place_id, public_id, kind, version, shape, text)
    SELECT id, public_id, kind, version, %(whole_shape)s, whole FROM sorted
    ON CONFLICT (place_id) DO UPDATE SET public_id = excluded.public_id, kind = excluded.kind,
        version = excluded.version, shape = excluded.shape, text = excluded.text"""


@dataclass(frozen=True)
class Texts:
    """How texts are made: ``sql`` reads id, version, text of lists and whole feature of the places ``%(places)s``.

    ``shape`` names how those of lists are made, ``whole_shape`` how both are; they are equal on every day.
    """

    sql: str
    shape: str
    whole_shape: str


def default_fields(collection: Collection[PlaceFilter]) -> tuple[Field, ...]:
    """Return the fields of a list when none are named."""
    return tuple(one for one in collection.fields if not one.item_only)


def texts() -> Texts:
    """Return how texts are made today."""
    return _texts(calendar.today())


@lru_cache(maxsize=4)
def _texts(_day: date) -> Texts:
    today = _sql(_columns())
    with calendar.at(_SOME_DAY):
        shapes = [hashlib.blake2b(_sql(one).encode(), digest_size=8).hexdigest() for one in (_listed(), _columns())]
    sql = (
        f"WITH part (id, text, version, members) AS MATERIALIZED ({today})"
        f" SELECT id, version, text, {whole('text', 'members')} AS whole FROM part"
    )
    return Texts(sql, *shapes)


def _collection() -> Collection[PlaceFilter]:
    from geo.places.collection import COLLECTIONS

    return COLLECTIONS[0]


def _listed() -> dict[str, Any]:
    """Return the text of lists, as it is made today."""
    return {"_feature": FeatureText.of(_collection(), default_fields(_collection()))}


def _columns() -> dict[str, Any]:
    """Return all that whole features are put together from, as it is made today."""
    more = MembersText([one for one in _collection().fields if one.item_only])
    return _listed() | {"_version": F("version"), "_members": more}


def _sql(columns: Mapping[str, Any]) -> str:
    """Return SQL for id and ``columns`` of the places ``%(places)s``."""
    rows = Place.objects.filter(pk__in=[_NO_PLACE]).annotate(**columns).order_by()
    sql, params = rows.values_list("pk", *columns).query.sql_with_params()
    with connection.cursor() as cursor:
        written: bytes = cursor.mogrify(sql, [AsIs("__places__") if one == _NO_PLACE else one for one in params])
    return written.decode().replace("%", "%%").replace("IN (__places__)", "= ANY (%(places)s)")


def fill_features(at_most: int | None = None) -> int:
    """Store the texts that are missing, in the order of lists, in batches of one transaction each; return how many.

    Nothing is stored on a day that wasn't rolled. Places that somebody is writing now are left for another time.
    """
    made, after = 0, ("", "")
    while marks.current() and (at_most is None or made < at_most):
        with transaction.atomic(), connection.cursor() as cursor:
            batch = BATCH if at_most is None else min(BATCH, at_most - made)
            shape = texts().whole_shape
            cursor.execute(_MISSING, {"folded": after[0], "public_id": after[1], "whole_shape": shape, "batch": batch})
            missing = cursor.fetchall()
            if not missing:
                break
            after = missing[-1][1:]
            made += _store([place for place, *_keys in missing])
    return made


def fill_features_of(places: Sequence[int]) -> int:
    """Store the texts of ``places`` (primary keys), as ``fill_features`` does; return how many."""
    made = 0
    for start in range(0, len(places), BATCH):
        if not marks.current():
            break
        with transaction.atomic():
            made += _store(sorted(places[start : start + BATCH]))
    return made


def _store(places: list[int]) -> int:
    """Store the texts of those places that nobody else is writing.

    Their marks are locked before the facts are read. Whoever changes the facts meanwhile passes over them and leaves a
    note, which is settled here in the end, or by itself when it commits later: a text never outlives what it shows.
    The same holds for the day.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCKED, [places])
        locked = [place for (place,) in cursor.fetchall()]
        how = texts()
        values: dict[str, Any] = {
            "places": locked,
            "shape": how.shape,
            "whole_shape": how.whole_shape,
            "day": calendar.today(),
        }
        cursor.execute(_OUTDATED, values)
        cursor.execute(_STORE.format(sql=how.sql), values)
        made = int(cursor.rowcount)
        cursor.execute("SELECT places_settle_now()")
        return made


_WRONG = """
    WITH made AS MATERIALIZED ({sql})
    SELECT count(*) FILTER (WHERE feature.shape = %(shape)s AND feature.text IS DISTINCT FROM made.text)
        + count(*) FILTER (WHERE item.shape = %(whole_shape)s
            AND (item.public_id, item.kind, item.version, item.text)
                IS DISTINCT FROM (mark.public_id, mark.kind, made.version, made.whole))
    FROM unnest(%(places)s) AS wanted (place_id) LEFT JOIN places_feature AS feature USING (place_id)
    LEFT JOIN places_item AS item USING (place_id) LEFT JOIN places_mark AS mark USING (place_id)
    LEFT JOIN made ON made.id = wanted.place_id"""
_KEPT = """
    SELECT place_id FROM (SELECT place_id FROM places_feature UNION SELECT place_id FROM places_item) AS kept
    WHERE place_id > %s ORDER BY place_id LIMIT %s"""


def wrong_texts() -> int:
    """Return how many of the stored texts are not what the facts say."""
    wrong, last = 0, 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_KEPT, [last, BATCH])
            places = [place for (place,) in cursor.fetchall()]
            if not places:
                return wrong
            last = places[-1]
            how = texts()
            values: dict[str, Any] = {"places": places, "shape": how.shape, "whole_shape": how.whole_shape}
            cursor.execute(_WRONG.format(sql=how.sql), values)
            wrong += cursor.fetchone()[0]
