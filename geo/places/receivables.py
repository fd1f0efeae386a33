"""What the API receives of a place, and what follows from it: the same values as the forms give to the services."""

from collections.abc import Callable
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo.catalog.models import Producer
from geo.divisions.models import Division, Level
from geo.divisions.selectors import current
from geo.places import hours, rules
from geo.places.listed import CERTIFICATES_RECEIVED, GOODS_RECEIVED
from geo.places.models import Place
from geo.places.services import schedule_of
from geo.spatial import calendar, public_ids
from geo.spatial.problems import InvalidParameter
from geo.spatial.provenance import SourceKind, Trust
from geo.spatial.writing import Read, Receivable, Values, Writing, choice, day, words

_CODE = 12
_ID = 20


def division(level: Level) -> Read:
    """Read the code of a division of today."""

    def read(name: str, value: Any) -> Division | None:
        code = words(_CODE)(name, value)
        if not code:
            return None
        found = current().filter(level=level, code=code).select_related("parent").first()
        if found is None:
            raise InvalidParameter(name, _("There is no division of today with the code %(code)s.") % {"code": code})
        return found

    return read


def record(model: type[Model]) -> Read:
    """Read the number of another record."""

    def read(name: str, value: Any) -> Model | None:
        text = words(_ID)(name, value)
        if not text:
            return None
        try:
            number = public_ids.parse(text)
        except public_ids.InvalidPublicId as wrong:
            raise InvalidParameter(name, wrong.message) from None
        found = model._default_manager.filter(public_id=number).first()
        if found is None:
            raise InvalidParameter(name, _("There is no record with the number %(id)s.") % {"id": number})
        return found

    return read


def _schedule(name: str, value: Any) -> Any:
    return schedule_of(words(hours.LONGEST)(name, value))


def text(name: str, field: str, title: Any, longest: int, **more: Any) -> Receivable:
    """A property that is plain text."""
    return Receivable(name, field, title, words(longest), longest=longest, **more)


def one_of(name: str, field: str, title: Any, allowed: Any, **more: Any) -> Receivable:
    """A property with a fixed list of values."""
    return Receivable(name, field, title, choice(tuple(allowed)), enum=tuple(allowed), **more)


def date_of(name: str, field: str, title: Any, **more: Any) -> Receivable:
    """A property that is a day."""
    return Receivable(name, field, title, day, format="date", **more)


SOURCE = (
    text("source", "source_name", gettext_lazy("source"), 300),
    text("source_url", "source_url", gettext_lazy("source address"), 1000, format="uri"),
    one_of("source_kind", "source_kind", gettext_lazy("kind of source"), SourceKind.values, keeps=True),
    text("licence", "source_licence", gettext_lazy("licence"), 100),
    date_of("source_date", "source_date", gettext_lazy("date of the source"), shown=False),
    one_of("trust", "trust", gettext_lazy("trust"), Trust.values),
    text(
        "external_id",
        "external_id",
        gettext_lazy("id in the source"),
        80,
        shown=False,
        description=gettext_lazy("With the kind of source it names one record: sent again, nothing is made twice."),
    ),
)
CONTACTS = (
    text("address", "address", gettext_lazy("address as written"), 300),
    text("phone", "phone", gettext_lazy("phone"), 40),
    text("email", "email", gettext_lazy("e-mail"), 254, format="email"),
    text("zalo", "zalo", gettext_lazy("Zalo"), 40),
    text("website", "website", gettext_lazy("website"), 300, format="uri"),
    date_of("contact_consent_on", "contact_consent_on", gettext_lazy("contact may be shown since"), shown=False),
)
DIVISIONS = (
    Receivable("province_code", "province", gettext_lazy("province code"), division(Level.PROVINCE), longest=_CODE),
    Receivable("commune_code", "commune", gettext_lazy("commune code"), division(Level.COMMUNE), longest=_CODE),
)
NAME = text("name", "name", gettext_lazy("name"), 200, required=True)

