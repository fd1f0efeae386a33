"""The view of the certificate that speaks today for each subject and scheme."""

from pathlib import Path

from django.db import migrations, models

VIEW = (Path(__file__).parent.parent / "sql" / "current_certificate.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_triggers")]
    operations = [
        migrations.RunSQL(VIEW, "DROP VIEW catalog_currentcertificate;"),
        migrations.CreateModel(
            name="CurrentCertificate",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("stars", models.PositiveSmallIntegerField(null=True)),
                ("valid_from", models.DateField(null=True)),
                ("valid_until", models.DateField(null=True)),
                ("revoked_on", models.DateField(null=True)),
                ("ended_on", models.DateField(null=True)),
            ],
            options={"managed": False, "db_table": "catalog_currentcertificate"},
        ),
    ]
