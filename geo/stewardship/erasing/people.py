"""Erasing one person: a household producer, whoever signs in, reports or buys. Records, roles and dates stay."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from geo.access import outbox, roles
from geo.access.areas import assignments_of
from geo.access.history import audit
from geo.access.models import ApiToken, Cover, Invitation, User
from geo.catalog.models import Certificate, Offer, Producer, Product
from geo.places.models import Place, PlaceProduct
from geo.places.photos import erase as erase_photos
from geo.sourcing.models import QuotationRequest, Watch
from geo.sourcing.plans.withdrawing import forget
from geo.sourcing.quotations.erasing import erase_requests
from geo.spatial import calendar
from geo.spatial.problems import InvalidParameter
from geo.stewardship.erasing import sweeping
from geo.stewardship.imports.erasing import erase as erase_import
from geo.stewardship.imports.models import Import, ImportRow
from geo.stewardship.models import AcceptedPosition, Claim, Proposal, Report, ReportPhoto

CONTACTS = ("phone", "email", "zalo", "website", "address")
PLACE_KEYS = ("name", *CONTACTS, "location", "location_source", "photo", "photo_credit")
USER_KEYS = ("username", "first_name", "last_name", "email", "subject", "password")
CLAIM_KEYS = ("name", "phone", "email", "proof", "sender", "form")
REPORT_KEYS = ("text", "contact", "name", "location", "sender", "form")


@dataclass
class Erased:
    """What was done: how many rows, and where one of the values still stands (``table.column``: rows)."""

    rows: int = 0
    imports: int = 0
    left: dict[str, int] = field(default_factory=dict)


@transaction.atomic
def erase_producer(producer: Producer, also: Sequence[str] = ()) -> Erased:
    """Erase name, contacts, and the own places' positions of a person who produces.

    ``also``: further words to look for everywhere, such as the person's bare name. Raises: InvalidParameter for a
    company or co-operative, whose name is nobody's personal data.
    """
    if not producer.is_personal:
        raise InvalidParameter("producer", _("This producer is not a person: correct the record instead."))
    places = list(Place.objects.filter(producer=producer))
    products = list(Product.objects.filter(producer=producer))
    ids = [producer.public_id, *(place.public_id for place in places), *(one.public_id for one in products)]
    contacts = {str(getattr(row, key)) for row in (producer, *places) for key in CONTACTS}
    contacts |= sweeping.old_values("catalog_producer", [producer.pk], CONTACTS)
    contacts |= sweeping.old_values("places_place", [place.pk for place in places], CONTACTS)
    names = {producer.name} | sweeping.old_values("catalog_producer", [producer.pk], ["name"])
    found = Erased()
    with audit(None, _("personal data erased")):
        erase_photos(_photos(places))
        _blank(producer, places)
        found.rows += forget(ids)
        found.rows += erase_reports(Report.objects.filter(subject__in=ids))
        found.rows += _proposals(Q(subject__in=ids)) + erase_claims(Claim.objects.filter(producer=producer.public_id))
    found.imports = _imports([producer], places, products, [*contacts, *names, *also])
    _history_of_places(places)
    sweeping.scrub("catalog_producer", [producer.pk], ("name", *CONTACTS))
    found.rows += sweeping.sweep(names, _scope(producer, places, products, ids))
    return _finished(found, [*contacts, *also], names)


def _photos(places: Sequence[Place]) -> set[str]:
    """Return the names of all photos these places have, had, or were proposed to have."""
    proposed = Proposal.objects.filter(subject__in=[place.public_id for place in places])
    found = {str(place.photo.name) for place in places if place.photo}
    found |= sweeping.old_values("places_place", [place.pk for place in places], ["photo"])
    return found | {name for name in proposed.values_list("values__photo", flat=True) if name}


def _blank(producer: Producer, places: Sequence[Place]) -> None:
    for place in places:
        kept = dict.fromkeys(CONTACTS, "") | {"photo": "", "photo_credit": "", "contact_consent_on": None}
        kept |= {"name": f"{place.get_kind_display()} {sweeping.MARK}"}
        if place.kind != Place.Kind.POINT_OF_SALE or place.outlet == Place.Outlet.PRODUCER_SHOP:
            kept |= {"location": None, "location_accuracy": Place.Accuracy.NONE, "location_source": ""}
        Place.objects.filter(pk=place.pk).update(**kept)
    AcceptedPosition.objects.filter(place__in=[place.pk for place in places]).delete()
    blank: dict[str, Any] = dict.fromkeys(CONTACTS, "")
    name = f"{producer.get_kind_display()} {sweeping.MARK}"
    Producer.objects.filter(pk=producer.pk).update(name=name, contact_consent_on=None, **blank)


def _history_of_places(places: Sequence[Place]) -> None:
    sweeping.scrub("places_place", [place.pk for place in places], PLACE_KEYS)


def _scope(
    producer: Producer, places: Sequence[Place], products: Sequence[Product], ids: list[str]
) -> dict[str, tuple[str, Sequence[Any]]]:
    """Return where the name is looked for: the producer's own records and their history. Others have the same name."""
    offers = [str(pk) for pk in Offer.objects.filter(product__in=products).values_list("pk", flat=True)]
    certificates = Certificate.objects.filter(subject__in=ids).values_list("pk", flat=True)
    linked = {
        "places_place": [str(place.pk) for place in places],
        "catalog_product": [str(product.pk) for product in products],
        "catalog_producer": [str(producer.pk)],
        "catalog_offer": offers,
        "catalog_certificate": [str(pk) for pk in certificates],
        "stewardship_report": [str(pk) for pk in Report.objects.filter(subject__in=ids).values_list("pk", flat=True)],
        "stewardship_proposal": [
            str(pk) for pk in Proposal.objects.filter(subject__in=ids).values_list("pk", flat=True)
        ],
    }
    scope: dict[str, tuple[str, Sequence[Any]]] = {
        table: ("id::text = ANY (%s)", [records]) for table, records in linked.items()
    }
    tables, records = zip(*((table, record) for table, found in linked.items() for record in found), strict=True)
    history = (
        '("table", record) IN (SELECT * FROM unnest(%s::text[], %s::text[])) OR transaction = spatial_transaction()'
    )
    scope["access_recordversion"] = (history, [list(tables), list(records)])
    scope["django_admin_log"] = ("object_id = ANY (%s)", [list(records)])
    return scope