_KIND = one_of("kind", "kind", gettext_lazy("kind"), Place.Kind.values, required=True)
_PLACE = (
    one_of("outlet", "outlet", gettext_lazy("kind of outlet"), Place.Outlet.values),
    one_of("status", "status", gettext_lazy("status"), Place.Status.values, keeps=True),
    Receivable("moved_to", "moved_to", gettext_lazy("moved to"), record(Place), longest=_ID),
    *DIVISIONS,
    *CONTACTS,
    one_of(
        "location_accuracy",
        "location_accuracy",
        gettext_lazy("accuracy of the position"),
        Place.Accuracy.values,
        keeps=True,
    ),
    text("location_source", "location_source", gettext_lazy("source of the position"), 200, shown=False),
    Receivable("producer_id", "producer", gettext_lazy("producer id"), record(Producer), longest=_ID),
    Receivable("opening_hours", "schedule", gettext_lazy("opening hours (OSM syntax)"), _schedule, longest=500),
    date_of("opened_on", "opened_on", gettext_lazy("opened on")),
    date_of("closed_on", "closed_on", gettext_lazy("closed since")),
    date_of("checked_on", "checked_on", gettext_lazy("last checked on")),
    *SOURCE,
)


def _only(kind: str) -> Receivable:
    """The kind, in a collection of places of that kind."""
    return one_of("kind", "kind", gettext_lazy("kind"), (kind,), keeps=True)


def place_writing(kind: str | None) -> Writing:
    """Return what the collection of places of one ``kind`` receives (``None``: of all kinds)."""
    return Writing(
        model=Place,
        receivables=(NAME, _only(kind) if kind else _KIND, *_PLACE),
        complete=_of_kind(kind),
        removal=_closing,
        position="location",
        lists=(GOODS_RECEIVED, CERTIFICATES_RECEIVED),
    )


def _of_kind(kind: str | None) -> Callable[[Values, Any], Values]:
    def complete(values: Values, stored: Place | None) -> Values:
        given = {"kind": kind, **values} if kind and stored is None else dict(values)
        return _complete(given, stored)

    return complete


def _complete(values: Values, stored: Place | None) -> Values:
    check_divisions(values, stored)
    _complete_position(values, stored)
    return with_source(values, stored)


def with_source(values: Values, stored: Any) -> Values:
    """Return the values of a new record with a kind of source: whoever writes knows it, unless they say otherwise."""
    return values if stored is not None or "source_kind" in values else {**values, "source_kind": SourceKind.SURVEY}


def check_divisions(values: Values, stored: Any) -> None:
    """Refuse a province that isn't the commune's, which would change nothing."""
    province = values.get("province")
    commune = values.get("commune", stored.commune if stored is not None else None)
    if province is not None and commune is not None and commune.parent_id != province.pk:
        raise InvalidParameter(
            "province_code",
            _("%(commune)s is not in %(province)s: send the commune's code too, or null.")
            % {"commune": commune.full_name, "province": province.full_name},
        )


def _complete_position(values: Values, stored: Place | None) -> None:
    """Add what a position that was sent alone is worth: as much as before if it was measured, else as an address."""
    accuracy = Place.Accuracy
    known = stored.location_accuracy if stored is not None else accuracy.NONE
    said = values.get("location_accuracy")
    if "location" not in values:
        if said in rules.MEASURED and known not in rules.MEASURED:
            raise InvalidParameter("location_accuracy", _("Send the position too: it isn't known yet."))
        return
    if values["location"] is None:
        values.setdefault("location_accuracy", accuracy.NONE)
        return
    _check_order(values["location"])
    if said is None:
        values["location_accuracy"] = known if known in rules.MEASURED else accuracy.ADDRESS
    values.setdefault("location_source", _("set through the API"))


def _check_order(point: Any) -> None:
    if not rules.is_inside(point.x, point.y) and rules.is_inside(point.y, point.x):
        raise InvalidParameter(
            "geometry", _("Longitude comes first: %(lon)s, %(lat)s?") % {"lon": point.y, "lat": point.x}
        )


def _closing(stored: Place) -> Values:
    if stored.status != Place.Status.OPEN:
        return {}
    return {"status": Place.Status.CLOSED, "closed_on": calendar.today(), "moved_to": None}
