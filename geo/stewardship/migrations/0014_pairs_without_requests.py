"""Likely pairs no longer hold requests to merge them: those are proposals now."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("stewardship", "0013_merge_proposals")]
    operations = [
        migrations.RemoveField("lookalike", "asked_by"),
        migrations.RemoveField("lookalike", "asked"),
        migrations.AddIndex(
            "proposal",
            models.Index(
                fields=["merged"],
                name="stewardship_proposal_merges",
                condition=models.Q(("merged__isnull", False), ("state", "waiting")),
            ),
        ),
    ]
