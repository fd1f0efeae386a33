"""Users and the history of records in the admin."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest

from geo.access.models import RecordVersion, User

admin.site.register(User, UserAdmin)


@admin.register(RecordVersion)
class RecordVersionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """The log of all changes, to read only."""

    list_display = ("at", "table", "record", "operation", "actor", "reason", "batch")
    list_filter = ("operation", "table")
    search_fields = ("=record", "=batch", "reason")
    ordering = ("-id",)
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only the database writes history."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """History is not corrected."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nor removed."""
        return False
