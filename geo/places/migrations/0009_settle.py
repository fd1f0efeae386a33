"""Writers don't wait for each other over the words of places, and the words are right whoever commits last."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql"
SETTLE = (SQL / "settle.sql").read_text(encoding="utf-8")
SETTLE_AT_COMMIT = """
    CREATE CONSTRAINT TRIGGER spatial_stamped_places_settle AFTER INSERT ON spatial_changedcollection
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.collection = 'places') EXECUTE FUNCTION places_settle();
"""
DROP_SETTLE = """
    DROP FUNCTION places_settle() CASCADE;
    DROP FUNCTION places_settle_now();
    DROP FUNCTION places_settle_late(bigint[]);
    DROP FUNCTION places_refresh_free(bigint[]);
    DROP FUNCTION places_touched(uuid[]);
"""


class Migration(migrations.Migration):
    dependencies = [("places", "0008_keep_marks"), ("catalog", "0002_triggers"), ("spatial", "0002_lock_order")]
    operations = [
        migrations.CreateModel(
            "LatePlace",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place_id", models.BigIntegerField()),
            ],
            options={"db_table": "places_late"},
        ),
        migrations.RunSQL(SETTLE + SETTLE_AT_COMMIT, DROP_SETTLE),
    ]