@transaction.atomic
def erase_user(user: User, also: Sequence[str] = ()) -> Erased:
    """Erase who somebody is that signs in; what they did stays under a number. Their roles end today."""
    names = {user.get_full_name()} - {""}
    keys = {user.email, user.username, user.subject or ""}
    keys |= sweeping.old_values("access_user", [user.pk], ("email", "username", "subject"))
    found = Erased()
    with audit(None, _("personal data erased")):
        for assignment in assignments_of([user.pk]):
            roles.end(None, _("personal data erased"), assignment)
        Cover.objects.filter(Q(absent=user) | Q(acting=user)).update(reason="")
        User.objects.filter(pk=user.pk).update(
            username=f"erased-{user.pk}",
            first_name="",
            last_name="",
            email="",
            subject=None,
            password="!",
            is_active=False,
            is_superuser=False,
            is_staff=False,
        )
        found.rows += _proposals(Q(proposed_by=user, state=Proposal.State.WAITING))
        found.rows += erase_claims(Claim.objects.filter(user=user))
    Invitation.objects.filter(user=user).delete()
    TOTPDevice.objects.filter(user=user).delete()
    ApiToken.objects.filter(user=user).delete()
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()
    sweeping.scrub("access_user", [user.pk], USER_KEYS)
    own = str(user.pk)
    covers = [str(pk) for pk in Cover.objects.filter(Q(absent=user) | Q(acting=user)).values_list("pk", flat=True)]
    sweeping.scrub("access_cover", [int(pk) for pk in covers], ("reason",))
    held = [str(pk) for pk in user.assignments.values_list("pk", flat=True)]
    history = (
        """actor = %s OR "table" = 'access_cover' AND record = ANY (%s)"""
        """ OR "table" = 'access_assignment' AND record = ANY (%s) OR "table" = 'access_user' AND record = %s"""
        " OR transaction = spatial_transaction()"
    )
    scope: dict[str, tuple[str, Sequence[Any]]] = {
        "access_recordversion": (history, [user.pk, covers, held, own]),
        "stewardship_report": ("settled_by_id = %s", [user.pk]),
        "stewardship_proposal": ("proposed_by_id = %s OR decided_by_id = %s", [user.pk, user.pk]),
        "django_admin_log": ("user_id = %s OR object_id = %s", [user.pk, own]),
    }
    found.rows += sweeping.sweep(names, scope)
    return _finished(found, [*keys, *also], names)


