"""Counts of places by cells of the map, kept by statement triggers of their marks."""

from pathlib import Path

import django.contrib.postgres.fields
from django.db import migrations, models

from geo.spatial.triggers import statement_triggers

TALLY = (Path(__file__).parent.parent / "sql" / "tally.sql").read_text(encoding="utf-8")
DROP_TALLY = """
    DROP TRIGGER places_mark_tally_truncate ON places_mark;
    DROP FUNCTION places_empty_tally();
    DROP FUNCTION places_keep_tally();
    DROP FUNCTION places_rebuild_tally();
    DROP FUNCTION places_fold_tally(bigint);
    DROP FUNCTION places_tally_levels();
"""
# Rows are changed in place as long as their pages have room; waiting changes come and go.
STORAGE = """
    ALTER TABLE places_tally SET (fillfactor = 90);
    ALTER TABLE places_tallydelta SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("places", "0005_marks"),
    ]

    operations = [
        migrations.CreateModel(
            name="PlaceTallyDelta",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sign", models.SmallIntegerField()),
                ("place_id", models.BigIntegerField()),
                ("kind", models.SmallIntegerField()),
                ("status", models.SmallIntegerField()),
                ("province_id", models.BigIntegerField()),
                ("world_x", models.IntegerField(null=True)),
                ("world_y", models.IntegerField(null=True)),
                ("shelf", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
            ],
            options={
                "db_table": "places_tallydelta",
            },
        ),
        migrations.CreateModel(
            name="PlaceTally",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "zoom",
                        "node",
                        "tile_col",
                        "tile_row",
                        "cell",
                        "province_id",
                        "kind",
                        "status",
                        "quality",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("zoom", models.SmallIntegerField()),
                ("node", models.IntegerField()),
                ("tile_col", models.SmallIntegerField()),
                ("tile_row", models.SmallIntegerField()),
                ("cell", models.SmallIntegerField()),
                ("province_id", models.BigIntegerField()),
                ("kind", models.SmallIntegerField()),
                ("status", models.SmallIntegerField()),
                ("quality", models.BigIntegerField()),
                ("n", models.IntegerField()),
                ("sum_x", models.BigIntegerField()),
                ("sum_y", models.BigIntegerField()),
                ("sum_place", models.BigIntegerField()),
                ("min_x", models.IntegerField(null=True)),
                ("max_x", models.IntegerField(null=True)),
                ("min_y", models.IntegerField(null=True)),
                ("max_y", models.IntegerField(null=True)),
            ],
            options={
                "db_table": "places_tally",
                "indexes": [
                    models.Index(
                        condition=models.Q(("zoom", 5)), fields=["province_id", "node"], name="places_tally_province"
                    )
                ],
            },
        ),
        migrations.RunSQL(STORAGE, migrations.RunSQL.noop),
        migrations.RunSQL(TALLY, DROP_TALLY),
        statement_triggers("places_mark", "tally", "places_keep_tally()"),
        migrations.RunSQL("SELECT places_rebuild_tally();", migrations.RunSQL.noop),
    ]
