"""Extensions, tables and functions of the kernel."""

from pathlib import Path

import django.db.models.deletion
from django.contrib.postgres.operations import BtreeGistExtension, CreateExtension, TrigramExtension
from django.db import migrations, models

FUNCTIONS = (Path(__file__).parent.parent / "sql" / "functions.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        CreateExtension("postgis"),
        TrigramExtension(),
        BtreeGistExtension(),
        migrations.CreateModel(
            name="PublicId",
            fields=[
                ("id", models.CharField(max_length=8, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=20)),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged_from",
                        to="spatial.publicid",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="publicid",
            constraint=models.CheckConstraint(
                condition=models.Q(("merged_into", models.F("id")), _negated=True), name="spatial_publicid_not_itself"
            ),
        ),
        migrations.CreateModel(
            name="CollectionVersion",
            fields=[
                ("collection", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("version", models.BigIntegerField(default=0)),
                ("changed_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="ChangedCollection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("transaction", models.UUIDField()),
                ("collection", models.CharField(max_length=40)),
                ("version", models.BigIntegerField(null=True)),
                ("committed_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("transaction", "collection"), name="spatial_changedcollection_once"
                    ),
                    models.UniqueConstraint(fields=("collection", "version"), name="spatial_changedcollection_version"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("transaction", models.UUIDField()),
                ("collection", models.CharField(max_length=40)),
                ("feature_id", models.CharField(max_length=40)),
                ("operation", models.CharField(max_length=1)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["transaction", "collection"], name="spatial_change_transaction"),
                ],
            },
        ),
        migrations.RunSQL(
            FUNCTIONS,
            """
            DROP FUNCTION spatial_touch_parent(); DROP FUNCTION spatial_raise_version();
            DROP TRIGGER spatial_stamp_versions ON spatial_changedcollection; DROP FUNCTION spatial_stamp_versions();
            DROP FUNCTION spatial_log_change(); DROP FUNCTION spatial_transaction(); DROP FUNCTION new_public_id(text);
            DROP FUNCTION spatial_check_character(text); DROP FUNCTION spatial_fold(text);
            """,
        ),
    ]
