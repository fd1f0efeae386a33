"""Where a product is made, found without reading all places that sell it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("places", "0009_settle")]
    operations = [
        migrations.AddIndex(
            "placeproduct",
            models.Index(
                condition=models.Q(("role__in", ["grows", "makes", "processes"])),
                fields=["product", "place"],
                name="places_placeproduct_made",
            ),
        ),
    ]
