"""Parents of changed parts are locked in one order; who committed meanwhile is found by an index."""

from pathlib import Path

from django.db import migrations, models

TOUCH_PARENT = (Path(__file__).parent.parent / "sql" / "touch_parent.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("spatial", "0001_initial")]
    operations = [
        migrations.RunSQL(TOUCH_PARENT, migrations.RunSQL.noop),
        migrations.AddIndex(
            "changedcollection",
            models.Index(fields=["collection", "committed_at"], name="spatial_changedcollection_when"),
        ),
    ]
