"""Positions outside of their commune that somebody has looked at and found right."""

import django.contrib.gis.db.models.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from geo.access.history import record_history


class Migration(migrations.Migration):
    dependencies = [
        ("divisions", "0005_issued_on"),
        ("places", "0021_counts_of_all"),
        ("stewardship", "0014_pairs_without_requests"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AcceptedPosition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "point",
                    django.contrib.gis.db.models.fields.PointField(
                        spatial_index=False, srid=4326, verbose_name="position"
                    ),
                ),
                ("accepted_at", models.DateTimeField(auto_now=True, verbose_name="accepted")),
                (
                    "accepted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="accepted by",
                    ),
                ),
                (
                    "commune",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="divisions.division",
                        verbose_name="commune",
                    ),
                ),
                (
                    "place",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="places.place",
                        verbose_name="place",
                    ),
                ),
            ],
            options={
                "verbose_name": "position found right",
                "verbose_name_plural": "positions found right",
            },
        ),
        record_history("stewardship_acceptedposition", without=("point",)),
    ]
