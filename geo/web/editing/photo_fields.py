"""The photo of a place in its form: a new file, whose it is, taking it away. What was sent needn't be sent again."""

from typing import Any

from django import forms
from django.core import signing
from django.core.files.storage import default_storage
from django.utils.translation import gettext_lazy

from geo.places.models import Place
from geo.places.photos import path_of, take_in
from geo.spatial.problems import InvalidParameter
from geo.stewardship.plain import Plain
from geo.web.editing.fields import text_field
from geo.web.editing.forms import Group

SALT = "geo.web.editing.photo"


def photo_group() -> Group:
    """Return the group of these fields."""
    return Group(
        gettext_lazy("Photo"),
        ("new_photo", "photo_credit", "forget_photo"),
        lead=gettext_lazy(
            "The photo is made small and loses the camera's data. One of a household is shown only since it has agreed."
        ),
    )


class PhotoFields(forms.Form):
    """A new photo is kept as soon as it has come; ``held`` carries its name through further screens."""

    new_photo = forms.FileField(
        label=gettext_lazy("New photo"),
        required=False,
        help_text=gettext_lazy("JPEG, PNG or WebP, at most 15 MB."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    photo_credit = text_field(
        Place,
        "photo_credit",
        gettext_lazy("Photo by"),
        help_text=gettext_lazy("Who took it and allows its use, and the licence if there is one."),
    )
    forget_photo = forms.BooleanField(label=gettext_lazy("Take the photo away"), required=False)
    held_photo = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)

    held = ""
    """The name of the photo that was sent, signed."""
    photo_before = ""

    @property
    def photo_href(self) -> str:
        """Where the photo is that the record has."""
        return str(default_storage.url(self.photo_before)) if self.photo_before else ""

    def first_photo(self, values: Plain) -> dict[str, Any]:
        """Return what the fields hold at first."""
        self.photo_before = values.get("photo") or ""
        return {"photo_credit": values.get("photo_credit") or ""}

    def clean_held_photo(self) -> str:
        """Return the name of a photo that was sent with an earlier screen."""
        text = self.cleaned_data["held_photo"]
        try:
            name = str(signing.loads(text, salt=SALT)) if text else ""
        except signing.BadSignature:
            return ""
        self.held = text if path_of(name) else ""
        return name if self.held else ""

    def clean_new_photo(self) -> str:
        """Keep the photo and return its name."""
        file = self.cleaned_data["new_photo"]
        if not file:
            return ""
        try:
            return take_in(file)
        except InvalidParameter as problem:
            raise forms.ValidationError(problem.message) from None

    def settle_photo(self, cleaned: dict[str, Any]) -> None:
        """Take the newest photo that was sent."""
        name = cleaned.get("new_photo") or cleaned.get("held_photo") or ""
        if name:
            self.held = signing.dumps(name, salt=SALT)
        elif not cleaned.get("forget_photo"):
            name = self.photo_before
        cleaned["photo"] = name

    def wanted_photo(self) -> dict[str, Any]:
        """Return the photo and its credit as a service takes them, if they were changed."""
        cleaned = self.cleaned_data
        if cleaned["photo"] == self.photo_before and "photo_credit" not in self.changed_data:
            return {}
        return {"photo": cleaned["photo"], "photo_credit": cleaned["photo_credit"] if cleaned["photo"] else ""}
