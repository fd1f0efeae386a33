"""States of certificates: what can be said of one on a day, in Python and in SQL alike."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.catalog.models import Certificate, CurrentCertificate, Product
from geo.catalog.rules import (
    ENDING_DAYS,
    OCOP_MONTHS,
    CertificateDates,
    CertificateState,
    add_months,
    certificate_state,
    days_left,
    expired_for_certain_from,
)
from geo.catalog.selectors import certified, current_certificates, with_stars
from geo.spatial.models import PublicId
from tests import factories

DAY = date(2026, 11, 21)


def test_ocop_certificate_lasts_36_months_from_the_decision() -> None:
    assert add_months(date(2023, 3, 24), OCOP_MONTHS) == date(2026, 3, 24)


def test_the_end_of_a_month_stays_in_its_month() -> None:
    assert add_months(date(2023, 8, 31), 18) == date(2025, 2, 28)
    assert add_months(date(2024, 2, 29), 36) == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("dates", "state"),
    [
        (CertificateDates(date(2025, 1, 1), date(2028, 1, 1)), CertificateState.VALID),
        (CertificateDates(date(2024, 1, 1), DAY + timedelta(days=ENDING_DAYS + 1)), CertificateState.VALID),
        (CertificateDates(date(2024, 1, 1), DAY + timedelta(days=ENDING_DAYS)), CertificateState.ENDING),
        (CertificateDates(date(2024, 1, 1), DAY + timedelta(days=1)), CertificateState.ENDING),
        (CertificateDates(date(2023, 11, 21), DAY), CertificateState.EXPIRED),
        (CertificateDates(date(2027, 1, 1), date(2030, 1, 1)), CertificateState.UPCOMING),
        (CertificateDates(date(2025, 1, 1), date(2028, 1, 1), revoked_on=DAY), CertificateState.REVOKED),
        (
            CertificateDates(date(2025, 1, 1), date(2028, 1, 1), revoked_on=DAY + timedelta(days=1)),
            CertificateState.VALID,
        ),
        (CertificateDates(decision_year=2022, validity_months=36), CertificateState.EXPIRED),
        (CertificateDates(decision_year=2023, validity_months=36), CertificateState.UNKNOWN),
        (CertificateDates(decision_year=2026, validity_months=36), CertificateState.UNKNOWN),
        (CertificateDates(decision_year=2018), CertificateState.UNKNOWN),
        (CertificateDates(), CertificateState.UNKNOWN),
    ],
)
def test_state_on_a_day(dates: CertificateDates, state: CertificateState) -> None:
    assert certificate_state(dates, DAY) == state


def test_year_only_expires_after_the_end_of_the_third_year_after_it() -> None:
    dates = CertificateDates(decision_year=2022, validity_months=36)
    assert certificate_state(dates, date(2025, 12, 31)) == CertificateState.UNKNOWN
    assert certificate_state(dates, date(2026, 1, 1)) == CertificateState.EXPIRED
    assert expired_for_certain_from(2022, 36) == date(2026, 1, 1)


def test_days_left() -> None:
    assert days_left(CertificateDates(valid_until=DAY + timedelta(days=45)), DAY) == 45
    assert days_left(CertificateDates(valid_until=DAY), DAY) == 0
    assert days_left(CertificateDates(decision_year=2025), DAY) is None


_days = st.none() | st.dates(date(2018, 1, 1), date(2032, 1, 1))


@st.composite
def _possible_dates(draw: st.DrawFn) -> dict[str, Any]:
    start, end = draw(_days), draw(_days)
    if start and end and start >= end:
        start, end = end, start + timedelta(days=1)
    return {
        "valid_from": start,
        "valid_until": end,
        "revoked_on": draw(_days),
        "decision_year": draw(st.none() | st.integers(2018, 2030)),
    }


@pytest.mark.django_db
def test_sql_and_python_say_the_same() -> None:
    months = {"OCOP": 36, "HACCP": None, "ODD": 18}
    for code, validity in months.items():
        factories.scheme(code, validity_months=validity)
    rows: list[Certificate] = []

    @given(_possible_dates(), st.sampled_from(sorted(months)))
    def collect(dates: dict[str, Any], code: str) -> None:
        rows.append(Certificate(scheme_id=code, source_kind="decision", source_name="thử", **dates))

    collect()
    for number, row in enumerate(rows):
        row.subject_id = PublicId.objects.create(id=f"T{number:07d}", kind="test").pk
    Certificate.objects.bulk_create(rows)
    for day in (DAY, date(2022, 1, 1), date(2025, 12, 31), date(2026, 1, 1), date(2031, 6, 30)):
        told = dict(current_certificates(day).values_list("subject_id", "state"))
        expected = {row.subject_id: certificate_state(row, day) for row in rows}
        assert told == expected


@pytest.mark.django_db
def test_the_latest_decision_speaks() -> None:
    coffee = factories.product("Cà phê")
    factories.certificate(coffee, stars=5, decision_date=date(2020, 5, 1), valid_until=date(2023, 5, 1))
    factories.certificate(coffee, stars=3, decision_date=date(2024, 5, 1), valid_until=date(2027, 5, 1))
    factories.certificate(coffee, stars=4, decision_year=2022)
    assert [row.stars for row in CurrentCertificate.objects.filter(subject_id=coffee.public_id)] == [3]
    assert with_stars(Product.objects.all(), DAY).values_list("stars", "star_state").get() == (3, "valid")


@pytest.mark.django_db
def test_a_certificate_without_source_is_not_shown() -> None:
    tea = factories.product("Trà")
    factories.certificate(tea, stars=5, valid_until=date(2030, 1, 1), source_name="", source_url="")
    assert not CurrentCertificate.objects.exists()


@pytest.mark.django_db
def test_certified_asks_stars_and_state_of_one_certificate() -> None:
    until = {"valid": date(2028, 1, 1), "expired": date(2026, 1, 1), "ending": DAY + timedelta(days=10)}
    made = {}
    for state, end in until.items():
        for stars in (3, 5):
            made[state, stars] = factories.product(f"{state} {stars}")
            factories.certificate(made[state, stars], stars=stars, valid_from=date(2023, 1, 1), valid_until=end)
    unknown = factories.product("unknown")
    factories.certificate(unknown, stars=5, decision_year=2025)
    bare = factories.product("bare")

    def found(stars: tuple[int, ...], states: tuple[str, ...]) -> set[Product]:
        return set(certified(Product.objects.all(), DAY, "OCOP", stars, states))

    assert found((5,), ("valid",)) == {made["valid", 5], made["ending", 5]}
    assert found((5,), ("ending",)) == {made["ending", 5]}
    assert found((), ("expired",)) == {made["expired", 3], made["expired", 5]}
    assert found((3, 5), ("unknown",)) == {unknown}
    assert found((), ("none",)) == {bare}
    assert found((), ("none", "unknown")) == {bare, unknown}
    assert found((4,), ()) == set()
