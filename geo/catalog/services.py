"""Writes of the catalogue: producers, products, certificates. Who (``actor``) and why (``reason``) stay in the history.

``version`` is the version of the record its editor saw: when it has changed since, Conflict is raised and nothing is
written. Every function raises InvalidParameter naming the field that is wrong.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from copy import copy
from datetime import date
from typing import Any, TypeVar

from django.db.models import Model
from django.utils.translation import gettext as _

from geo.access import parts, records, spots
from geo.access.history import audit
from geo.access.models import User
from geo.access.permissions import require_together
from geo.access.rules import Action, Spot
from geo.catalog.areas import producer_spot, product_spot
from geo.catalog.models import OCOP, Certificate, Producer, Product
from geo.catalog.rules import add_months
from geo.catalog.scores import stars_of_score
from geo.spatial import calendar
from geo.spatial.folding import nfc
from geo.spatial.problems import InvalidParameter
from geo.spatial.provenance import SOURCE_FIELDS

RecordT = TypeVar("RecordT", bound=Model)

PRODUCER_FIELDS = frozenset(
    (
        *SOURCE_FIELDS,
        "name",
        "kind",
        "address",
        "province",
        "commune",
        "phone",
        "email",
        "zalo",
        "website",
        "contact_consent_on",
    )
)
PRODUCT_FIELDS = frozenset(
    (
        *SOURCE_FIELDS,
        "name",
        "name_en",
        "producer",
        "category",
        "category_basis",
        "description",
        "gtin",
        "local_code",
        "note",
    )
)
CERTIFICATE_FIELDS = frozenset(
    (
        *SOURCE_FIELDS,
        "scheme",
        "subject",
        "stars",
        "score",
        "number",
        "decision_number",
        "decision_date",
        "decision_year",
    )
) | {"issuer", "valid_from", "valid_until", "revoked_on", "revoked_reason", "scope"}
_COMPUTED = ("public_id", "folded", "is_sample")
_FIRST_YEAR = 2018


def save_producer(
    actor: User | None,
    reason: str,
    values: Mapping[str, Any],
    *,
    producer: Producer | None = None,
    version: int | None = None,
    agreed: Sequence[User] = (),
) -> Producer:
    """Create a producer, or change ``producer``; its province follows from its commune.

    ``values`` may hold its certificates (``geo.access.parts``).
    """
    with audit(actor, records.require_reason(reason)):
        own, others = parts.apart(values)
        edited, stored = _edited(Producer, producer, version, own, PRODUCER_FIELDS)
        edited.name = nfc(edited.name)
        if edited.commune is not None and edited.commune.parent is not None:
            edited.province = edited.commune.parent
        _require(actor, Action.EDIT, producer_spot, edited, stored, agreed)
        return _with_parts(actor, agreed, _stored(edited, stored), stored, others, producer_spot)


def save_product(
    actor: User | None,
    reason: str,
    values: Mapping[str, Any],
    *,
    product: Product | None = None,
    version: int | None = None,
    agreed: Sequence[User] = (),
) -> Product:
    """Create a product, or change ``product``; a category that is set without a basis was assigned by the editors.

    ``values`` may hold its certificates (``geo.access.parts``).
    """
    with audit(actor, records.require_reason(reason)):
        own, others = parts.apart(values)
        edited, stored = _edited(Product, product, version, own, PRODUCT_FIELDS)
        edited.name, edited.name_en = nfc(edited.name), nfc(edited.name_en)
        if edited.category is None:
            edited.category_basis = ""
        elif not edited.category_basis:
            edited.category_basis = Product.CategoryBasis.DERIVED
        _require(actor, Action.EDIT, product_spot, edited, stored, agreed)
        return _with_parts(actor, agreed, _stored(edited, stored), stored, others, product_spot)


def save_certificate(
    actor: User | None, reason: str, values: Mapping[str, Any], *, certificate: Certificate | None = None
) -> Certificate:
    """Register a certificate, or correct one.

    From the date of the decision follow its year and, unless they are given, the span of validity: as many months as
    the scheme says (OCOP: 36). A year alone leaves the span unknown. A certificate needs a source.
    """
    with audit(actor, records.require_reason(reason)):
        edited, stored = _edited(Certificate, certificate, None, values, CERTIFICATE_FIELDS)
        settle_certificate(edited, stored)
        _require(actor, Action.CERTIFY, lambda one: spots.spot_of(one.subject), edited, stored)
        return _stored(edited, stored)


def revoke_certificate(
    actor: User | None, reason: str, certificate: Certificate, *, on: date | None = None, because: str = ""
) -> Certificate:
    """Record that ``certificate`` was revoked on a day (today)."""
    values = {"revoked_on": on or calendar.today(), "revoked_reason": nfc(because)}
    return save_certificate(actor, reason, values, certificate=certificate)


def _require(
    actor: User | None,
    action: Action,
    spot: Callable[[RecordT], Spot],
    edited: RecordT,
    stored: RecordT | None,
    agreed: Sequence[User] = (),
) -> None:
    """Raise Forbidden unless both where the record is and would be are in the area of the actor or who ``agreed``."""
    require_together(actor, agreed, action, *(spot(one) for one in (stored, edited) if one is not None))


def _edited(
    model: type[RecordT],
    record: RecordT | None,
    version: int | None,
    values: Mapping[str, Any],
    editable: Collection[str],
) -> tuple[RecordT, RecordT | None]:
    """Return the record with ``values`` set, not stored yet, and the stored one if there is."""
    stored = records.locked(record, version) if record is not None else None
    edited = copy(stored) if stored is not None else model()
    records.apply(edited, values, editable)
    return edited, stored


def _stored(edited: RecordT, stored: RecordT | None) -> RecordT:
    """Check and store the record when it differs from the stored one."""
    records.check(edited, exclude=_COMPUTED)
    records.check_words(edited, stored)
    changed = records.changed_fields(edited, stored)
    if changed:
        records.store(edited, stored, changed)
    return edited


def _with_parts(
    actor: User | None,
    agreed: Sequence[User],
    record: RecordT,
    stored: RecordT | None,
    values: Mapping[str, Any],
    spot: Callable[[RecordT], Spot],
) -> RecordT:
    """Write the certificates of a stored record as well."""
    if parts.write(actor, agreed, record, values, spot(record)):
        parts.reread(record, getattr(stored, "version", None))
    return record


def settle_certificate(edited: Certificate, stored: Certificate | None) -> None:
    """Make sure of a source, derive dates and stars. Raises: InvalidParameter."""
    if not edited.source_name and not edited.source_url:
        raise InvalidParameter("source_name", _("A certificate without a source is not shown: name the source."))
    settle_dates(edited, moved=stored is None or stored.decision_date != edited.decision_date)
    check_stars(edited)


def settle_dates(certificate: Certificate, moved: bool) -> None:
    """Derive year and span from the date of the decision; ``moved`` when that date is new.

    Raises: InvalidParameter (``decision_year``).
    """
    decided, months = certificate.decision_date, certificate.scheme.validity_months
    if decided is not None:
        certificate.decision_year = decided.year
        if certificate.valid_from is None or (moved and certificate.pk):
            certificate.valid_from = decided
            certificate.valid_until = add_months(decided, months) if months else certificate.valid_until
        elif certificate.valid_until is None and months:
            certificate.valid_until = add_months(certificate.valid_from, months)
    year = certificate.decision_year
    if year is not None and not _FIRST_YEAR <= year <= calendar.today().year:
        raise InvalidParameter("decision_year", _("The decision can't be of the year %(year)d.") % {"year": year})


def check_stars(certificate: Certificate) -> None:
    """Derive the stars of an OCOP certificate from its score. Raises: InvalidParameter (``stars``)."""
    if certificate.scheme_id != OCOP:
        return
    if certificate.stars is None and certificate.score is None:
        raise InvalidParameter("stars", _("An OCOP certificate has stars: say how many, or the score."))
    if certificate.score is not None:
        earned = stars_of_score(float(certificate.score))
        if certificate.stars is None:
            certificate.stars = earned
        elif certificate.stars != earned:
            raise InvalidParameter(
                "stars",
                _("A score of %(score)s gives %(stars)d stars.") % {"score": certificate.score, "stars": earned},
            )
