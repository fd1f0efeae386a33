"""The level of an assignment's division, and the history of who was given what."""

from pathlib import Path

from django.db import migrations

from geo.access.history import record_history

LEVEL = (Path(__file__).parent.parent / "sql" / "check_assignment.sql").read_text(encoding="utf-8")
DROP = "DROP TRIGGER access_assignment_level ON access_assignment; DROP FUNCTION access_check_assignment();"


class Migration(migrations.Migration):
    dependencies = [("access", "0004_roles")]
    operations = [
        migrations.RunSQL(LEVEL, DROP),
        record_history("access_assignment"),
        record_history("access_cover"),
    ]
