"""Tiles of clusters without a filter are kept made, as long as no change waits in them.

They are few (some hundred), and made from the counts that are there: a tenth of a second at a million places.
"""

from pathlib import Path

from django.db import migrations, models

TALLY = (Path(__file__).parent.parent / "sql" / "tally.sql").read_text(encoding="utf-8")
TILES = migrations.CreateModel(
    name="PlaceClusterTile",
    fields=[
        (
            "pk",
            models.CompositePrimaryKey(
                "zoom", "tile_col", "tile_row", blank=True, editable=False, primary_key=True, serialize=False
            ),
        ),
        ("zoom", models.SmallIntegerField()),
        ("tile_col", models.SmallIntegerField()),
        ("tile_row", models.SmallIntegerField()),
        ("body", models.BinaryField()),
    ],
    options={"db_table": "places_clustertile"},
)


class Migration(migrations.Migration):
    dependencies = [("places", "0025_near")]
    operations = [
        # The functions make the table, too: they write it when they are first called, whichever migration does so.
        migrations.SeparateDatabaseAndState(
            state_operations=[TILES], database_operations=[migrations.RunSQL(TALLY, migrations.RunSQL.noop)]
        ),
        migrations.RunSQL("SELECT places_make_missing_tiles()", migrations.RunSQL.noop),
    ]
