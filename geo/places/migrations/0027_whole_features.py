"""Whole features of places are kept as text, too: a single record is one look-up.

The table begins empty: a record without a row is built as before, until the texts that are missing are made
(``manage.py refresh_marks --texts``, the day's housekeeping).
"""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

from geo.places.mark_triggers import follow

ITEMS = (Path(__file__).parent.parent / "sql" / "items.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("places", "0026_tiles_of_clusters")]
    operations = [
        migrations.CreateModel(
            name="PlaceItem",
            fields=[
                (
                    "place",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="item",
                        serialize=False,
                        to="places.place",
                    ),
                ),
                ("public_id", models.CharField(max_length=8)),
                ("kind", models.SmallIntegerField()),
                ("version", models.IntegerField()),
                ("shape", models.CharField(max_length=16)),
                ("text", models.TextField()),
            ],
            options={
                "db_table": "places_item",
                "constraints": [models.UniqueConstraint(fields=["public_id"], name="places_item_public_id")],
            },
        ),
        migrations.AddIndex("lateplace", models.Index(fields=["place_id"], name="places_late_place")),
        migrations.RunSQL(ITEMS, "DROP FUNCTION places_forget_items() CASCADE;"),
        # Certificates of places, and the order they are shown in, drop the texts that show them.
        migrations.RunSQL(follow(), migrations.RunSQL.noop),
    ]
