"""The forms of “Báo sai”: what is wrong with a record, and which place is missing on the map."""

from typing import Any

from django import forms
from django.contrib.gis.geos import Point
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo.access.form_tokens import UnusableForm, taken
from geo.divisions.selectors import provinces
from geo.spatial.folding import nfc
from geo.spatial.problems import InvalidParameter
from geo.stewardship.models import Report
from geo.stewardship.services import NewReport, whereabouts

TRAP = "website"
"""A field people don't see: whoever fills it in is a program."""
ASKED_FOR_WORDS = (Report.Kind.WRONG, Report.Kind.OTHER)


class OnceForm(forms.Form):
    """A form that is good once: its hidden token is checked like a field."""

    token = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)

    def clean_token(self) -> str:
        """Return the hash of the token."""
        try:
            return taken(self.cleaned_data["token"])
        except UnusableForm as problem:
            raise forms.ValidationError(problem.message) from None


class _SentForm(OnceForm):
    """What every report may have: a contact and a photo."""

    contact = forms.CharField(max_length=200, required=False, strip=True)
    photo = forms.FileField(required=False, max_length=200, allow_empty_file=False)

    def clean_contact(self) -> str:
        """Store the contact in one Unicode form."""
        return nfc(self.cleaned_data["contact"])


class ReportForm(_SentForm):
    """What is wrong, in a choice and in words."""

    kind = forms.ChoiceField(choices=[])
    text = forms.CharField(max_length=2000, required=False, strip=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(value, capfirst(str(label))) for value, label in Report.Kind.choices if value != Report.Kind.NEW]
        kind = self.fields["kind"]
        if isinstance(kind, forms.ChoiceField):
            kind.choices = choices
            kind.error_messages["required"] = _("Choose what is wrong.")

    def clean_text(self) -> str:
        """Ask for words unless the choice says it all."""
        text = nfc(self.cleaned_data["text"])
        if not text and self.data.get("kind") in ASKED_FOR_WORDS:
            raise forms.ValidationError(_("Write what is wrong, so that it can be checked."))
        return text

    def said(self) -> NewReport:
        """Return what a valid form says."""
        given = self.cleaned_data
        return NewReport(
            given["kind"], given["text"], given["contact"], photo=given["photo"] or None, form=given["token"]
        )


class MissingForm(_SentForm):
    """Which place is missing: its name, and where it is by position, by words, or by province at least."""

    name = forms.CharField(max_length=200, error_messages={"required": gettext_lazy("Write what the place is called.")})
    where = forms.CharField(max_length=300, required=False, strip=True)
    province = forms.ChoiceField(required=False, choices=[])
    lat = forms.FloatField(required=False, min_value=-90, max_value=90)
    lon = forms.FloatField(required=False, min_value=-180, max_value=180)
    text = forms.CharField(max_length=1600, required=False, strip=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {province.code: province for province in provinces()}
        chosen = self.fields["province"]
        if isinstance(chosen, forms.ChoiceField):
            chosen.choices = [("", "—"), *((code, province.full_name) for code, province in self.known.items())]

    def clean_name(self) -> str:
        """Store the name in one Unicode form."""
        return nfc(self.cleaned_data["name"])

    def clean(self) -> dict[str, Any]:
        """Find out who looks after it."""
        given = super().clean() or {}
        lon, lat = given.get("lon"), given.get("lat")
        given["location"] = Point(lon, lat, srid=4326) if lon is not None and lat is not None else None
        given["where"] = nfc(given.get("where", ""))
        try:
            found = whereabouts(given["location"], given["where"], self.known.get(given.get("province", "")))
        except InvalidParameter as problem:
            self.add_error("province", problem.message)
        else:
            given["divisions"] = found
        return given

    def said(self) -> NewReport:
        """Return what a valid form says; the words for where it is stand before the others."""
        given = self.cleaned_data
        province, commune = given["divisions"]
        return NewReport(
            Report.Kind.NEW,
            "\n".join(part for part in (given["where"], nfc(given["text"])) if part),
            given["contact"],
            name=given["name"],
            location=given["location"],
            province=province,
            commune=commune,
            photo=given["photo"] or None,
            form=given["token"],
        )
