"""Suggestions while typing: words of full names as lexemes, so that the index finds just the units that have them."""

from django.db import migrations

NEW = """
CREATE INDEX division_lexemes ON divisions_division USING gin (array_to_tsvector(string_to_array(folded, ' ')))
    WITH (gin_pending_list_limit = 256);
COMMENT ON INDEX division_lexemes IS 'geo/places/sql/suggest.sql: the words of full names';
"""


class Migration(migrations.Migration):
    dependencies = [("divisions", "0005_issued_on")]
    operations = [migrations.RunSQL(NEW, "DROP INDEX division_lexemes;")]
