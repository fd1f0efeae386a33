"""Merges that are asked for become proposals."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def move(apps: Any, _schema: Any) -> None:
    """Turn each request that waits on a pair into a proposal, where both places are still there."""
    place, proposal = apps.get_model("places", "Place"), apps.get_model("stewardship", "Proposal")
    for row in apps.get_model("stewardship", "Lookalike").objects.filter(asked_by__isnull=False, state="open"):
        kept_id = row.asked.get("kept")
        dropped_id = row.second_id if kept_id == row.first_id else row.first_id
        kept = place.objects.filter(public_id=kept_id).first()
        if kept is None or not place.objects.filter(public_id=dropped_id).exists():
            continue
        proposal.objects.create(
            kind="place",
            subject_id=kept_id,
            merged_id=dropped_id,
            values=row.asked.get("chosen", {}),
            version=kept.version,
            reason=row.asked.get("reason", "")[:300],
            province_id=kept.province_id,
            commune_id=kept.commune_id,
            agreed=[row.asked_by_id],
            proposed_by_id=row.asked_by_id,
        )


class Migration(migrations.Migration):
    dependencies = [("stewardship", "0012_import_answers"), ("places", "0001_initial")]
    operations = [
        migrations.AddField(
            "proposal",
            "merged",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="spatial.publicid",
                verbose_name="merged into it",
            ),
        ),
        migrations.RunPython(move, migrations.RunPython.noop),
    ]
