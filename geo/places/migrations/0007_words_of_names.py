"""Suggestions while typing: words of places' names by one index, whether a word begins the name or not."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("places", "0006_tally")]
    operations = [
        migrations.RemoveIndex("place", "places_place_folded"),
        # Every word is a pattern "space, word, anything" on the name behind a space: all of them are asked of one index in
        # one scan. What was written last is read from end to end by every key pressed, so that list is kept short.
        migrations.RunSQL(
            "CREATE INDEX places_place_words ON places_place USING gin ((' ' || folded) gin_trgm_ops)"
            " WITH (gin_pending_list_limit = 256);"
            "COMMENT ON INDEX places_place_words IS 'geo/places/sql/suggest_places.sql: the words of rare names';",
            "DROP INDEX places_place_words;",
        ),
        migrations.RunSQL(
            "ALTER INDEX catalog_product_folded SET (gin_pending_list_limit = 256);"
            "ALTER INDEX catalog_producer_folded SET (gin_pending_list_limit = 256);",
            "ALTER INDEX catalog_product_folded RESET (gin_pending_list_limit);"
            "ALTER INDEX catalog_producer_folded RESET (gin_pending_list_limit);",
        ),
    ]
