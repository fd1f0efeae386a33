"""What two transactions have both touched is looked for from the side with fewer changes."""

from pathlib import Path

from django.db import migrations

FILES = ("settle", "settle_catalog")
SQL = Path(__file__).parent.parent / "sql"
FUNCTIONS = "\n".join((SQL / f"{name}.sql").read_text(encoding="utf-8") for name in FILES)


class Migration(migrations.Migration):
    dependencies = [("places", "0017_names_of_marks")]
    # Databases made from now on have these functions from the migrations that first made them.
    operations = [migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop)]
