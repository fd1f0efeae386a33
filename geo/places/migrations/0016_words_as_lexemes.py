"""Suggestions while typing: words of places' names as lexemes, each beginning of which has a list of its own."""

from django.db import migrations

NEW = """
CREATE INDEX places_place_lexemes ON places_place USING gin (array_to_tsvector(string_to_array(folded, ' ')))
    WITH (gin_pending_list_limit = 256);
COMMENT ON INDEX places_place_lexemes IS 'geo/places/sql/suggest_places.sql: the words of rare names';
DROP INDEX places_place_words;
"""
OLD = """
CREATE INDEX places_place_words ON places_place USING gin ((' ' || folded) gin_trgm_ops) WITH (gin_pending_list_limit = 256);
COMMENT ON INDEX places_place_words IS 'geo/places/sql/suggest_places.sql: the words of rare names';
DROP INDEX places_place_lexemes;
"""


class Migration(migrations.Migration):
    dependencies = [("places", "0015_supply_terms")]
    operations = [
        # A word of three letters is two trigrams, which a twentieth of all names have: the lists of frequent trigrams were
        # read for every key pressed. The beginning of a word that is rare has a short list. As before the list of what was
        # written last is kept short.
        migrations.RunSQL(NEW, OLD),
    ]
