"""Choosing a division in a form: looked up while typing, shown with its province, since names repeat."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.widgets import AutocompleteSelect
from django.urls import reverse

from geo.divisions.models import Division, Level

LEVELS = {"province": Level.PROVINCE, "commune": Level.COMMUNE}
"""Levels offered for fields of these names."""


def long_name(division: Division) -> str:
    """Return the full name with its province: Xã Tân An, Tỉnh Nghệ An."""
    return f"{division.full_name}, {division.parent.full_name}" if division.parent else division.full_name


class ChoiceView(AutocompleteJsonView):
    """Answers what has been typed so far."""

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, Any]:
        """Return one choice, with its province."""
        return {"id": str(getattr(obj, to_field_name)), "text": long_name(obj)}


class DivisionSelect(AutocompleteSelect):
    """The select that asks ``ChoiceView``."""

    def get_url(self) -> str:
        """Return the address that choices are looked up at."""
        return reverse("admin:divisions_division_choose")


class DivisionField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """A field that holds a division."""

    def label_from_instance(self, obj: Division) -> str:
        """Name the chosen division with its province."""
        return long_name(obj)


def division_field(db_field: Any) -> DivisionField:
    """Return the form field for a foreign key ``province`` or ``commune``."""
    return DivisionField(
        queryset=Division.objects.select_related("parent"),
        widget=DivisionSelect(db_field, admin.site),
        required=not db_field.blank,
        label=db_field.verbose_name,
    )
