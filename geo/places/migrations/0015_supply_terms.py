"""What a buyer asks of a supply besides its amount: least order, notice, weight of a piece, who said so.

The columns are added without rewriting the table.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0006_history_of_schemes"),
        ("places", "0014_catalog_marks"),
    ]

    operations = [
        migrations.AddField(
            model_name="placeproduct",
            name="lead_days",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="days of notice"),
        ),
        migrations.AddField(
            model_name="placeproduct",
            name="minimum_order",
            field=models.DecimalField(
                blank=True, decimal_places=3, max_digits=14, null=True, verbose_name="minimum order"
            ),
        ),
        migrations.AddField(
            model_name="placeproduct",
            name="piece_kg",
            field=models.DecimalField(
                blank=True, decimal_places=4, max_digits=9, null=True, verbose_name="net weight of a piece (kg)"
            ),
        ),
        migrations.AddField(
            model_name="placeproduct",
            name="said_by",
            field=models.CharField(
                blank=True,
                choices=[("officer", "an officer"), ("producer", "the producer")],
                db_default="",
                default="",
                max_length=8,
                verbose_name="said by",
            ),
        ),
        migrations.AddConstraint(
            model_name="placeproduct",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("minimum_order__isnull", True),
                    models.Q(("minimum_order__gt", 0), ("unit__gt", "")),
                    _connector="OR",
                ),
                name="places_placeproduct_minimum_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="placeproduct",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("piece_kg__isnull", True), models.Q(("piece_kg__gt", 0), ("piece_kg__lte", 2000)), _connector="OR"
                ),
                name="places_placeproduct_piece_kg",
            ),
        ),
        migrations.AddConstraint(
            model_name="placeproduct",
            constraint=models.CheckConstraint(
                condition=models.Q(("lead_days__isnull", True), ("lead_days__lte", 730), _connector="OR"),
                name="places_placeproduct_lead_days",
            ),
        ),
        migrations.AddConstraint(
            model_name="placeproduct",
            constraint=models.CheckConstraint(
                condition=models.Q(("said_by__in", ["", "officer", "producer"])), name="places_placeproduct_said_by"
            ),
        ),
    ]
