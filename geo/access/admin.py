"""People, their roles, and the history of records in the admin."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo.access import invitations, roles
from geo.access.audited import AuditedAdmin, AuditedForm, FoldedSearch
from geo.access.models import Assignment, Cover, RecordVersion, User
from geo.divisions.choices import division_field
from geo.spatial import public_ids
from geo.spatial.models import PublicId

_ROLE_FIELDS = ("role", "division", "record", "publishes_at_once", "starts_on", "ends_on")


@admin.register(User)
class PersonAdmin(UserAdmin):  # type: ignore[type-arg]  # not generic at run time
    """People. Nobody types a password for somebody else: an invitation lets them choose their own."""

    list_display = ("username", "email", "first_name", "last_name", "is_active", "last_login")
    list_filter = ("is_active", "assignments__role")
    search_fields = ("username", "email", "first_name", "last_name")
    readonly_fields = ("last_login", "date_joined")
    ordering = ("username",)
    filter_horizontal = ()
    actions = ("invite",)
    fieldsets = (
        (None, {"fields": ("username", "email", "first_name", "last_name", "is_active")}),
        (gettext_lazy("sign-in"), {"fields": ("subject", "last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("username", "email", "first_name", "last_name")}),)
    add_form = forms.modelform_factory(User, fields=("username", "email", "first_name", "last_name"))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Superusers are changed by superusers."""
        if obj is not None and obj.is_superuser and not getattr(request.user, "is_superuser", False):
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """People are made inactive: their name stays in the history."""
        return False

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> Any:
        """Passwords are set by their owners. Raises: PermissionDenied."""
        raise PermissionDenied

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """A new person has no password that works; a person made inactive is signed out everywhere."""
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)

    @admin.action(description=gettext_lazy("Make an invitation link for the chosen people"))
    def invite(self, request: HttpRequest, queryset: "QuerySet[User]") -> None:
        """Show links that are good once; the officer passes them on."""
        for user in queryset.filter(is_active=True, is_superuser=False):
            link = invitations.link(invitations.invite(user), request.build_absolute_uri("/"))
            messages.info(request, f"{user}: {link}")


class AssignmentForm(AuditedForm):
    """An assignment; the own record of a producer is typed as a public id."""

    record = forms.CharField(label=gettext_lazy("public id of the producer"), max_length=12, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "record" in self.fields:
            self.fields["record"].initial = self.instance.record_id

    def clean_record(self) -> PublicId | None:
        """Return the entry of the namespace. Raises: ValidationError when there is none of a producer."""
        typed = self.cleaned_data["record"]
        if not typed:
            return None
        try:
            return PublicId.objects.get(pk=public_ids.parse(typed), kind="producer")
        except public_ids.InvalidPublicId as error:
            raise forms.ValidationError(error.message) from None
        except PublicId.DoesNotExist:
            raise forms.ValidationError(_("There is no producer with this number.")) from None


class _RoleAdmin(AuditedAdmin):
    """Written by the services of roles, searched by the people's names."""

    readonly_fields = ("recent_history",)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """Search names as they are written."""
        return super(FoldedSearch, self).get_search_results(request, queryset, search_term)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Let divisions be looked up with their provinces."""
        if db_field.name == "division":
            return division_field(db_field)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Assignment)
class AssignmentAdmin(_RoleAdmin):
    """Who has which role where."""

    form = AssignmentForm
    list_display = ("user", "role", "division", "record_id", "publishes_at_once", "starts_on", "ends_on")
    list_filter = ("role", "publishes_at_once")
    list_select_related = ("user", "division")
    search_fields = ("user__username", "user__email", "user__first_name", "user__last_name", "division__full_name")
    autocomplete_fields = ("user",)
    fieldsets = (
        (None, {"fields": ("reason",)}),
        (None, {"fields": ("user", *_ROLE_FIELDS)}),
        (gettext_lazy("history"), {"fields": ("recent_history",)}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A role is not handed from one person to another: it ends, and another one begins."""
        return (*self.readonly_fields, "user") if obj else self.readonly_fields

    def write(self, actor: User, reason: str, form: Any, record: Model | None) -> tuple[Model, list[str]]:
        """Store by the service."""
        values = form.values(_ROLE_FIELDS)
        if isinstance(record, Assignment):
            return roles.change(actor, reason, record, **values), []
        return roles.assign(actor, reason, form.cleaned_data["user"], values.pop("role"), **values), []


@admin.register(Cover)
class CoverAdmin(_RoleAdmin):
    """Who stands in for whom, and until when."""

    list_display = ("absent", "acting", "starts_on", "ends_on", "reason")
    list_select_related = ("absent", "acting")
    search_fields = ("absent__username", "absent__last_name", "acting__username", "acting__last_name")
    autocomplete_fields = ("absent", "acting")
    fieldsets = (
        (None, {"fields": ("reason",)}),
        (None, {"fields": ("absent", "acting", "starts_on", "ends_on")}),
        (gettext_lazy("history"), {"fields": ("recent_history",)}),
    )
    actions = ("end",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A cover is ended, and another one made."""
        return obj is None and super().has_change_permission(request, obj)

    @admin.action(description=gettext_lazy("End the chosen covers today"))
    def end(self, request: HttpRequest, queryset: "QuerySet[Cover]") -> None:
        """End by the service."""
        for cover in queryset:
            roles.end_cover(request.user, _("ended in the administration"), cover)  # type: ignore[arg-type]

    def write(self, actor: User, reason: str, form: Any, record: Model | None) -> tuple[Model, list[str]]:
        """Store by the service."""
        given = form.cleaned_data
        made = roles.stand_in(
            actor, reason, given["absent"], given["acting"], starts_on=given["starts_on"], ends_on=given["ends_on"]
        )
        return made, []


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
