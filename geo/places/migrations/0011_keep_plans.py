"""What follows from one changed place is done by kept plans: planning the statements took longer than running them."""

from pathlib import Path

from django.db import migrations

FILES = ("marks", "refresh_search", "settle")
SQL = Path(__file__).parent.parent / "sql"
FUNCTIONS = "\n".join((SQL / f"{name}.sql").read_text(encoding="utf-8") for name in FILES)


class Migration(migrations.Migration):
    dependencies = [("places", "0010_where_made")]
    # Databases made from now on have these functions from the migrations that first made them.
    operations = [migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop)]
