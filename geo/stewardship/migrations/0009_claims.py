"""Claims of producers, under history."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import geo.spatial.public_ids
from geo.access.history import record_history


class Migration(migrations.Migration):
    dependencies = [
        ("spatial", "0002_lock_order"),
        ("stewardship", "0008_erasing"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Claim",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(
                        db_default=geo.spatial.public_ids.NewPublicId("claim"),
                        editable=False,
                        max_length=8,
                        unique=True,
                        verbose_name="public id",
                    ),
                ),
                ("name", models.CharField(max_length=150, verbose_name="name")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="phone")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                ("proof", models.TextField(max_length=1000, verbose_name="how it can be checked")),
                ("sender", models.CharField(blank=True, editable=False, max_length=64)),
                ("form", models.CharField(blank=True, editable=False, max_length=64, null=True, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("new", "new"), ("accepted", "accepted"), ("refused", "refused")],
                        default="new",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="received")),
                ("answer", models.CharField(blank=True, max_length=500, verbose_name="answer")),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="settled")),
                ("erased_at", models.DateTimeField(editable=False, null=True)),
                (
                    "producer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="spatial.publicid",
                        verbose_name="producer",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="claims",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "claim",
                "verbose_name_plural": "claims",
                "ordering": ("-created_at",),
                "indexes": [
                    models.Index(fields=["sender", "created_at"], name="stewardship_claim_sender"),
                    models.Index(fields=["state", "created_at"], name="stewardship_claim_state"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("phone__gt", ""), ("email__gt", ""), ("erased_at__isnull", False), _connector="OR"
                        ),
                        name="stewardship_claim_reachable",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("settled_at__isnull", True), ("state", "new")),
                            models.Q(models.Q(("state", "new"), _negated=True), ("settled_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="stewardship_claim_settled",
                    ),
                ],
            },
        ),
        record_history("stewardship_claim"),
    ]
