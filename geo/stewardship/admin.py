"""The officers' list of what the public reports."""

from django.contrib import admin
from django.http import HttpRequest

from geo.stewardship.models import Report


@admin.register(Report)
class ReportAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """Reports, new ones first. They are answered at the desk, so that whoever reported reads why."""

    list_display = ("public_id", "kind", "subject", "state", "created_at")
    list_filter = ("state", "kind")
    fields = (
        "public_id",
        "subject",
        "kind",
        "text",
        "contact",
        "created_at",
        "state",
        "answer",
        "settled_at",
        "settled_by",
    )
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Reports come from the public."""
        return False
