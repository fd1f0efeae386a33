"""The form of a place, in the words of whoever fills it in on a phone."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo.catalog.models import Producer
from geo.places import hours, services
from geo.places.models import Place
from geo.places.rules import MEASURED
from geo.spatial import calendar
from geo.spatial.problems import InvalidParameter
from geo.stewardship.imports.places import canonical_hours
from geo.stewardship.plain import Plain
from geo.stewardship.whereabouts import Typed, Whereabouts, read_position, whereabouts
from geo.web.editing.certificate_rows import CertificateRow, certificate_group
from geo.web.editing.choosing import producer_of, producer_words
from geo.web.editing.fields import DateField, choice_field, text_field
from geo.web.editing.forms import EditForm, Group
from geo.web.editing.goods_rows import GoodsRow
from geo.web.editing.photo_fields import PhotoFields, photo_group
from geo.web.editing.sources import SourceFields, source_group
from geo.web.editing.where_fields import WhereFields


class PlaceForm(WhereFields, PhotoFields, SourceFields, EditForm):
    """Everything of a place that may be edited, with what it grows, makes or sells, and its certificates."""

    model = Place
    edited = services.EDITABLE - {"status", "moved_to", "closed_on"}
    groups = (
        Group(gettext_lazy("What it is"), ("name", "kind", "outlet", "producer")),
        Group(gettext_lazy("Position on the map"), ("position", "location_accuracy", "location_source")),
        Group(gettext_lazy("Address"), ("commune", "province", "address")),
        Group(
            gettext_lazy("What it grows, makes or sells"),
            (),
            rows="goods",
            lead=gettext_lazy("Every figure has a day on which it was known; what isn't known stays empty."),
        ),
        Group(gettext_lazy("Hours"), ("opening_hours", "opened_on")),
        Group(
            gettext_lazy("How to reach it"),
            ("phone", "zalo", "email", "website", "contact_consent_on"),
            lead=gettext_lazy(
                "Phone, address and exact position of a household are personal data: they are shown to everybody only "
                "from the day on which the household has agreed."
            ),
        ),
        photo_group(),
        certificate_group(),
        source_group(),
    )
    row_forms = (GoodsRow, CertificateRow)
    places_of_errors: ClassVar = {"location": "position", "schedule": "opening_hours", "photo": "new_photo"}

    name = text_field(Place, "name", gettext_lazy("Name of the place"))
    kind = choice_field(Place, "kind", gettext_lazy("Kind"))
    outlet = choice_field(
        Place, "outlet", gettext_lazy("Kind of outlet"), help_text=gettext_lazy("Points of sale only.")
    )
    producer = forms.CharField(
        label=gettext_lazy("Producer"),
        required=False,
        max_length=240,
        help_text=gettext_lazy("Record number or full name. Empty: a shop of several producers."),
    )
    position = forms.CharField(
        label=gettext_lazy("Coordinates"),
        required=False,
        max_length=200,
        help_text=gettext_lazy(
            "Latitude, longitude: 10,2167; 103,9593 or 10°13'00\" 103°57'33\" or VN-2000 metres X Y."
        ),
        widget=forms.TextInput(attrs={"inputmode": "text", "spellcheck": "false"}),
    )
    location_accuracy = choice_field(Place, "location_accuracy", gettext_lazy("How accurate is it?"))
    location_source = text_field(
        Place,
        "location_source",
        gettext_lazy("Where does the position come from?"),
        help_text=gettext_lazy("Who measured it with what, or which map."),
    )
    address = text_field(Place, "address", gettext_lazy("House number, street, hamlet"))
    opening_hours = forms.CharField(
        label=gettext_lazy("Opening hours"),
        required=False,
        max_length=hours.LONGEST,
        help_text=gettext_lazy("For example: 7h30 - 18h; or Mo-Fr 07:30-17:00; Sa 08:00-12:00. Empty: not known."),
    )
    opened_on = DateField(label=gettext_lazy("Opened on"))
    phone = text_field(Place, "phone", gettext_lazy("Phone"), widget=forms.TextInput(attrs={"type": "tel"}))
    zalo = text_field(Place, "zalo")
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False, max_length=254)
    website = forms.URLField(label=gettext_lazy("Website"), required=False, max_length=300, assume_scheme="https")
    contact_consent_on = DateField(label=gettext_lazy("The household agreed on"))
    checked_now = forms.BooleanField(
        label=gettext_lazy("I have checked today that all of this is right"), required=False
    )
    outside_reason = forms.CharField(
        label=gettext_lazy("Why is the position outside of the commune?"), required=False, max_length=90
    )

    looked: Whereabouts | None = None
    needs_outside_reason = False

    def first(self, values: Plain) -> dict[str, Any]:
        """Return what the fields hold at first, divisions, producer and position in words."""
        found = super().first(values) | self.first_where(values) | self.first_photo(values)
        self._producer = Producer.objects.filter(pk=values["producer"]).first() if values.get("producer") else None
        found["producer"] = producer_words(self._producer)
        found["position"] = position_words(values.get("location"))
        found["opening_hours"] = values.get("schedule") or ""
        return found

    def clean_producer(self) -> Producer | None:
        """Find the producer that was named."""
        text = self.cleaned_data["producer"]
        return self._producer if text == self.initial["producer"] else self._try("producer", producer_of, text)

    def clean_opening_hours(self) -> str:
        """Write the hours as they are stored."""
        text = self.cleaned_data["opening_hours"]
        if not text or text == self.initial["opening_hours"]:
            return str(text)
        try:
            return canonical_hours(text)
        except hours.HoursError:
            raise forms.ValidationError(
                _("“%(said)s” can't be read as opening hours. Write them like 07:00-18:00."), params={"said": text}
            ) from None

    def clean(self) -> dict[str, Any]:
        """Settle what depends on several fields: commune and province, position and what it is worth."""
        cleaned = super().clean() or self.cleaned_data
        self.settle_where(cleaned)
        self.settle_photo(cleaned)
        self._settle_position(cleaned)
        return cleaned

    def _settle_position(self, cleaned: dict[str, Any]) -> None:
        text, accuracy = cleaned.get("position", ""), cleaned.get("location_accuracy", "")
        moved = "position" in self.changed_data
        cleaned["location"] = None
        if not text or (accuracy in (Place.Accuracy.NONE, Place.Accuracy.COMMUNE_POINT) and not moved):
            return
        commune, province = cleaned.get("commune"), cleaned.get("province")
        typed = self._try("position", read_position, text, province, commune) if moved else self._typed_before()
        if typed is None:
            return
        cleaned["location"] = typed.point
        if moved:
            if accuracy not in MEASURED:
                cleaned["location_accuracy"] = typed.accuracy
            if "location_source" not in self.changed_data:
                cleaned["location_source"] = _("set by hand on the map")
            self.looked = whereabouts(typed, self.record, commune)  # type: ignore[arg-type]  # this form's are places
        elif commune != self.commune_before and accuracy in MEASURED:
            self.looked = whereabouts(typed, None, commune)

    def _typed_before(self) -> Typed:
        lon, lat = self.base.values["location"]["coordinates"][:2]
        return Typed(lon, lat, self.base.values["location_accuracy"])

    def _try(self, field: str, read: Any, *asked: Any) -> Any:
        """Return what ``read`` makes of a text; what it refuses is shown at the field."""
        try:
            return read(*asked)
        except InvalidParameter as problem:
            self.add_error(field, problem.message)
            return None

    def wanted(self) -> dict[str, Any]:
        """Return what was changed, as the service takes it."""
        values = super().wanted()
        cleaned, changed = self.cleaned_data, set(self.changed_data)
        for name in ("commune", "province", "location", "location_accuracy", "location_source", "photo_credit"):
            values.pop(name, None)
        values |= self.wanted_where(self.record is None) | self.wanted_photo()
        if {"position", "location_accuracy", "location_source"} & changed or self.record is None:
            values |= {name: cleaned[name] for name in ("location", "location_accuracy", "location_source")}
        if "opening_hours" in changed:
            values["schedule"] = services.schedule_of(cleaned["opening_hours"])
        if cleaned.get("checked_now"):
            values["checked_on"] = calendar.today()
        return values

    def typed(self) -> list[tuple[str, str]]:
        """Carry a photo that was sent along by its name."""
        held = [("held_photo", self.held)] if self.held else []
        return [pair for pair in super().typed() if pair[0] != "held_photo"] + held

    def explain_outside(self) -> bool:
        """Whether the position contradicts the commune and nobody has said why: then it is asked for."""
        looked = self.looked
        if looked is None or not looked.is_outside or self.cleaned_data.get("outside_reason"):
            return False
        self.needs_outside_reason = True
        self.add_error("outside_reason", _("Say why, or choose the commune the position lies in."))
        return True

    def reasons(self) -> str:
        """Return why, with the reason for a position outside of the commune."""
        outside = self.cleaned_data.get("outside_reason")
        said = str(self.cleaned_data["reason"])
        return f"{said} ({outside})" if outside and self.looked is not None and self.looked.is_outside else said


def position_words(point: Any) -> str:
    """Return a position (GeoJSON) as people write it: latitude, longitude."""
    if not point:
        return ""
    lon, lat = point["coordinates"][:2]
    return f"{lat:.6f}, {lon:.6f}"
