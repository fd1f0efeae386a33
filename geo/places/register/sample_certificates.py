"""Sample certificates: each keeps showing the state it is there to show, on whatever day the sample is loaded."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from geo.catalog.models import Certificate, CertificateScheme, Producer, Product
from geo.catalog.rules import CertificateDates, add_months, certificate_state
from geo.places.models import Place
from geo.places.register.catalogue import Catalogue
from geo.places.register.files import FixtureError, Line, read
from geo.places.register.sample import PREFIX, SOURCE, Sample
from geo.places.register.store import Store

_DATES = ("valid_from", "valid_until", "revoked_on", "decision_date", "decision_year")


def load_sample_certificates(store: Store, folder: Path, catalogue: Catalogue, sample: Sample) -> None:
    """Load the sample certificates. Raises FixtureError, also when a line wouldn't have the state it names."""
    known = {row.external_id: row for row in Certificate.objects.filter(external_id__startswith=PREFIX)}
    subjects: dict[str, Mapping[str, Producer | Product | Place]]
    subjects = {"product": sample.products, "place": sample.places, "producer": sample.producers}
    wanted = {}
    for line in read(folder, "sample/certificates.csv"):
        key = PREFIX + line.text("id")
        subject = subjects[line.text("subject_kind")].get(line.text("subject_id"))
        scheme = catalogue.schemes.get(line.text("scheme"))
        if subject is None or scheme is None:
            store.refuse("certificates", f"{line.where}: no subject or scheme of that id")
            continue
        wanted[key] = {
            "scheme_id": scheme.pk,
            "subject_id": subject.public_id,
            "stars": line.whole("stars"),
            "score": line.number("score"),
            "number": line.text("number"),
            "issuer": line.text("issuer"),
            "scope": line.text("scope"),
            "revoked_reason": line.text("note"),
            **_dates(line, scheme, known.get(key), store.today),
            **SOURCE,
        }
    store.records("certificates", Certificate, wanted)


def _dates(line: Line, scheme: CertificateScheme, known: Certificate | None, today: date) -> dict[str, Any]:
    """Return the date columns: the stored ones while they show the state named, else counted from today."""
    state = line.text("state")
    if known is not None:
        stored = {name: getattr(known, name) for name in _DATES}
        if _state(stored, scheme, today) == state:
            return stored
    decided, until = _from(today, line, "decided_offset_days"), _from(today, line, "valid_until_offset_days")
    if decided is not None and until is None and scheme.validity_months is not None:
        until = add_months(decided, scheme.validity_months)
    year = line.whole("decided_year_offset")
    dates = {
        "valid_from": decided,
        "valid_until": until,
        "revoked_on": _from(today, line, "revoked_offset_days"),
        "decision_date": decided,
        "decision_year": None if year is None else today.year + year,
    }
    if _state(dates, scheme, today) != state:
        raise FixtureError(f"{line.where}: the dates don't make it {state}")
    return dates


def _state(dates: dict[str, Any], scheme: CertificateScheme, today: date) -> str:
    known = CertificateDates(
        valid_from=dates["valid_from"],
        valid_until=dates["valid_until"],
        revoked_on=dates["revoked_on"],
        decision_year=dates["decision_year"],
        validity_months=scheme.validity_months,
    )
    return certificate_state(known, today).value


def _from(today: date, line: Line, column: str) -> date | None:
    offset = line.whole(column)
    return None if offset is None else today + timedelta(days=offset)
