"""Forms of the officers' desk about people: a new officer, a substitute."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from geo.access.models import User
from geo.divisions.choices import long_name
from geo.divisions.models import Division
from geo.spatial import calendar
from geo.stewardship.staff import absentees, communes_of
from geo.stewardship.unit import Area


class _Commune(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    def label_from_instance(self, obj: Division) -> str:
        return long_name(obj)


class OfficerForm(forms.Form):
    """A communal officer: who, where, and whether changes need approval."""

    name = forms.CharField(label=_("Name"), max_length=150)
    email = forms.EmailField(label=_("E-mail"), max_length=254)
    commune = _Commune(label=_("Commune, ward or special zone"), queryset=Division.objects.none())
    publishes_at_once = forms.BooleanField(
        label=_("Publishes at once"),
        required=False,
        help_text=_("Without it, what this officer changes waits for the province's approval."),
    )

    def __init__(self, *args: Any, area: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["commune"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = communes_of(area)


class CoverForm(forms.Form):
    """Who is away, who stands in, and until when."""

    absent = forms.ModelChoiceField(label=_("Who is away"), queryset=User.objects.none(), empty_label=None)
    acting = forms.CharField(
        label=_("Who stands in"), max_length=254, help_text=_("The e-mail address of somebody with an account.")
    )
    starts_on = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    ends_on = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, user: User, area: Area | None, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"starts_on": calendar.today().isoformat(), "absent": user.pk})
        super().__init__(*args, **kwargs)
        field = self.fields["absent"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = absentees(user, area)
