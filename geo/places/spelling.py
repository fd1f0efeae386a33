"""Words of names as people mistype them: one letter too many, too few, wrong, or two letters swapped."""

import logging
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.db.utils import Error

REREAD_SECONDS = 600
"""The words of names hardly change: they are read again when they are that old."""
FREQUENT = 0.05
"""Share of all names from which on a word says little about the one that is meant."""
_SHORTEST = 3
logger = logging.getLogger(__name__)
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_WORDS = """
SELECT word, count(*) FROM (
    SELECT folded FROM catalog_product UNION ALL SELECT folded FROM catalog_producer
    UNION ALL SELECT folded FROM divisions_division WHERE valid_until IS NULL
    UNION ALL SELECT folded FROM places_place TABLESAMPLE SYSTEM (
        (SELECT least(100, 100 * 5000 / greatest(reltuples, 1)) FROM pg_class WHERE oid = 'places_place'::regclass)
    ) REPEATABLE (1)
) AS name CROSS JOIN LATERAL string_to_table(folded, ' ') AS word
WHERE word ~ '^[a-z]+$' GROUP BY word
"""


@dataclass(frozen=True)
class Vocabulary:
    """The words of products, producers, divisions and a sample of the places: in how many names each occurs.

    ``beginnings`` has the same for all their beginnings, ``names`` is the number of products and producers.
    """

    words: Counter[str] = field(default_factory=Counter)
    beginnings: Counter[str] = field(default_factory=Counter)
    names: int = 0
    read_at: float = float("-inf")

    def corrected(self, asked: str) -> str | None:
        """Return ``asked`` (folded) with each unknown word replaced by the commonest one that differs by one slip.

        None when every word is known, or one can't be corrected.
        """
        words = [self._corrected(word) for word in asked.split()]
        if None in words:
            return None
        answer = " ".join(word for word in words if word is not None)
        return answer if answer != asked else None

    def _corrected(self, word: str) -> str | None:
        if len(word) < _SHORTEST or not word.isalpha() or word in self.beginnings:
            return word
        others = [other for other in one_slip_from(word) if len(other) >= _SHORTEST]
        best = max(others, key=lambda other: (self.beginnings[other], self.words[other]))
        return best if self.beginnings[best] else None

    def rarest(self, words: Sequence[str]) -> str:
        """Return the one of ``words`` (beginnings of words) that fewest names have."""
        return min(words, key=lambda word: (self.beginnings[word], -len(word)))

    def telling(self, asked: str) -> str:
        """Return the words of ``asked`` that tell names apart: without those of very many names, if others are left."""
        most = self.names * FREQUENT
        words = [word for word in asked.split() if self.words[word] <= most]
        return " ".join(words) if any(len(word) >= _SHORTEST for word in words) else asked


_known = Vocabulary()
_reading = threading.Lock()


def vocabulary() -> Vocabulary:
    """Return the words of names. Those older than ``REREAD_SECONDS`` are read again beside what goes on."""
    if _known.read_at == float("-inf"):
        _reread()
    elif time.monotonic() - _known.read_at > REREAD_SECONDS and _reading.acquire(blocking=False):
        threading.Thread(target=_read_beside, name="words of names", daemon=True).start()
    return _known


def read_ahead() -> None:
    """Read the words in a thread of their own, before somebody mistypes one: it takes 0.2 s."""
    if _reading.acquire(blocking=False):
        threading.Thread(target=_read_beside, name="words of names", daemon=True).start()


def _read_beside() -> None:
    try:
        _reread()
    except Error:
        logger.exception("the words of names could not be read; they will be when they are needed")
    finally:
        connection.close()
        _reading.release()


def _reread() -> None:
    global _known
    _known = _read()


def forget() -> None:
    """Read the words anew when they are needed next."""
    global _known
    _known = Vocabulary()


def _read() -> Vocabulary:
    with connection.cursor() as cursor:
        cursor.execute(_WORDS)
        words = Counter(dict(cursor.fetchall()))
        cursor.execute("SELECT (SELECT count(*) FROM catalog_product) + (SELECT count(*) FROM catalog_producer)")
        (names,) = cursor.fetchone()
    beginnings: Counter[str] = Counter()
    for word, number in words.items():
        for size in range(1, len(word) + 1):
            beginnings[word[:size]] += number
    return Vocabulary(words, beginnings, names, time.monotonic())


def one_slip_from(word: str) -> Iterator[str]:
    """Yield everything that differs from ``word`` by one letter left out, swapped with the next, replaced or added.

    The first letter stands: hardly anybody mistakes it.
    """
    for at in range(1, len(word) + 1):
        before, after = word[:at], word[at:]
        if after:
            yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        for letter in _LETTERS:
            if after:
                yield before + letter + after[1:]
            yield before + letter + after
