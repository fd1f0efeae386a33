"""Answers that were made once: compressed bodies, kept per process until others need their room.

An answer is kept under its validator, which covers the versions of the data, the day, the release, the address, format,
language and encoding: what is found under it is what would be made again, so nothing has to be thrown away after a
write; it is only never asked for again. Threads that ask for the same answer at once wait for the one that makes it.
Those that took long are shared with the other workers (``geo.api.shared``).
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpResponse
from django.http.response import HttpResponseBase

from geo.api.shared import SLOW_S, shared

CAPACITY = 6 * 1024 * 1024
"""Bytes of bodies in each process."""

_LARGEST_SHARE = 4
"""A body larger than this part of the room is not kept: it would throw out everything else."""
_OVERHEAD = 600
"""Bytes that an entry needs besides its body."""
_PATIENCE_S = 30


@dataclass(frozen=True)
class Kept:
    """Body and headers of an answer with status 200."""

    body: bytes
    headers: dict[str, str]

    def response(self) -> HttpResponse:
        """Return it as a new response."""
        return HttpResponse(self.body, headers=self.headers)

    @property
    def size(self) -> int:
        """Bytes it needs."""
        return len(self.body) + _OVERHEAD


class _Flight:
    """An answer that is being made."""

    def __init__(self) -> None:
        self.landed = threading.Event()
        self.kept: Kept | None = None


class Answers:
    """A store of answers, bounded in bytes; those not asked for longest go first."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self.capacity = capacity
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._flights: dict[str, _Flight] = {}
        self._bytes = 0

    def answer(self, validator: str, make: Callable[[], HttpResponseBase]) -> HttpResponseBase:
        """Return the answer kept under ``validator``, else the one that ``make`` gives, and keep it.

        Only whole bodies of status 200 are kept. Raises whatever ``make`` raises.
        """
        with self._lock:
            found = self._kept.get(validator)
            if found is not None:
                self._kept.move_to_end(validator)
                return found.response()
            waited_for = self._flights.get(validator)
            if waited_for is None:
                flight = self._flights[validator] = _Flight()
        if waited_for is not None:
            waited_for.landed.wait(_PATIENCE_S)
            return waited_for.kept.response() if waited_for.kept is not None else make()
        try:
            if (known := shared.read(validator)) is not None:
                flight.kept = Kept(*known)
                self._keep(validator, flight.kept)
                return flight.kept.response()
            return self._make(validator, flight, make)
        finally:
            self._land(validator, flight)

    def only_make(self, validator: str, make: Callable[[], HttpResponseBase]) -> HttpResponseBase | None:
        """Return the answer that ``make`` gives, and keep it; ``None`` when it is kept already or being made.

        Raises whatever ``make`` raises.
        """
        with self._lock:
            if validator in self._kept or validator in self._flights or shared.has(validator):
                return None
            flight = self._flights[validator] = _Flight()
        try:
            return self._make(validator, flight, make)
        finally:
            self._land(validator, flight)

    def _make(self, validator: str, flight: _Flight, make: Callable[[], HttpResponseBase]) -> HttpResponseBase:
        began = time.monotonic()
        response = make()
        if isinstance(response, HttpResponse) and response.status_code == 200:
            flight.kept = Kept(response.content, dict(response.items()))
            self._keep(validator, flight.kept)
            if time.monotonic() - began >= SLOW_S:
                shared.write(validator, flight.kept.body, flight.kept.headers)
        return response

    def _land(self, validator: str, flight: _Flight) -> None:
        with self._lock:
            del self._flights[validator]
        flight.landed.set()

    def _keep(self, validator: str, kept: Kept) -> None:
        if kept.size * _LARGEST_SHARE > self.capacity:
            return
        with self._lock:
            self._kept[validator] = kept
            self._bytes += kept.size
            while self._bytes > self.capacity:
                _, gone = self._kept.popitem(last=False)
                self._bytes -= gone.size

    def forget(self) -> None:
        """Throw everything away."""
        with self._lock:
            self._kept.clear()
            self._bytes = 0


answers = Answers()
"""The answers of this process."""
