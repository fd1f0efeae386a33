"""Forms of sourcing: a request for quotation, its answer, and a search to be watched."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from geo.sourcing import asking
from geo.sourcing.demand import Month
from geo.sourcing.quantities import UNITS, Unit
from geo.sourcing.quotations.answering import Offer
from geo.sourcing.quotations.asking import MOST_DAYS, USUAL_DAYS, NewRequest
from geo.sourcing.unit_names import choices
from geo.spatial import calendar
from geo.spatial import parameters as parse
from geo.spatial.folding import nfc
from geo.spatial.problems import InvalidParameter
from geo.web.report_forms import OnceForm
from geo.web.typed import canonical

DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def lines(text: str) -> str:
    """Return words as they are stored, their lines kept."""
    return "\n".join(nfc(line) for line in text.splitlines()).strip()


class NumberField(forms.CharField):
    """A number as people type it in their language: 1.500,5 in Vietnamese, 1,500.5 in English, or without thousands.

    ``step``: the smallest part that is kept; 0 is allowed only with ``free``.
    """

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def __init__(self, *, step: str, most: float, free: bool = False, **kwargs: Any) -> None:
        super().__init__(max_length=24, **kwargs)
        self.step, self.most, self.free = Decimal(step), most, free

    def clean(self, value: Any) -> Decimal:
        """Return the number."""
        text = canonical(str(super().clean(value)))
        parsed(lambda: parse.number(str(self.label), text, 0, self.most))
        number = Decimal(text).quantize(self.step)
        if not number and not self.free:
            raise forms.ValidationError(_("This must be more than 0."))
        return number


class AskForm(OnceForm):
    """Who buys, what they need, when and where."""

    quantity = NumberField(label=_("Quantity a month"), step="0.001", most=asking.MOST_QUANTITY)
    unit = forms.ChoiceField(label=_("Unit"), choices=choices)
    months = forms.CharField(
        label=_("Months"), max_length=120, help_text=_("For example 3-6 for March to June, or 3,5,9.")
    )
    delivery = forms.CharField(
        label=_("Place of delivery"), max_length=300, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    message = forms.CharField(
        label=_("Message to the suppliers (optional)"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Packaging, papers, how you pay, and whatever else they should know."),
    )
    name = forms.CharField(
        label=_("Your name, and your company’s"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        help_text=_("Answers are told there. Only the suppliers you ask, or their officers, see it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    expires_on = forms.DateField(label=_("Answers until"), widget=DAY)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = calendar.today()
        self.fields["expires_on"].initial = today + timedelta(days=USUAL_DAYS)
        self.fields["expires_on"].widget.attrs |= {
            "min": (today + timedelta(days=1)).isoformat(),
            "max": (today + timedelta(days=MOST_DAYS)).isoformat(),
        }

    def clean_unit(self) -> Unit:
        """Return the unit."""
        return UNITS[self.cleaned_data["unit"]]

    def clean_months(self) -> tuple[Month, ...]:
        """Return the months with their years."""
        found: tuple[Month, ...] = parsed(lambda: asking.months({"months": self.cleaned_data["months"]}))
        return found

    def clean_name(self) -> str:
        """Store the name in one line."""
        return nfc(self.cleaned_data["name"])

    def clean_delivery(self) -> str:
        """Store the place in one line."""
        return nfc(self.cleaned_data["delivery"])

    def clean_message(self) -> str:
        """Keep the lines."""
        return lines(self.cleaned_data["message"])

    def said(self) -> NewRequest:
        """Return what a valid form says."""
        given = self.cleaned_data
        return NewRequest(
            name=given["name"],
            email=given["email"],
            quantity=given["quantity"],
            unit=given["unit"],
            months=given["months"],
            delivery=given["delivery"],
            message=given["message"],
            expires_on=given["expires_on"],
            language=(get_language() or "vi")[:2],
            form=given["token"],
        )


class OfferForm(forms.Form):
    """What a supplier can deliver."""

    quantity = NumberField(label=_("Quantity a month"), step="0.001", most=asking.MOST_QUANTITY)
    price = NumberField(label=_("Price"), step="0.01", most=10**11, free=True)
    valid_until = forms.DateField(label=_("Valid until"), widget=DAY)
    note = forms.CharField(
        label=_("Words to the buyer (optional)"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The buyer reads this. Write a telephone number only if its owner agrees."),
    )

    def said(self) -> Offer:
        """Return what a valid form says."""
        given = self.cleaned_data
        return Offer(given["quantity"], given["price"], given["valid_until"], nfc(given["note"]))


class WatchForm(OnceForm):
    """Where mail about a search goes."""

    email = forms.EmailField(
        label=_("E-mail"),
        help_text=_("A link is sent there first; nothing else before you have opened it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    title = forms.CharField(label=_("What the search is called (optional)"), max_length=120, required=False)

    def clean_title(self) -> str:
        """Store the title in one line."""
        return nfc(self.cleaned_data["title"])


def parsed(read: Callable[[], Any]) -> Any:
    """Return what ``read`` returns; what it refuses is the field's error."""
    try:
        return read()
    except InvalidParameter as problem:
        raise forms.ValidationError(problem.message) from None


def default_until() -> date:
    """Return the day until which an offer usually holds."""
    return calendar.today() + timedelta(days=30)
