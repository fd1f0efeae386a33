"""The condition of an index as PostgreSQL writes it itself, so that it is the same after it was dropped and made again."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("places", "0011_keep_plans")]
    operations = [
        migrations.RemoveIndex("placeproduct", "places_placeproduct_made"),
        migrations.AddIndex(
            "placeproduct",
            models.Index(
                condition=Q(role="grows") | Q(role="makes") | Q(role="processes"),
                fields=["product", "place"],
                name="places_placeproduct_made",
            ),
        ),
    ]
