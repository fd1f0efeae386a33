"""Clusters of as many places, with ids that add up to the same, stand in a tile in the order of their positions.

Tiles that are kept are equal to those that are counted then, byte for byte; they are made anew where they are missing.
"""

from pathlib import Path

from django.db import migrations

TALLY = (Path(__file__).parent.parent / "sql" / "tally.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("places", "0028_made_at")]
    operations = [
        migrations.RunSQL(TALLY, migrations.RunSQL.noop),
        migrations.RunSQL("DELETE FROM places_clustertile", migrations.RunSQL.noop),
        migrations.RunSQL("SELECT places_make_missing_tiles()", migrations.RunSQL.noop),
    ]
