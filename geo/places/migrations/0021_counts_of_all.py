"""Counts by cells that tell neither provinces nor status apart: a tile without a filter reads few rows.

They are added up from the counts that are there.
"""

from pathlib import Path

from django.db import migrations

TALLY = (Path(__file__).parent.parent / "sql" / "tally.sql").read_text(encoding="utf-8")
ADD = """
    SELECT pg_advisory_xact_lock(202109170);
    DELETE FROM places_tally WHERE node = -2;
    INSERT INTO places_tally (zoom, node, tile_col, tile_row, cell, province_id, kind, status, quality, n, sum_x, sum_y,
        sum_place, min_x, max_x, min_y, max_y)
    SELECT zoom, -2, tile_col, tile_row, cell, 0, kind, 0, 0, sum(n), sum(sum_x), sum(sum_y), sum(sum_place),
        min(min_x), max(max_x), min(min_y), max(max_y)
    FROM places_tally WHERE node = -1 GROUP BY zoom, tile_col, tile_row, cell, kind;
"""


class Migration(migrations.Migration):
    dependencies = [("places", "0020_photo_of_place")]
    operations = [
        migrations.RunSQL(TALLY, migrations.RunSQL.noop),
        migrations.RunSQL(ADD, migrations.RunSQL.noop),
    ]
