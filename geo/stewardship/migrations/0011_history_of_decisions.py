"""History of what officers decide about likely pairs and doubtful conversions."""

from django.db import migrations

from geo.access.history import record_history


class Migration(migrations.Migration):
    dependencies = [("stewardship", "0010_import_jobs"), ("access", "0007_history_of_everything")]
    operations = [
        record_history("stewardship_lookalike", without=("score", "metres", "asked")),
        record_history("stewardship_doubt"),
    ]
