"""The function that writes the history of records."""

from pathlib import Path

from django.db import migrations

HISTORY = (Path(__file__).parent.parent / "sql" / "history.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial"), ("spatial", "0001_initial")]
    operations = [migrations.RunSQL(HISTORY, "DROP FUNCTION access_record_history();")]
