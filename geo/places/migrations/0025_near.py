"""Indexes from which the nearest places are found without the rows of marks: ``sql/nearest.sql`` walks them outwards.

PostgreSQL's own ``point`` can be read back from an index, PostGIS's boxes can't. The index has all that the common filters
ask for. Its rows must fit into a page, so places with very full shelves have an index of their own. It is of use where
autovacuum has seen a page, so that comes sooner. At a million places both are made in about ten seconds; writers wait.
"""

from django.db import migrations

NEAR = """
    CREATE INDEX places_mark_near ON places_mark USING spgist ((point(ST_X(point), ST_Y(point))))
        INCLUDE (point, place_id, public_id, kind, status, province_id, shelf)
        WHERE point IS NOT NULL AND cardinality(shelf) <= 400;
    COMMENT ON INDEX places_mark_near IS 'the nearest places under the common filters (sql/nearest.sql), read alone';
    CREATE INDEX places_mark_near_full ON places_mark USING spgist ((point(ST_X(point), ST_Y(point))))
        WHERE point IS NOT NULL AND cardinality(shelf) > 400;
    COMMENT ON INDEX places_mark_near_full IS 'the same, for shelves that might not fit into a page of an index';
    ALTER TABLE places_mark SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02);
"""
BACK = """
    DROP INDEX places_mark_near;
    DROP INDEX places_mark_near_full;
    ALTER TABLE places_mark RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_insert_scale_factor);
"""


class Migration(migrations.Migration):
    dependencies = [("places", "0024_words_of_a_part")]
    operations = [migrations.RunSQL(NEAR, BACK)]
