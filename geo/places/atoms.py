"""The atoms of a shelf: what a place's products are, as numbers an index can hold.

A place's shelf (``places_mark.shelf``) is the set of atoms of its products. For each product and each category node
it counts under there are two: one with its stars and certificate state, and one that says "whatever certificate". A
filter of categories, stars and states is a set of wanted atoms; a place fits when the two sets share one. Since an
atom is about one product, that is exactly "one and the same product".

``sql/marks.sql`` builds the same numbers; a test holds the two together.
"""

from collections.abc import Iterable, Sequence

from geo.catalog.rules import IN_FORCE, CertificateState

ANY = 0
"""Node of every product."""
NO_CATEGORY = 1
"""Node of the products without a category."""
FIRST_CATEGORY = 2
"""Added to the primary key of a category to make its node."""
WHATEVER = 63
"""Quality that says nothing of the certificate."""
NONE = "none"
"""State of a product without an OCOP certificate, as filters name it."""
STARS = range(6)
"""0: no stars known."""
STATES: tuple[str, ...] = (
    NONE,
    CertificateState.VALID,
    CertificateState.ENDING,
    CertificateState.EXPIRED,
    CertificateState.REVOKED,
    CertificateState.UNKNOWN,
    CertificateState.UPCOMING,
)
"""States by their number."""
_QUALITIES = 64
_STATES = 8


def node_of(category: int) -> int:
    """Return the node of a category with that primary key (the least one among the categories of its code)."""
    return FIRST_CATEGORY + category


def quality(stars: int | None, state: str) -> int:
    """Return what the certificate of a product is, as a number below 48."""
    return (stars or 0) * _STATES + STATES.index(state)


def atom(node: int, of_quality: int = WHATEVER) -> int:
    """Return the atom of a product under a node."""
    return node * _QUALITIES + of_quality


def parts(of_atom: int) -> tuple[int, int]:
    """Return node and quality of an atom."""
    return divmod(of_atom, _QUALITIES)


def wanted_qualities(stars: Sequence[int], states: Iterable[str], *, any_certificate: bool = False) -> tuple[int, ...]:
    """Return the qualities that have one of the stars and one of the states; empty ones ask for nothing.

    ``valid`` includes ``ending``; stars, and ``any_certificate``, ask for a certificate. When nothing at all is asked,
    it is ``WHATEVER``. The same as ``catalog.selectors.certified``.
    """
    if not (stars or states or any_certificate):
        return (WHATEVER,)
    chosen = set(states)
    if CertificateState.VALID in chosen:
        chosen |= {state.value for state in IN_FORCE}
    certified = [one for one in STATES if one != NONE and (not chosen or one in chosen)]
    found = [quality(star, state) for star in (stars or STARS) for state in certified]
    if NONE in chosen and not stars:
        found.append(quality(None, NONE))
    return tuple(sorted(found))


def wanted_atoms(nodes: Iterable[int], qualities: Iterable[int]) -> list[int]:
    """Return the atoms of one of the nodes and one of the qualities, sorted."""
    of_each = tuple(qualities)
    return sorted(atom(node, one) for node in set(nodes) for one in of_each)


def mask(qualities: Iterable[int]) -> int:
    """Return qualities as a bit set, ``-1`` when ``WHATEVER`` is among them: any bit will do."""
    chosen = set(qualities)
    return -1 if WHATEVER in chosen else sum(1 << one for one in chosen)
