"""Places in the admin: above all, a plain way to correct a pin; every change with its reason, through the services."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _
from leaflet.admin import LeafletGeoAdminMixin

from geo.access.audited import AuditedForm
from geo.access.models import User
from geo.catalog.admin import HISTORY, REASON, SOURCE, WithDivisions
from geo.places import hours, photos, services
from geo.places.ground import ground
from geo.places.models import Holiday, Place, PlaceProduct
from geo.places.periods import recompute_periods
from geo.spatial.folding import fold
from geo.spatial.problems import InvalidParameter

ONE_DAY_S = 86_400


class PlaceForm(AuditedForm):
    """Opening hours are typed as text; a photo is taken in by its service."""

    opening_hours = forms.CharField(
        label=_("opening hours"),
        required=False,
        max_length=hours.LONGEST,
        help_text=_("OpenStreetMap syntax, for example “Mo-Fr 08:00-17:00; PH off”. Empty: not known."),
    )
    new_photo = forms.FileField(
        label=_("new photo"), required=False, help_text=_("JPEG, PNG or WebP; the camera's data is removed.")
    )
    new_photo_credit = forms.CharField(label=_("photo by"), required=False, max_length=200)
    forget_photo = forms.BooleanField(label=_("remove the photo"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.schedule is not None:
            self.fields["opening_hours"].initial = self.instance.schedule.expression

    def clean(self) -> dict[str, Any] | None:
        """Ask for the credit of a photo."""
        cleaned = super().clean()
        if self.cleaned_data.get("new_photo") and not self.cleaned_data.get("new_photo_credit"):
            self.add_error("new_photo_credit", _("Say who took the photo and allows its use."))
        return cleaned


class PlaceProductInline(admin.StackedInline):  # type: ignore[type-arg]  # not generic at run time
    """What a place grows, makes, processes or sells."""

    model = PlaceProduct
    extra = 0
    autocomplete_fields = ("product",)


@admin.register(Place)
class PlaceAdmin(LeafletGeoAdminMixin, WithDivisions):  # type: ignore[misc]  # the mixin has no types
    """Places, with the map to put them right."""

    form = PlaceForm
    change_form_template = "admin/places/place/change_form.html"
    list_display = ("name", "kind", "status", "commune", "province", "location_accuracy", "public_id", "is_sample")
    list_filter = ("kind", "status", "location_accuracy", "source_kind")
    list_select_related = ("commune", "province")
    search_fields = ("search__words",)
    search_help_text = _("Words of the place, its products, producer or division; accents not needed.")
    folded_path = "search__words"
    autocomplete_fields = ("producer", "moved_to")
    readonly_fields = ("public_id", "photo", "photo_credit", "recent_history")
    inlines = (PlaceProductInline,)
    history_parts = ((PlaceProduct, "place"),)
    fieldsets = (
        REASON,
        (None, {"fields": ("public_id", "name", "kind", "outlet", "producer")}),
        (_("position"), {"fields": ("location", "location_accuracy", "location_source")}),
        (_("address"), {"fields": ("commune", "province", "address")}),
        (_("status"), {"fields": ("status", "opened_on", "closed_on", "moved_to", "checked_on", "opening_hours")}),
        (_("contact"), {"fields": ("phone", "email", "zalo", "website", "contact_consent_on")}),
        (_("photo"), {"fields": ("photo", "photo_credit", "new_photo", "new_photo_credit", "forget_photo")}),
        SOURCE,
        HISTORY,
    )

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A place without a commune may be put on the map first: the province is checked by the service."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "province" and field is not None:
            field.required = False
        return field

    def get_urls(self) -> list[Any]:
        """Add what the map of the form draws under the pin."""
        return [
            path("ground.json", self.admin_site.admin_view(self.ground_view), name="places_place_ground"),
            *super().get_urls(),
        ]

    def ground_view(self, request: HttpRequest) -> JsonResponse:
        """Outlines of provinces and points of communes: no tile server is needed."""
        return JsonResponse(ground(), headers={"Cache-Control": f"private, max-age={ONE_DAY_S}"})

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """Find a place by its public id as well."""
        found, duplicates = super().get_search_results(request, queryset, search_term)
        word = search_term.strip().upper()
        return (found | queryset.filter(public_id=word) if len(fold(word)) == len(word) == 8 else found), duplicates

    def write(self, actor: User, reason: str, form: Any, record: Model | None) -> tuple[Model, list[str]]:
        """Store by the services: the place, then its photo."""
        values = form.values(services.EDITABLE)
        if "opening_hours" in form.changed_data:
            values["schedule"] = services.schedule_of(form.cleaned_data["opening_hours"])
        place = record if isinstance(record, Place) else None
        saved = services.save_place(actor, reason, values, place=place, version=form.cleaned_data["seen_version"])
        stored = saved.place
        try:
            if form.cleaned_data.get("new_photo"):
                stored = photos.attach_photo(
                    actor, reason, stored, form.cleaned_data["new_photo"], form.cleaned_data["new_photo_credit"]
                )
            elif form.cleaned_data.get("forget_photo") and stored.photo:
                stored = photos.remove_photo(actor, reason, stored)
        except InvalidParameter as problem:
            problem.name = f"new_{problem.name}"
            raise
        return stored, saved.warnings


@admin.register(Holiday)
class HolidayAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """Holidays: a new notice changes when everything is open."""

    list_display = ("day", "name_vi", "kind", "basis", "source")
    list_filter = ("kind", "basis")
    date_hierarchy = "day"

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        """Save, and make the opening periods anew."""
        super().save_model(request, obj, form, change)
        recompute_periods()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete, and make the opening periods anew."""
        super().delete_model(request, obj)
        recompute_periods()

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """Delete several, and make the opening periods anew."""
        super().delete_queryset(request, queryset)
        recompute_periods()
