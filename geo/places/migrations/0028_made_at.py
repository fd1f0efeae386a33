"""Where products are made is looked up for each of many by itself: all places were read for each product of a statement."""

from pathlib import Path

from django.db import migrations

MARKS = (Path(__file__).parent.parent / "sql" / "catalog_marks.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("places", "0027_whole_features")]
    operations = [migrations.RunSQL(MARKS, migrations.RunSQL.noop)]
