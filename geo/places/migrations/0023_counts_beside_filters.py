"""Counts beside filters read few rows; many places that are refreshed at once are never joined one by one.

The new counts are added up from those that are there (a million places take about half a minute).
"""

from pathlib import Path

from django.db import migrations

FILES = ("marks", "refresh_search", "catalog_marks", "tally")
SQL = Path(__file__).parent.parent / "sql"
FUNCTIONS = "\n".join((SQL / f"{name}.sql").read_text(encoding="utf-8") for name in FILES)
ADD = """
    SELECT pg_advisory_xact_lock(202109170);
    DELETE FROM places_tally WHERE node <= -3;
    SELECT places_sum_tally(level.zoom, located)
    FROM places_tally_levels() AS level CROSS JOIN (VALUES (true), (false)) AS side (located);
"""


class Migration(migrations.Migration):
    dependencies = [("places", "0022_photos_of_the_past")]
    operations = [
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
        migrations.RunSQL(ADD, migrations.RunSQL.noop),
    ]
