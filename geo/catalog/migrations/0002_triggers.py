"""Change log, versions, history and the namespace of public ids for the catalogue."""

from django.db import migrations

from geo.access.history import record_history
from geo.spatial.triggers import enter_namespace, log_changes, raise_version, touch_parent

SHOWN_BY = ("places", "products", "producers")


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial"), ("access", "0002_history")]
    operations = [
        enter_namespace("catalog_producer"),
        enter_namespace("catalog_product"),
        raise_version("catalog_producer"),
        raise_version("catalog_product"),
        touch_parent("catalog_offer", "catalog_product", "product_id"),
        log_changes("catalog_producer", "producers", also=("places", "products")),
        log_changes("catalog_product", "products", also=("places", "producers")),
        log_changes("catalog_certificate", "certificates", also=SHOWN_BY, id_column="id"),
        log_changes("catalog_productcategory", "categories", also=SHOWN_BY, id_column="id"),
        *(
            record_history(f"catalog_{table}")
            for table in ("producer", "product", "certificate", "offer", "productcategory")
        ),
    ]
