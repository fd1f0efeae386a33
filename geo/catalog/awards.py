"""Certificates as parts of what they are about: a product, a producer, a place. Written with it, by the same rules."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo.access import parts
from geo.access.rules import Action
from geo.catalog.models import Certificate, CertificateScheme
from geo.catalog.services import settle_certificate
from geo.spatial.folding import fold
from geo.spatial.models import PublicId
from geo.spatial.problems import InvalidParameter
from geo.spatial.provenance import SOURCE_FIELDS

NEW = "+"
"""A row whose name begins so isn't stored yet."""


class Certificates(parts.Part):
    """One certificate; the row is called by its primary key, a new one ``+1`` and so on."""

    name = "certificates"
    model = Certificate
    owners = ("catalog.Product", "catalog.Producer", "places.Place")
    action = Action.CERTIFY
    groups: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "award": (
            "scheme", "stars", "score", "number", "decision_number", "decision_date", "decision_year",
            "issuer", "scope",
        ),
        "validity": ("valid_from", "valid_until"),
        "revocation": ("revoked_on", "revoked_reason"),
        "source": SOURCE_FIELDS,
    }  # fmt: skip
    titles: ClassVar = {
        "award": gettext_lazy("what is certified"),
        "validity": gettext_lazy("validity"),
        "revocation": gettext_lazy("revocation"),
        "source": gettext_lazy("source"),
    }

    def rows(self, record: Any) -> "QuerySet[Certificate]":
        """Return the certificates of a record, the newest first."""
        rows = Certificate.objects.filter(subject_id=_number(record)).select_related("scheme")
        return rows.order_by("scheme__position", "-decision_date", "-decision_year", "-pk")

    def row_of(self, one: Certificate) -> str:
        """Name the primary key."""
        return str(one.pk)

    def key_columns(self, record: Any) -> Mapping[str, Any]:
        """Return the public id of what is certified."""
        return {"subject_id": _number(record)}

    def again(self, row: str) -> str:
        """A removed certificate gets another key."""
        return f"{NEW}{row}"

    def fresh(self, record: Any, row: str) -> Certificate:
        """Return a certificate of ``record``."""
        if not row.startswith(NEW):
            raise InvalidParameter("", _("%(name)s isn't there any more.") % {"name": self.called_by(row)})
        return Certificate(subject=PublicId.objects.get(pk=record.public_id))

    def check(self, edited: Certificate, stored: Certificate | None) -> None:
        """Complete dates and stars; refuse what is registered already."""
        if not CertificateScheme.objects.filter(pk=edited.scheme_id).exists():
            raise InvalidParameter("scheme", _("Choose the scheme of the certificate."))
        if not edited.source_kind:
            raise InvalidParameter("source_kind", _("Say what kind of source it has."))
        if edited.valid_from and edited.valid_until and edited.valid_from >= edited.valid_until:
            raise InvalidParameter("valid_until", _("The certificate would end before it begins."))
        if edited.revoked_reason and edited.revoked_on is None:
            raise InvalidParameter("revoked_on", _("Say since when it is revoked."))
        settle_certificate(edited, stored)
        if stored is None:
            _refuse_twin(edited)

    def called(self, one: Certificate) -> str:
        """Say the scheme, stars and decision."""
        stars = f" {'★' * one.stars}" if one.stars else ""
        decided = one.decision_number or one.number
        scheme = CertificateScheme.objects.filter(pk=one.scheme_id).values_list("name_vi", flat=True).first()
        said = f"{scheme or self.model._meta.verbose_name}{stars}"
        return f"{said} · {decided}" if decided else said

    def called_by(self, row: str) -> str:
        """Say which certificate a name means."""
        found = None
        if not row.startswith(NEW):
            found = Certificate.objects.select_related("scheme").filter(pk=row).first() if row.isdigit() else None
        return self.called(found) if found is not None else _("new certificate") if row.startswith(NEW) else row

    def say(self, group: str, one: Certificate) -> str:
        """Say a group: its columns that are known."""
        return ", ".join(said for name in self.groups[group] if (said := _said(one, name)))


def _number(record: Any) -> str:
    """Return the public id of a record, which the database has made: one that was just stored may not know it yet."""
    if isinstance(record.public_id, str):
        return record.public_id
    known = type(record)._default_manager.filter(pk=record.pk).values_list("public_id", flat=True)
    return str(known.first() or "") if record.pk is not None else ""


def _said(one: Certificate, name: str) -> str:
    field: Any = one._meta.get_field(name)
    value = getattr(one, field.attname)
    if value in (None, ""):
        return ""
    if name == "scheme":
        found = CertificateScheme.objects.filter(pk=value).first()
        return found.name_vi if found is not None else str(value)
    if name == "stars":
        return "★" * int(value)
    if name.endswith(("_on", "_date", "_from", "_until")):
        value = f"{value:%d/%m/%Y}"
    elif field.choices:
        value = dict(field.flatchoices).get(value, value)
    return f"{field.verbose_name}: {value}"


def _refuse_twin(edited: Certificate) -> None:
    """Refuse the certificate of a decision that the record has one of already."""
    same = Certificate.objects.filter(subject_id=edited.subject_id, scheme_id=edited.scheme_id)
    for name in ("decision_number", "number"):
        said = fold(getattr(edited, name))
        if said and any(fold(text) == said for text in same.values_list(name, flat=True)):
            raise InvalidParameter(name, _("A certificate with this number is registered already: correct that one."))


CERTIFICATES = Certificates()
