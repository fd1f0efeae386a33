"""History of the divisions and of people too; keys that aren't called id; secrets that no history keeps."""

from pathlib import Path

from django.db import migrations

from geo.access.history import record_history

HISTORY = (Path(__file__).parent.parent / "sql" / "history.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0006_history_of_bulk_updates"),
        ("divisions", "0004_change_log"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [
        migrations.RunSQL(HISTORY.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"), migrations.RunSQL.noop),
        *(record_history(f"divisions_{table}") for table in ("decree", "division", "divisionalias", "lineage")),
        record_history("access_user", without=("password", "last_login")),
        *(record_history(table) for table in ("access_user_groups", "access_user_user_permissions")),
        *(record_history(table) for table in ("auth_group", "auth_group_permissions")),
    ]
