"""Freshness of divisions; reports of places that are missing, with photos; a version that says when reports change."""

import django.contrib.gis.db.models.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from geo.spatial.triggers import statement_triggers

# What shows how many reports wait depends on the version of "reports"; the reports themselves are logged nowhere public.
CHANGED = """
CREATE FUNCTION stewardship_reports_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO spatial_changedcollection (transaction, collection) VALUES (spatial_transaction(), 'reports')
        ON CONFLICT (transaction, collection) DO NOTHING;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("divisions", "0004_change_log"),
        ("spatial", "0002_lock_order"),
        ("stewardship", "0004_proposals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Freshness",
            fields=[
                (
                    "division",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="freshness",
                        serialize=False,
                        to="divisions.division",
                    ),
                ),
                ("places", models.PositiveIntegerField(verbose_name="open places")),
                ("samples", models.PositiveIntegerField(verbose_name="sample places among them")),
                ("checked", models.PositiveIntegerField(verbose_name="checked within a year")),
                ("positioned", models.PositiveIntegerField(verbose_name="with a position of their own")),
                ("asked", models.PositiveIntegerField(verbose_name="fields asked for")),
                ("known", models.PositiveIntegerField(verbose_name="fields filled in")),
                ("reports", models.PositiveIntegerField(verbose_name="reports without an answer")),
                ("score", models.PositiveSmallIntegerField(null=True, verbose_name="score")),
            ],
            options={
                "verbose_name": "freshness",
                "verbose_name_plural": "freshness",
            },
        ),
        migrations.CreateModel(
            name="FreshnessState",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", models.CharField(max_length=16)),
                ("made_at", models.DateTimeField()),
                ("took_ms", models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="ReportPhoto",
            fields=[
                (
                    "report",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="photo",
                        serialize=False,
                        to="stewardship.report",
                    ),
                ),
                ("content", models.BinaryField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="report",
            name="stewardship_report_says",
        ),
        migrations.AddField(
            model_name="report",
            name="commune",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="divisions.division",
                verbose_name="commune",
            ),
        ),
        migrations.AddField(
            model_name="report",
            name="erased_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="report",
            name="form",
            field=models.CharField(editable=False, max_length=64, null=True, unique=True),
        ),
        migrations.AddField(
            model_name="report",
            name="location",
            field=django.contrib.gis.db.models.fields.PointField(
                blank=True, null=True, spatial_index=False, srid=4326, verbose_name="position"
            ),
        ),
        migrations.AddField(
            model_name="report",
            name="mailed_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="report",
            name="name",
            field=models.CharField(blank=True, max_length=200, verbose_name="name of the place"),
        ),
        migrations.AddField(
            model_name="report",
            name="province",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="divisions.division",
                verbose_name="province",
            ),
        ),
        migrations.AlterField(
            model_name="report",
            name="kind",
            field=models.CharField(
                choices=[
                    ("closed", "it has closed"),
                    ("moved", "it has moved"),
                    ("wrong", "something on the page is wrong"),
                    ("other", "something else"),
                    ("new", "a place is missing on the map"),
                ],
                max_length=8,
                verbose_name="what is wrong",
            ),
        ),
        migrations.AlterField(
            model_name="report",
            name="sender",
            field=models.CharField(blank=True, editable=False, max_length=64),
        ),
        migrations.AlterField(
            model_name="report",
            name="subject",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reports",
                to="spatial.publicid",
                verbose_name="record",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["closed", "moved", "new"]),
                    ("text__gt", ""),
                    ("erased_at__isnull", False),
                    _connector="OR",
                ),
                name="stewardship_report_says",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("kind", "new"), _negated=True),
                        ("name", ""),
                        ("province__isnull", True),
                        ("subject__isnull", False),
                    ),
                    models.Q(
                        models.Q(("name__gt", ""), ("erased_at__isnull", False), _connector="OR"),
                        ("kind", "new"),
                        ("subject__isnull", True),
                        ("province__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="stewardship_report_about",
            ),
        ),
        migrations.AddField(
            model_name="freshness",
            name="province",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="divisions.division"
            ),
        ),
        migrations.AddConstraint(
            model_name="freshness",
            constraint=models.CheckConstraint(
                condition=models.Q(("score__isnull", True), ("score__lte", 100), _connector="OR"),
                name="stewardship_freshness_score",
            ),
        ),
        migrations.RunSQL(CHANGED, "DROP FUNCTION stewardship_reports_changed();"),
        statement_triggers("stewardship_report", "changed", "stewardship_reports_changed()"),
    ]
