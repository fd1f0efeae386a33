"""Marks carry the names of their places: looking up each of them was three quarters of a tile with names.

The table is rewritten as it lies, and its indexes with it, in one statement (a million marks take about half a minute).
"""

from pathlib import Path

from django.db import migrations, models

MARKS = (Path(__file__).parent.parent / "sql" / "marks.sql").read_text(encoding="utf-8")
NAMED = """
    CREATE FUNCTION places_name_of(place bigint) RETURNS text LANGUAGE sql STABLE AS
        'SELECT name FROM places_place WHERE id = place';
    ALTER TABLE places_mark ADD COLUMN name text;
    ALTER TABLE places_mark ALTER COLUMN name TYPE text USING coalesce(places_name_of(place_id), '');
    ALTER TABLE places_mark ALTER COLUMN name SET NOT NULL;
    DROP FUNCTION places_name_of(bigint);
"""
UNNAMED = "ALTER TABLE places_mark DROP COLUMN name;"


class Migration(migrations.Migration):
    dependencies = [("places", "0016_words_as_lexemes")]
    operations = [
        # Forwards the functions are made for the new column, backwards for those that are left.
        migrations.RunSQL(migrations.RunSQL.noop, MARKS),
        migrations.RunSQL(
            NAMED, UNNAMED, state_operations=[migrations.AddField("placemark", "name", models.TextField())]
        ),
        migrations.RunSQL(MARKS, migrations.RunSQL.noop),
    ]
