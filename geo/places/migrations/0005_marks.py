"""Tables of the read model: marks and texts of places, and the functions that make marks."""

from pathlib import Path

import django.contrib.gis.db.models.fields
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

MARKS = (Path(__file__).parent.parent / "sql" / "marks.sql").read_text(encoding="utf-8")
DROP_MARKS = """
    DROP FUNCTION places_rebuild_marks();
    DROP FUNCTION places_refresh_marks(bigint[]);
    DROP FUNCTION places_mark_query(boolean);
    DROP FUNCTION places_state(date, date, date, date, date);
    DROP FUNCTION places_world(double precision);
    DROP FUNCTION places_mercator(double precision, double precision);
    DROP FUNCTION places_rolled_day();
    DROP FUNCTION places_plans_for(int);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("places", "0004_names_that_begin"),
    ]

    operations = [
        migrations.CreateModel(
            name="PlaceFeature",
            fields=[
                (
                    "place",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="feature",
                        serialize=False,
                        to="places.place",
                    ),
                ),
                ("shape", models.CharField(max_length=16)),
                ("text", models.TextField()),
            ],
            options={
                "db_table": "places_feature",
            },
        ),
        migrations.CreateModel(
            name="PlaceMark",
            fields=[
                (
                    "place",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="mark",
                        serialize=False,
                        to="places.place",
                    ),
                ),
                ("public_id", models.CharField(max_length=8)),
                ("folded", models.TextField()),
                ("kind", models.SmallIntegerField()),
                ("status", models.SmallIntegerField()),
                ("province_id", models.BigIntegerField()),
                ("commune_id", models.BigIntegerField(null=True)),
                ("point", django.contrib.gis.db.models.fields.PointField(null=True, spatial_index=False, srid=3857)),
                ("world_x", models.IntegerField(null=True)),
                ("world_y", models.IntegerField(null=True)),
                ("approximate", models.BooleanField()),
                ("shelf", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
            ],
            options={
                "db_table": "places_mark",
                "indexes": [
                    models.Index(fields=["folded", "public_id"], name="places_mark_name"),
                    django.contrib.postgres.indexes.GistIndex(fields=["point"], name="places_mark_point"),
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["shelf"], name="places_mark_shelf"
                    ),
                    models.Index(fields=["province_id", "kind"], name="places_mark_province"),
                    models.Index(fields=["commune_id"], name="places_mark_commune"),
                ],
            },
        ),
        migrations.RunSQL(MARKS, DROP_MARKS),
        migrations.RunSQL("SELECT places_rebuild_marks();", migrations.RunSQL.noop),
    ]
