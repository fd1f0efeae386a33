"""Fields of forms, made from the columns they are stored in; numbers as people type them."""

from typing import Any

from django import forms
from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy


class DateField(forms.DateField):
    """A day: the browser's own picker, or typed as 12/05/2026."""

    def __init__(self, **named: Any) -> None:
        formats = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"]
        super().__init__(
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            input_formats=formats,
            required=False,
            error_messages={"invalid": gettext_lazy("This is no day. Write it like 12/05/2026.")},
            **named,
        )


def text_field(model: type[Model], name: str, label: Any = None, **named: Any) -> forms.CharField:
    """Return a field as long as the column ``name`` of ``model``."""
    column: Any = model._meta.get_field(name)
    return forms.CharField(
        label=label or column.verbose_name,
        max_length=column.max_length,
        required=named.pop("required", not column.blank),
        **named,
    )


def choice_field(model: type[Model], name: str, label: Any = None, **named: Any) -> forms.ChoiceField:
    """Return a field with the choices of the column ``name`` of ``model``."""
    column: Any = model._meta.get_field(name)
    required = named.pop("required", not column.blank)

    def choices() -> list[tuple[str, str]]:
        said = [(value, str(capfirst(str(words)))) for value, words in column.choices]
        return said if required else [("", "—"), *said]

    return forms.ChoiceField(label=label or column.verbose_name, choices=choices, required=required, **named)
