"""Stated ferries in the admin; every change with its reason, through the service."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from leaflet.admin import LeafletGeoAdminMixin

from geo.access.models import User
from geo.catalog.admin import HISTORY, REASON, SOURCE, WithDivisions
from geo.sourcing.ferries import FIELDS, save_ferry
from geo.sourcing.models import Ferry


@admin.register(Ferry)
class FerryAdmin(LeafletGeoAdminMixin, WithDivisions):  # type: ignore[misc]  # the mixin has no types
    """Ferries whose time somebody states: few enough to be looked through."""

    list_display = ("name", "minutes", "stated_on", "ended_on", "source_name", "is_sample")
    list_filter = ("source_kind",)
    readonly_fields = ("recent_history",)
    fieldsets = (
        REASON,
        (
            None,
            {
                "fields": ("name", "minutes", "stated_on", "ended_on", "port", "landing", "commune", "note"),
                "description": _(
                    "Only ferries that carry lorries, with the time that the source states. "
                    "A new statement is a new row."
                ),
            },
        ),
        SOURCE,
        HISTORY,
    )

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """Nothing is searched: there are few."""
        return queryset, False

    def write(self, actor: User, reason: str, form: Any, record: Model | None) -> tuple[Model, list[str]]:
        """Store by the service."""
        return save_ferry(actor, reason, form.values(FIELDS), ferry=record if isinstance(record, Ferry) else None), []
