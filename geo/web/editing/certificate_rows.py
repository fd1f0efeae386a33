"""Rows of the forms of products, producers and places: their certificates."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo.access.parts import Row
from geo.catalog.awards import CERTIFICATES, NEW
from geo.catalog.models import Certificate, CertificateScheme
from geo.spatial.provenance import SOURCE_FIELDS
from geo.web import words
from geo.web.editing.fields import DateField, text_field
from geo.web.editing.forms import Group
from geo.web.editing.numbers import NumberField
from geo.web.editing.rows import RowForm
from geo.web.editing.sources import SourceFields

STARS = [("", "—"), *((number, "★" * number) for number in range(1, 6))]


def certificate_group() -> Group:
    """Return the group of these rows."""
    return Group(
        gettext_lazy("Certificates"),
        (),
        rows="certificates",
        lead=gettext_lazy("A certificate is never removed: one that no longer holds is revoked, and says since when."),
    )


def _schemes() -> list[tuple[str, str]]:
    rows = CertificateScheme.objects.all()
    return [("", "—"), *((one.pk, one.name_vi if words.is_vietnamese() else one.name_en) for one in rows)]


class CertificateRow(SourceFields, RowForm):
    """One certificate. It is never removed: one that no longer holds is revoked, and says so."""

    part = CERTIFICATES
    sections = (
        (None, ("scheme", "stars", "score", "number")),
        (gettext_lazy("Decision"), ("decision_number", "decision_date", "decision_year", "issuer", "scope")),
        (gettext_lazy("Validity"), ("valid_from", "valid_until")),
        (gettext_lazy("Revocation"), ("revoked_on", "revoked_reason")),
        (gettext_lazy("Source of this certificate"), SOURCE_FIELDS),
    )

    scheme = forms.ChoiceField(label=gettext_lazy("Scheme"), choices=_schemes, required=False)
    stars = forms.TypedChoiceField(
        label=gettext_lazy("Stars"),
        choices=STARS,
        coerce=int,
        empty_value=None,
        required=False,
        help_text=gettext_lazy("OCOP only; they follow from the score if that is known."),
    )
    score = NumberField(label=gettext_lazy("Score"))
    number = text_field(Certificate, "number", gettext_lazy("Certificate number"))
    decision_number = text_field(Certificate, "decision_number", gettext_lazy("Decision number"))
    decision_date = DateField(label=gettext_lazy("Date of the decision"))
    decision_year = forms.IntegerField(
        label=gettext_lazy("Year of the decision"),
        required=False,
        min_value=2018,
        max_value=2100,
        help_text=gettext_lazy("If the day isn't known."),
    )
    issuer = text_field(Certificate, "issuer", gettext_lazy("Issued by"))
    scope = text_field(
        Certificate,
        "scope",
        gettext_lazy("Scope"),
        help_text=gettext_lazy("For a geographical indication or mark: its name."),
    )
    valid_from = DateField(
        label=gettext_lazy("Valid from"), help_text=gettext_lazy("Empty: follows from the date of the decision.")
    )
    valid_until = DateField(
        label=gettext_lazy("First day it no longer holds"),
        help_text=gettext_lazy("Empty: follows from the scheme, for OCOP 36 months."),
    )
    revoked_on = DateField(label=gettext_lazy("Revoked on"))
    revoked_reason = text_field(Certificate, "revoked_reason", gettext_lazy("Reason of revocation"))

    add_label = gettext_lazy("Add a certificate")
    kept: ClassVar = frozenset({"scheme", "source_kind"})

    def __init__(self, data: Any, prefix: str, key: str | None, before: Row | None) -> None:
        super().__init__(data, prefix, key, before)
        self.fields.pop("remove", None)
        self.fields["source_kind"].required = False

    def first(self, before: Row) -> dict[str, Any]:
        """Name the scheme by its code."""
        return {**super().first(before), "scheme": before["award"]["scheme"]}

    def silent(self) -> set[str]:
        """A scheme or a kind of source alone says nothing."""
        return set(self.kept) if self.key is None else set()

    def clean(self) -> dict[str, Any]:
        """Ask for the scheme and the kind of source."""
        cleaned = super().clean() or self.cleaned_data
        for name in sorted(self.kept):
            if not cleaned.get(name):
                self.add_error(name, _("Please choose."))
        return cleaned

    def new_key(self) -> str:
        """Number it among the new ones."""
        return f"{NEW}{str(self.prefix).rpartition('new')[2]}"
