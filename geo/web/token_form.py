"""The form by which somebody makes a token: what it is for, what it may, how long; and who they are, once more."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from geo.access import second_factor, tokens
from geo.access.models import ApiToken, User

SPANS = (7, 30, 90, 365)
"""Days offered."""


class TokenForm(forms.Form):
    """Present password and code are asked where the person has them: a token is a way in."""

    name = forms.CharField(
        label=gettext_lazy("What it is for"),
        max_length=80,
        help_text=gettext_lazy("For example “QGIS at the office”. It stands in the history of what it changes."),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it may do"),
        choices=ApiToken.Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=[ApiToken.Scope.WRITE],
    )
    days = forms.TypedChoiceField(label=gettext_lazy("How long it holds"), coerce=int, initial=30)
    present = forms.CharField(
        label=gettext_lazy("Present password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=20,
        help_text=gettext_lazy("Of your second factor."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "characters"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = tokens.most_days(user)
        days: Any = self.fields["days"]
        days.choices = [
            (span, ngettext("%(days)d day", "%(days)d days", span) % {"days": span}) for span in SPANS if span <= most
        ]
        if most < SPANS[-1]:
            days.help_text = _("At most %(days)d days, since your role needs a second factor.") % {"days": most}
        if not user.has_usable_password():
            del self.fields["present"]
        if not second_factor.is_set(user):
            del self.fields["code"]
