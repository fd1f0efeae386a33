"""Triggers that keep marks and drop texts of features."""

from django.db import migrations

from geo.places.mark_triggers import create, drop


class Migration(migrations.Migration):
    dependencies = [
        ("places", "0007_words_of_names"),
        ("catalog", "0005_log_schemes"),
        ("divisions", "0004_change_log"),
    ]

    operations = [
        migrations.RunSQL(create(), drop()),
        migrations.RunSQL("SELECT places_rebuild_marks(); SELECT places_rebuild_tally();", migrations.RunSQL.noop),
    ]
