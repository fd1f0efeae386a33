"""Marks of products and producers, and what keeps them."""

import django.contrib.gis.db.models.fields
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

from geo.places.catalog_mark_triggers import create, drop


class Migration(migrations.Migration):
    dependencies = [
        ("places", "0013_history_of_hours"),
        ("catalog", "0005_log_schemes"),
        ("spatial", "0002_lock_order"),
    ]

    operations = [
        migrations.CreateModel(
            name="LateCatalogMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.CharField(max_length=8)),
            ],
            options={"db_table": "places_latecatalog"},
        ),
        migrations.CreateModel(
            name="CatalogMark",
            fields=[
                ("public_id", models.CharField(max_length=8, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=8)),
                ("record_id", models.BigIntegerField()),
                ("folded", models.TextField()),
                ("location", django.contrib.gis.db.models.fields.PointField(null=True, spatial_index=False, srid=4326)),
                ("atoms", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
            ],
            options={
                "db_table": "places_catalogmark",
                "indexes": [
                    models.Index(fields=["kind", "folded", "public_id"], name="places_catalogmark_name"),
                    django.contrib.postgres.indexes.GistIndex(fields=["location"], name="places_catalogmark_location"),
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["atoms"], name="places_catalogmark_atoms"
                    ),
                ],
            },
        ),
        migrations.RunSQL(create(), drop()),
        migrations.RunSQL("SELECT places_rebuild_catalog_marks();", migrations.RunSQL.noop),
    ]
