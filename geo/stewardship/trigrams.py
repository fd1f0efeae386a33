"""How alike folded names are, counted as PostgreSQL's pg_trgm does, for many names against many. No Django.

The share of common trigrams of two names is ``similarity(one, other)`` of pg_trgm, for text as ``spatial.folding.fold``
leaves it (words of ``a-z0-9``). The index follows Bayardo, Ma and Srikant, "Scaling up all pairs similarity search"
(WWW 2007): names that share enough trigrams share at least one of the few rarest, so that most are never compared.
"""

import heapq
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache

_ROUNDING = 1e-9


@lru_cache(8_192)
def _of_word(word: str) -> frozenset[str]:
    padded = f"  {word} "
    return frozenset(padded[start : start + 3] for start in range(len(word) + 1))


def trigrams(folded: str) -> frozenset[str]:
    """Return the trigrams of a folded name: of each word, with two spaces before and one behind it."""
    return frozenset().union(*map(_of_word, folded.split()))


def share(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of common trigrams, 0 to 1."""
    common = len(one & other)
    return common / (len(one) + len(other) - common) if common else 0.0


class Names:
    """Folded names in which alike ones are looked up; each is known by its position in ``folded``."""

    def __init__(self, folded: Sequence[str]) -> None:
        positions: dict[str, list[int]] = defaultdict(list)
        for position, name in enumerate(folded):
            positions[name].append(position)
        self._positions = list(positions.values())
        self._trigrams = [trigrams(name) for name in positions]
        self._having: dict[str, list[int]] = defaultdict(list)
        for number, found in enumerate(self._trigrams):
            for one in found:
                self._having[one].append(number)

    def alike(self, folded: str, least: float, most: int) -> list[tuple[int, float]]:
        """Return at most ``most`` (position, share) with a share of ``least`` (above 0) or more, the likest first."""
        asked = trigrams(folded)
        found = ((share(asked, self._trigrams[number]), number) for number in self._perhaps(asked, least))
        best = heapq.nsmallest(most, ((-likeness, number) for likeness, number in found if likeness >= least))
        return [(position, -minus) for minus, number in best for position in self._positions[number][:most]][:most]

    def _perhaps(self, asked: frozenset[str], least: float) -> Iterable[int]:
        """Return the names that may share enough: all that have one of the rarest trigrams."""
        needed = math.ceil(least * len(asked) - _ROUNDING)
        rarest = sorted(asked, key=lambda one: len(self._having.get(one, ())))[: len(asked) - needed + 1]
        return {number for one in rarest for number in self._having.get(one, ())}
