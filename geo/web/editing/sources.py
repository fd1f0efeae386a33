"""The fields of a record's source, which every form of a record has, folded away."""

from django import forms
from django.utils.translation import gettext_lazy

from geo.catalog.models import Producer
from geo.spatial.provenance import SOURCE_FIELDS
from geo.web.editing.fields import DateField, choice_field, text_field
from geo.web.editing.forms import Group


class SourceFields(forms.Form):
    """Where the record comes from."""

    source_kind = choice_field(Producer, "source_kind", gettext_lazy("Kind of source"))
    source_name = text_field(Producer, "source_name", gettext_lazy("Source"))
    source_url = forms.URLField(
        label=gettext_lazy("Source address"), required=False, max_length=1000, assume_scheme="https"
    )
    source_licence = text_field(Producer, "source_licence", gettext_lazy("Licence"))
    source_date = DateField(label=gettext_lazy("Date of the source"))
    trust = choice_field(Producer, "trust", gettext_lazy("Trust"))
    external_id = text_field(Producer, "external_id", gettext_lazy("Id in the source"))


def source_group() -> Group:
    """Return the group of these fields."""
    return Group(gettext_lazy("Source of this record"), SOURCE_FIELDS, folded=True)
