"""Atoms of a shelf: numbers for what a product is, the same in Python and SQL, and which of them a filter wants."""

from datetime import date, timedelta

import pytest
from django.db import connection

from geo.catalog.rules import CertificateDates, CertificateState, certificate_state
from geo.places import atoms

DAY = date(2026, 5, 1)


def test_an_atom_tells_its_node_and_quality() -> None:
    one = atoms.atom(atoms.node_of(7), atoms.quality(4, CertificateState.ENDING))
    assert atoms.parts(one) == (9, 4 * 8 + 2)
    assert atoms.parts(atoms.atom(atoms.NO_CATEGORY)) == (1, atoms.WHATEVER)


def test_every_quality_fits_a_bit_set_of_48() -> None:
    qualities = {atoms.quality(stars, state) for stars in atoms.STARS for state in atoms.STATES}
    assert len(qualities) == 42
    assert max(qualities) < 48
    assert atoms.mask(qualities) < 2**48
    assert atoms.mask((atoms.WHATEVER,)) == -1


def test_a_filter_wants_its_stars_and_states() -> None:
    valid, ending = atoms.STATES.index("valid"), atoms.STATES.index("ending")
    assert atoms.wanted_qualities((), ()) == (atoms.WHATEVER,)
    assert atoms.wanted_qualities((4,), ("valid",)) == (32 + valid, 32 + ending)
    assert atoms.wanted_qualities((5,), ()) == tuple(range(41, 47))
    assert atoms.wanted_qualities((), ("none",)) == (0,)
    assert atoms.wanted_qualities((3,), ("none",)) == ()
    assert 0 not in atoms.wanted_qualities((), (), any_certificate=True)
    assert atoms.wanted_atoms([0, 0, 3], (63,)) == [63, 255]


@pytest.mark.django_db
def test_the_database_knows_the_states_of_the_rules() -> None:
    edges = [DAY + timedelta(days=days) for days in (-400, -1, 0, 1, 59, 60, 61, 400)]
    cases = [
        CertificateDates(begin, end, revoked, None, 36)
        for begin in (None, *edges)
        for end in (None, *edges)
        for revoked in (None, *edges[1:4])
        if begin is None or end is None or begin < end
    ]
    with connection.cursor() as cursor:
        for dates in cases:
            cursor.execute(
                "SELECT places_state(%s, %s, %s, %s, %s)",
                [dates.valid_from, dates.valid_until, dates.revoked_on, dates.valid_until, DAY],
            )
            assert atoms.STATES[cursor.fetchone()[0]] == certificate_state(dates, DAY), dates
