"""The stored GeoJSON texts of places: how they are made, and when they are good.

A text is the feature as the items page writes it with the default fields. Triggers drop it when anything it shows
changes; ``fill_features`` makes those that are missing, after loads and from the day's housekeeping.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.db import connection, transaction
from psycopg2.extensions import AsIs

from geo.places import marks
from geo.places.filters import PlaceFilter
from geo.places.models import Place
from geo.spatial import calendar
from geo.spatial.collections import Collection, Field
from geo.spatial.feature_text import FeatureText

BATCH = 2_000
"""Texts made in one statement: their marks are locked meanwhile, a second at most."""
_SOME_DAY = datetime(2000, 1, 3, 12, tzinfo=calendar.ZONE)
_NO_PLACE = -1
_MISSING = """
    SELECT mark.place_id, mark.folded, mark.public_id FROM places_mark AS mark
    WHERE (mark.folded, mark.public_id) > (%(folded)s, %(public_id)s) AND NOT EXISTS (
        SELECT FROM places_feature AS feature WHERE feature.place_id = mark.place_id AND feature.shape = %(shape)s)
    ORDER BY mark.folded, mark.public_id LIMIT %(batch)s"""
_LOCKED = """
    SELECT place_id FROM places_mark WHERE place_id = ANY (%s) ORDER BY place_id FOR NO KEY UPDATE SKIP LOCKED"""


@dataclass(frozen=True)
class Texts:
    """``sql`` reads id and text of the places ``%(places)s``; ``shape`` is the name of how, equal on every day."""

    sql: str
    shape: str


def default_fields(collection: Collection[PlaceFilter]) -> tuple[Field, ...]:
    """Return the fields of a list when none are named."""
    return tuple(one for one in collection.fields if not one.item_only)


def texts() -> Texts:
    """Return how texts are made today."""
    return _texts(calendar.today())


@lru_cache(maxsize=4)
def _texts(_day: date) -> Texts:
    today = _sql()
    with calendar.at(_SOME_DAY):
        shape = hashlib.blake2b(_sql().encode(), digest_size=8).hexdigest()
    return Texts(today, shape)


def _sql() -> str:
    from geo.places.collection import COLLECTIONS

    collection = COLLECTIONS[0]
    text = FeatureText.of(collection, default_fields(collection))
    rows = Place.objects.filter(pk__in=[_NO_PLACE]).annotate(_feature=text).order_by()
    sql, params = rows.values_list("pk", "_feature").query.sql_with_params()
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
            shape = texts().shape
            cursor.execute(_MISSING, {"folded": after[0], "public_id": after[1], "shape": shape, "batch": batch})
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
        cursor.execute(
            f"INSERT INTO places_feature (place_id, shape, text) SELECT made.id, %(shape)s, made.text"
            f" FROM ({how.sql}) AS made (id, text) JOIN places_mark AS mark ON mark.place_id = made.id"
            " WHERE places_rolled_day() = %(day)s ORDER BY mark.folded, mark.public_id"
            " ON CONFLICT (place_id) DO UPDATE SET shape = excluded.shape, text = excluded.text",
            {"places": locked, "shape": how.shape, "day": calendar.today()},
        )
        made = int(cursor.rowcount)
        cursor.execute("SELECT places_settle_now()")
        return made


def wrong_texts() -> int:
    """Return how many of the stored texts are not what the facts say."""
    wrong, last = 0, 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT place_id FROM places_feature WHERE place_id > %s ORDER BY place_id LIMIT %s", [last, BATCH]
            )
            places = [place for (place,) in cursor.fetchall()]
            if not places:
                return wrong
            last = places[-1]
            how = texts()
            cursor.execute(
                f"SELECT count(*) FROM places_feature AS feature LEFT JOIN ({how.sql}) AS made (id, text)"
                " ON made.id = feature.place_id"
                " WHERE feature.place_id = ANY (%(places)s) AND feature.shape = %(shape)s"
                " AND feature.text IS DISTINCT FROM made.text",
                {"places": places, "shape": how.shape},
            )
            wrong += cursor.fetchone()[0]
