"""Photos that places had: found by name, so that files nobody ever showed can be told from those."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("places", "0021_counts_of_all"), ("access", "0001_initial")]
    operations = [
        migrations.RunSQL(
            # Which of some photos a place had before: the day's tidying of files.
            "CREATE INDEX places_photo_before ON access_recordversion ((before ->> 'photo'))"
            " WHERE \"table\" = 'places_place' AND before ->> 'photo' > ''",
            "DROP INDEX places_photo_before",
        )
    ]
