"""What is promised of a supply, under history; its collection version tells readers of sums that they changed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from geo.access.history import record_history
from geo.spatial.triggers import log_changes


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("catalog", "0006_history_of_schemes"),
        ("places", "0015_supply_terms"),
        ("access", "0007_history_of_everything"),
        ("spatial", "0002_lock_order"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Commitment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quantity", models.DecimalField(decimal_places=3, max_digits=14, verbose_name="quantity a month")),
                ("unit", models.CharField(max_length=20, verbose_name="unit")),
                ("first_month", models.DateField(verbose_name="first month")),
                ("last_month", models.DateField(verbose_name="last month")),
                ("purpose", models.CharField(blank=True, max_length=300, verbose_name="for whom or what")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("released_on", models.DateField(blank=True, null=True, verbose_name="released on")),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="written by",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="commitments",
                        to="places.place",
                        verbose_name="place",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="commitments",
                        to="catalog.product",
                        verbose_name="product",
                    ),
                ),
            ],
            options={
                "verbose_name": "commitment",
                "verbose_name_plural": "commitments",
                "indexes": [
                    models.Index(
                        condition=models.Q(("released_on__isnull", True)),
                        fields=["place", "product"],
                        name="sourcing_commitment_standing",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0), ("unit__gt", "")), name="sourcing_commitment_quantity"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("first_month__day", 1),
                            ("first_month__lte", models.F("last_month")),
                            ("last_month__day", 1),
                        ),
                        name="sourcing_commitment_months",
                    ),
                ],
            },
        ),
        record_history("sourcing_commitment"),
        log_changes("sourcing_commitment", "commitments", id_column="id"),
    ]
