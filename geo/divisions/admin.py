"""Divisions in the administration: to look things up. What changes them is a decree, loaded with its source.

Only other names people type may be added by hand, and what is known of a decree.
"""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import path
from django.utils.translation import gettext_lazy as _

from geo.divisions.choices import LEVELS, ChoiceView
from geo.divisions.models import Decree, Division, DivisionAlias, Lineage
from geo.divisions.names import name_key
from geo.spatial import calendar
from geo.spatial.folding import fold

if TYPE_CHECKING:
    # Django's admin classes are generic to the type checker only.
    AliasInlineBase = admin.TabularInline[DivisionAlias, Division]
    LineageInlineBase = admin.TabularInline[Lineage, Division]
    DivisionAdminBase = admin.ModelAdmin[Division]
    DecreeAdminBase = admin.ModelAdmin[Decree]
else:
    AliasInlineBase = LineageInlineBase = admin.TabularInline
    DivisionAdminBase = DecreeAdminBase = admin.ModelAdmin


class InForceFilter(admin.SimpleListFilter):
    """In force today, or not any more."""

    title = _("in force")
    parameter_name = "in_force"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer both."""
        return [("yes", _("today")), ("no", _("formerly"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Division]) -> QuerySet[Division]:
        """Keep the chosen ones."""
        today = calendar.today()
        if self.value() == "yes":
            return queryset.filter(validity__contains=today)
        if self.value() == "no":
            return queryset.exclude(validity__contains=today)
        return queryset


class AliasInline(AliasInlineBase):
    """Other names of a division."""

    model = DivisionAlias
    fields = ("name", "unit_type", "kind", "source")
    extra = 0


class _LineageInline(LineageInlineBase):
    """Lineage, to look at."""

    model = Lineage
    extra = 0
    can_delete = False
    readonly_fields = ("predecessor", "successor", "share", "is_default", "decree")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Decrees make lineage, nobody by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """To look at only."""
        return False


class CameFromInline(_LineageInline):
    """What a division came from."""

    fk_name = "successor"
    verbose_name_plural = _("came from")
    fields = ("predecessor", "share", "decree")


class BecameInline(_LineageInline):
    """What a division became."""

    fk_name = "predecessor"
    verbose_name_plural = _("became")
    fields = ("successor", "share", "is_default", "decree")


@admin.register(Division)
class DivisionAdmin(DivisionAdminBase):
    """Divisions, read only but for their other names."""

    list_display = ("code", "full_name", "parent", "valid_from", "valid_until", "area_km2")
    list_filter = ("level", InForceFilter, "unit_type")
    list_select_related = ("parent",)
    search_fields = ("code", "folded", "full_name")
    show_full_result_count = False
    inlines = (AliasInline, CameFromInline, BecameInline)
    fields = (
        ("code", "level", "unit_type"),
        ("full_name", "name_en", "parent"),
        ("valid_from", "valid_until"),
        ("decree", "ended_by"),
        ("location", "location_source"),
        ("area_km2", "source", "licence"),
    )
    readonly_fields = tuple(name for row in fields for name in row)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find by words without accents, or by code; a form's field is offered those of today at its level."""
        level = LEVELS.get(request.GET.get("field_name", ""))
        if level:
            queryset = queryset.filter(validity__contains=calendar.today(), level=level).select_related("parent")
        if search_term.strip().isdigit():
            return queryset.filter(code__startswith=search_term.strip()), False
        for word in fold(search_term).split():
            queryset = queryset.filter(folded__contains=word)
        return queryset, False

    def get_urls(self) -> list[Any]:
        """Add the address that choices are looked up at."""
        view = self.admin_site.admin_view(ChoiceView.as_view(admin_site=self.admin_site))
        return [path("choose/", view, name="divisions_division_choose"), *super().get_urls()]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Divisions come from decrees."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Division | None = None) -> bool:
        """History is kept."""
        return False

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Give each other name its key."""
        for alias in formset.save(commit=False):
            if isinstance(alias, DivisionAlias):
                alias.key = name_key(alias.name)
                alias.save()
        for alias in formset.deleted_objects:
            alias.delete()


@admin.register(Decree)
class DecreeAdmin(DecreeAdminBase):
    """Decrees, with what is known of them."""

    list_display = ("number", "effective_on", "title")
    search_fields = ("number", "title")
    readonly_fields = ("number", "effective_on")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Decrees come with what they change."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Decree | None = None) -> bool:
        """History is kept."""
        return False