@transaction.atomic
def erase_report(report: Report, also: Sequence[str] = ()) -> Erased:
    """Erase what a reporter wrote, how to reach them, and their photo. Kind, dates and answer stay."""
    contact = report.contact.replace(",", ";").split(";")
    found = Erased(rows=erase_reports(Report.objects.filter(pk=report.pk)))
    return _finished(found, [*contact, *also], ())


@transaction.atomic
def erase_buyer(email: str, also: Sequence[str] = ()) -> Erased:
    """Erase the requests for quotation and the watched searches of an e-mail address. What was promised stays."""
    found = Erased(rows=erase_requests(QuotationRequest.objects.filter(email__iexact=email)))
    found.rows += Watch.objects.filter(email__iexact=email).delete()[0]
    found.rows += outbox.forget(email)
    return _finished(found, [email, *also], ())


def erase_reports(reports: Any) -> int:
    """Erase these reports, in the table and in its history; return how many."""
    keys = list(reports.values_list("pk", flat=True))
    ReportPhoto.objects.filter(report__in=keys).delete()
    values = {"text": "", "contact": "", "name": "", "location": None, "sender": "", "form": None}
    with audit(None, _("personal data erased")):
        Report.objects.filter(pk__in=keys).update(erased_at=calendar.now(), **values)
    sweeping.scrub("stewardship_report", keys, REPORT_KEYS)
    return len(keys)


def erase_claims(claims: Any) -> int:
    """Erase who asked for a record, in the table and in its history; those that wait are refused."""
    keys = list(claims.values_list("pk", flat=True))
    waiting = Claim.objects.filter(pk__in=keys, state=Claim.State.NEW)
    waiting.update(state=Claim.State.REFUSED, settled_at=calendar.now(), answer="")
    values = {"name": "", "phone": "", "email": "", "proof": "", "sender": "", "form": None}
    Claim.objects.filter(pk__in=keys).update(erased_at=calendar.now(), **values)
    sweeping.scrub("stewardship_claim", keys, CLAIM_KEYS)
    return len(keys)


def _proposals(which: Q) -> int:
    """Empty these proposals; those that wait are withdrawn."""
    keys = list(Proposal.objects.filter(which).values_list("pk", flat=True))
    now = calendar.now()
    waiting = Proposal.objects.filter(pk__in=keys, state=Proposal.State.WAITING)
    waiting.update(state=Proposal.State.WITHDRAWN, decided_at=now)
    Proposal.objects.filter(pk__in=keys).update(values={}, before={}, reason=sweeping.MARK)
    sweeping.scrub("stewardship_proposal", keys, ("values", "before", "reason"))
    return len(keys)


def _imports(
    producers: Sequence[Producer], places: Sequence[Place], products: Sequence[Product], values: Sequence[str]
) -> int:
    """Erase the imports that wrote these records or whose rows name one of the values; return how many."""
    wrote = Q(batch__kind=Import.Kind.PLACES, record__in=[place.pk for place in places])
    supplies = PlaceProduct.objects.filter(Q(place__in=places) | Q(product__in=products)).values("pk")
    wrote |= Q(batch__kind=Import.Kind.SUPPLY, record__in=supplies)
    wrote |= Q(batch__kind=Import.Kind.PRODUCTS, record__in=[product.pk for product in products])
    for value in sweeping.needles(values):
        wrote |= Q(cells__icontains=value) | Q(wanted__icontains=value)
    batches = Import.objects.filter(pk__in=ImportRow.objects.filter(wrote).values("batch"), erased_at=None)
    for batch in batches:
        erase_import(batch)
    return len(batches)


def _finished(found: Erased, everywhere: Iterable[str], names: Iterable[str]) -> Erased:
    """Erase what is unmistakable everywhere, and say what still stands somewhere."""
    values = [*everywhere]
    found.rows += sweeping.sweep(values)
    found.left = sweeping.places_of([*values, *names])
    return found
