"""Admin pages that write through services: with a reason, a version, and the history."""

from collections.abc import Collection
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import models, transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from geo.access.models import User
from geo.access.trails import entries
from geo.spatial.folding import fold
from geo.spatial.problems import Conflict, InvalidParameter

RECENT = 10


class AuditedForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """A form that asks why, and knows which version of the record it shows."""

    request: HttpRequest
    reason = forms.CharField(label=_("reason for the change"), max_length=300)
    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen_version"].initial = getattr(self.instance, "version", None)

    def clean(self) -> dict[str, Any] | None:
        """Show what a service refused at the field it names."""
        cleaned = super().clean()
        problem = getattr(self.request, "refused", None)
        if problem is not None:
            name = getattr(problem, "name", "")
            self.add_error(name if name in self.fields else None, problem.message)
        return cleaned

    def _post_clean(self) -> None:
        """Leave the constraints to the service, which first completes what follows from other fields."""
        vars(self.instance)["validate_constraints"] = lambda exclude=None: None
        super()._post_clean()  # type: ignore[misc]  # the stubs leave it out
        del vars(self.instance)["validate_constraints"]

    def values(self, editable: Collection[str]) -> dict[str, Any]:
        """Return the ``editable`` fields: those changed, or all of a new record."""
        names = self.changed_data if self.instance.pk else self.cleaned_data
        return {name: self.cleaned_data[name] for name in names if name in editable}


class FoldedSearch(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """Searches without accents: every word must occur in the folded column ``folded_path``."""

    folded_path: ClassVar = "folded"
    search_help_text = _("Words of the name, accents not needed.")

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Any]", search_term: str
    ) -> "tuple[QuerySet[Any], bool]":
        """Filter ``queryset`` by the words of ``search_term``."""
        for word in fold(search_term).split():
            queryset = queryset.filter(**{f"{self.folded_path}__contains": word})
        return queryset, False


class AuditedAdmin(FoldedSearch):
    """Base of the pages of records. Subclasses say in ``write`` which service stores the form."""

    form = AuditedForm
    history_parts: ClassVar[tuple[tuple[type[Model], str], ...]] = ()
    formfield_overrides: ClassVar = {models.URLField: {"assume_scheme": "https"}}
    show_full_result_count = False
    list_per_page = 50

    def write(self, actor: User, reason: str, form: Any, record: Model | None) -> tuple[Model, list[str]]:
        """Store ``form`` by a service; return the record as stored and what looked doubtful about it."""
        raise NotImplementedError

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Records are closed, moved or revoked, never deleted: links to them live on paper."""
        return False

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Let the form know its request."""
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"request": request})

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """Save, or show the form again with what the service refused; then nothing has been written."""
        try:
            with transaction.atomic():
                return super().changeform_view(request, object_id, form_url, extra_context)
        except (InvalidParameter, Conflict) as problem:
            request.refused = problem  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        """Write through the service, and go on with the record as it is stored."""
        saved, warnings = self.write(request.user, form.cleaned_data["reason"], form, obj if change else None)
        obj.__dict__.update(saved.__dict__)
        for warning in warnings:
            self.message_user(request, warning, "WARNING")

    @admin.display(description=_("latest changes"))
    def recent_history(self, obj: Any) -> SafeString | str:
        """The latest entries of the history, for the page of the record."""
        if obj is None or obj.pk is None:
            return "—"
        found = entries(obj, self.history_parts, RECENT)
        return render_to_string("admin/access/history_table.html", {"entries": found})

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """The whole history of a record, whatever door its changes came through."""
        record = get_object_or_404(self.get_queryset(request), pk=object_id)
        context = {
            **self.admin_site.each_context(request),
            "title": _("History of %(name)s") % {"name": record},
            "opts": self.opts,
            "object": record,
            "entries": entries(record, self.history_parts),
        }
        return TemplateResponse(request, "admin/access/history.html", context)
