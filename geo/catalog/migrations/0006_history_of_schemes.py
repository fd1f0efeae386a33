"""History of the certificate schemes."""

from django.db import migrations

from geo.access.history import record_history


class Migration(migrations.Migration):
    dependencies = [("catalog", "0005_log_schemes"), ("access", "0007_history_of_everything")]
    operations = [record_history("catalog_certificatescheme", key="code")]
