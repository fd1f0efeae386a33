"""What can be chosen when two records are merged: fields that belong together are chosen together."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from geo.access.trails import Names
from geo.catalog.models import Producer, Product
from geo.places.models import Place
from geo.stewardship.writers import Subject

KEPT, DROPPED = "kept", "dropped"


@dataclass(frozen=True, slots=True)
class Group:
    """Columns taken from one side together; the first ones are shown."""

    name: str
    label: Promise | str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One group as shown: what each of two records says, and whether they differ."""

    group: Group
    kept: str
    dropped: str
    differs: bool
    wanted: str
    """Whose value is proposed: the kept one's, unless it says nothing."""


_SOURCE = Group(
    "source",
    _("source"),
    ("source_name", "source_kind", "source_url", "source_licence", "source_date", "trust", "external_id"),
)
_CONTACTS = (
    Group("phone", _("phone"), ("phone",)),
    Group("email", _("e-mail"), ("email",)),
    Group("zalo", _("Zalo"), ("zalo",)),
    Group("website", _("website"), ("website",)),
    Group("contact_consent_on", _("contact may be shown since"), ("contact_consent_on",)),
)
GROUPS: Mapping[type[Subject], tuple[Group, ...]] = {
    Place: (
        Group("name", _("name"), ("name",)),
        Group("kind", _("kind"), ("kind", "outlet")),
        Group("producer", _("producer"), ("producer_id",)),
        Group("status", _("status"), ("status", "closed_on", "moved_to_id")),
        Group("opened_on", _("opened on"), ("opened_on",)),
        Group("divisions", _("commune"), ("commune_id", "province_id")),
        Group("address", _("address as written"), ("address",)),
        Group("location", _("position"), ("location", "location_accuracy", "location_source")),
        Group("schedule", _("hours"), ("schedule_id",)),
        *_CONTACTS,
        Group("photo", _("photo"), ("photo", "photo_credit")),
        Group("checked_on", _("last checked on"), ("checked_on",)),
        _SOURCE,
    ),
    Product: (
        Group("name", _("name"), ("name",)),
        Group("name_en", _("English name"), ("name_en",)),
        Group("producer", _("producer"), ("producer_id",)),
        Group("category", _("category"), ("category_id", "category_basis")),
        Group("description", _("description"), ("description",)),
        Group("gtin", "GTIN", ("gtin",)),
        Group("local_code", _("local product code"), ("local_code",)),
        Group("note", _("note of the editors"), ("note",)),
        _SOURCE,
    ),
    Producer: (
        Group("name", _("name"), ("name",)),
        Group("kind", _("kind"), ("kind",)),
        Group("divisions", _("commune"), ("commune_id", "province_id")),
        Group("address", _("address as written"), ("address",)),
        *_CONTACTS,
        _SOURCE,
    ),
}


def groups_of(record: Subject) -> tuple[Group, ...]:
    """Return what can be chosen for records of this kind."""
    return GROUPS[type(record)]


def lines(kept: Subject, dropped: Subject) -> list[Line]:
    """Return every group about which one of the two says something."""
    names = Names()
    found = []
    for group in groups_of(kept):
        left, right = _say(kept, group, names), _say(dropped, group, names)
        if left or right:
            differs = any(_value(kept, name) != _value(dropped, name) for name in group.columns)
            wanted = DROPPED if _empty(kept, group) and not _empty(dropped, group) else KEPT
            found.append(Line(group, left, right, differs, wanted))
    return found


def taken(dropped: Subject, chosen: Mapping[str, str]) -> dict[str, Any]:
    """Return the columns to take over from the record that is dropped."""
    names = (name for group in groups_of(dropped) if chosen.get(group.name) == DROPPED for name in group.columns)
    return {name: _value(dropped, name) for name in names}


def proposed(kept: Subject, dropped: Subject) -> dict[str, str]:
    """Return the choices that fill the gaps of ``kept`` and change nothing else."""
    return {line.group.name: line.wanted for line in lines(kept, dropped)}


def _empty(record: Subject, group: Group) -> bool:
    if group.name == "location":
        return getattr(record, "location", None) is None
    return not _value(record, group.columns[0])


def _value(record: Subject, column: str) -> Any:
    """Return a column's value; a file's is its name."""
    value = getattr(record, column)
    return (value.name or "") if column == "photo" else value


def _say(record: Subject, group: Group, names: Names) -> str:
    """Return a group's values in words, empty where it says nothing."""
    fields = {field.attname: field for field in record._meta.concrete_fields}
    said = []
    for column in group.columns:
        value = _value(record, column)
        if value in (None, "") or column == "external_id":
            continue
        if column == "location":
            said.append(f"{value.y:.5f}, {value.x:.5f}")
        else:
            said.append(value.strftime("%d/%m/%Y") if hasattr(value, "strftime") else names.say(fields[column], value))
    return " · ".join(said) if not _empty(record, group) or group.name == "location" else ""
