"""History of holidays and of the expressions of opening hours."""

from django.db import migrations

from geo.access.history import record_history


class Migration(migrations.Migration):
    dependencies = [("places", "0012_where_made_again"), ("access", "0007_history_of_everything")]
    operations = [
        record_history("places_holiday", key="day"),
        record_history("places_openingschedule", without=("computed_from", "computed_until")),
    ]
