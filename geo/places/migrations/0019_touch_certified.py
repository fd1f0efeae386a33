"""A changed certificate raises the version of what it is about: two editors of one product notice each other."""

from pathlib import Path

from django.db import migrations

from geo.spatial.triggers import statement_triggers

TOUCH = (Path(__file__).parent.parent / "sql" / "touch_certified.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("places", "0018_settle_the_few"), ("catalog", "0006_history_of_schemes")]
    operations = [
        migrations.RunSQL(TOUCH, "DROP FUNCTION places_touch_certified();"),
        statement_triggers("catalog_certificate", "touch", "places_touch_certified()"),
    ]
