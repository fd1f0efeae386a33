"""Change log of the certificate schemes: their months of validity show in every answer."""

from django.db import migrations

from geo.spatial.triggers import log_changes


class Migration(migrations.Migration):
    dependencies = [("catalog", "0004_names_that_begin")]
    operations = [
        log_changes("catalog_certificatescheme", "schemes", also=("places", "products", "producers"), id_column="code"),
    ]
