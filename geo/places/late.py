"""Derived rows that stayed noted though nobody holds them any more: the transaction that held them gave up.

A writer passes over what another transaction holds and leaves a note; whoever commits next refreshes it
(``sql/settle.sql``, ``sql/catalog_marks.sql``). When that other transaction is rolled back, nobody may commit for
hours: so each server process looks for notes now and then.
"""

import logging
import time

from django.db import DatabaseError, connection, transaction

LOOK_EVERY_S = 5.0
"""Seconds between two looks of one process: the longest that answers stay behind while somebody asks."""

_NOTED = "SELECT EXISTS (SELECT FROM places_late) OR EXISTS (SELECT FROM places_latecatalog)"
_FREE = """
    SELECT EXISTS (SELECT FROM (
        SELECT FROM places_mark AS mark JOIN places_placesearch AS search USING (place_id)
        WHERE place_id IN (SELECT place_id FROM places_late ORDER BY id LIMIT 500)
        LIMIT 1 FOR NO KEY UPDATE OF mark, search SKIP LOCKED) AS place)
    OR EXISTS (SELECT FROM (
        SELECT FROM places_catalogmark
        WHERE public_id IN (SELECT public_id FROM places_latecatalog ORDER BY id LIMIT 500)
        LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED) AS record)
"""
# Commits as a write does: at its end the versions rise and what is noted is refreshed.
_TOUCH = """
    INSERT INTO spatial_changedcollection (transaction, collection)
    SELECT spatial_transaction(), unnest(ARRAY['places', 'products', 'producers'])
    ON CONFLICT (transaction, collection) DO NOTHING
"""

logger = logging.getLogger(__name__)
_looked = -LOOK_EVERY_S


def settle_late() -> bool:
    """Refresh what is noted, if some of it is free; return whether it was. Nothing is waited for but versions."""
    with connection.cursor() as cursor:
        cursor.execute(_NOTED)
        if not cursor.fetchone()[0]:
            return False
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_FREE)
        if not cursor.fetchone()[0]:
            return False
        cursor.execute(_TOUCH)
    return True


def settle_now_and_then() -> None:
    """Do ``settle_late`` when this process hasn't for ``LOOK_EVERY_S``; an error is logged, the request goes on."""
    global _looked
    now = time.monotonic()
    if now - _looked < LOOK_EVERY_S:
        return
    _looked = now
    try:
        settle_late()
    except DatabaseError:
        logger.exception("what stayed noted could not be refreshed")
