"""The fields that say in which commune and province a record is: typed as people write it, settled by the register."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo.divisions.choices import long_name
from geo.divisions.models import Division, Level
from geo.divisions.selectors import current, provinces
from geo.stewardship.plain import Plain
from geo.web.editing.choosing import commune_of


def _provinces() -> list[tuple[str, str]]:
    return [("", "—"), *((str(one.pk), one.full_name) for one in provinces())]


def division_of(pk: Any) -> Division | None:
    """Return the division with a primary key, as a form or a stored value has it."""
    return Division.objects.select_related("parent").filter(pk=int(pk)).first() if pk else None


class WhereFields(forms.Form):
    """Commune and province; ``candidates`` are the communes that what was typed may mean."""

    commune = forms.CharField(
        label=gettext_lazy("Commune, ward or special zone"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Name with its province; names of before July 2025 are understood too."),
    )
    province = forms.ChoiceField(
        label=gettext_lazy("Province or city"),
        required=False,
        choices=_provinces,
        help_text=gettext_lazy("Follows from the commune; choose it if the commune isn't known."),
    )
    commune_choice = forms.CharField(required=False, max_length=20)

    candidates: tuple[Division, ...] = ()
    commune_before: Division | None = None

    def first_where(self, values: Plain) -> dict[str, Any]:
        """Return what the fields hold at first."""
        self.commune_before = division_of(values.get("commune"))
        return {
            "commune": long_name(self.commune_before) if self.commune_before is not None else "",
            "province": str(values.get("province") or ""),
        }

    def clean_commune_choice(self) -> Division | None:
        """Take over the commune that was chosen among candidates."""
        chosen = self.cleaned_data["commune_choice"]
        units = current().filter(level=Level.COMMUNE).select_related("parent")
        return units.filter(pk=int(chosen)).first() if chosen.isascii() and chosen.isdigit() else None

    def settle_where(self, cleaned: dict[str, Any]) -> None:
        """Turn what was typed into a commune and its province; what isn't certain is asked back."""
        text, province = cleaned.get("commune", ""), division_of(cleaned.get("province"))
        if cleaned.get("commune_choice") is not None:
            found = cleaned["commune_choice"]
        elif text == self.initial["commune"]:
            found = self.commune_before
        else:
            found, self.candidates = commune_of(text, province)
            if text and found is None:
                wrong = _("Which one is it? Choose below.") if self.candidates else _("This commune isn't known.")
                self.add_error("commune", wrong)
        cleaned["commune"] = found
        cleaned["province"] = found.parent if found is not None else province

    def wanted_where(self, is_new: bool) -> dict[str, Any]:
        """Return commune and province as a service takes them, if they were changed."""
        if not is_new and not {"commune", "province", "commune_choice"} & set(self.changed_data):
            return {}
        found = {"commune": self.cleaned_data["commune"]}
        if self.cleaned_data["province"] is not None:
            found["province"] = self.cleaned_data["province"]
        return found
