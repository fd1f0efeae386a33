"""Answers that took long to make, in files that all workers of a server read: they are made once for all of them.

The folder lives as long as the server (``ocopmap.server``): answers are named by validators, which hold for one
database.
"""

import contextlib
import json
import os
import threading
from pathlib import Path

SLOW_S = 0.25
"""Seconds from which on an answer is worth a file."""
CAPACITY = 64 * 1024 * 1024
"""Bytes of all files."""


class Shared:
    """A folder of answers, bounded in bytes; the oldest go first. Without a folder it holds nothing."""

    def __init__(self, folder: Path | None = None, capacity: int = CAPACITY) -> None:
        self.folder = folder
        self.capacity = capacity

    def has(self, validator: str) -> bool:
        """Return whether somebody made the answer with that validator."""
        return self.folder is not None and os.path.exists(f"{self.folder}/{validator}")  # noqa: PTH110  # asked each time

    def read(self, validator: str) -> tuple[bytes, dict[str, str]] | None:
        """Return body and headers of the answer with that validator, if somebody made it."""
        if self.folder is None:
            return None
        with contextlib.suppress(OSError):
            headers, _, body = (self.folder / validator).read_bytes().partition(b"\n")
            return body, json.loads(headers)
        return None

    def write(self, validator: str, body: bytes, headers: dict[str, str]) -> None:
        """Keep an answer, if it isn't too large; a folder that can't be written keeps nothing."""
        if self.folder is None or len(body) > self.capacity // 4:
            return
        unfinished = self.folder / f".{os.getpid()}-{threading.get_ident()}"
        with contextlib.suppress(OSError):
            unfinished.write_bytes(b"".join((json.dumps(headers).encode(), b"\n", body)))
            unfinished.replace(self.folder / validator)
            self._make_room(self.folder)

    def _make_room(self, folder: Path) -> None:
        found = []
        for entry in os.scandir(folder):
            with contextlib.suppress(OSError):
                state = entry.stat()
                found.append((state.st_mtime_ns, state.st_size, entry.path))
        total = sum(size for _age, size, _path in found)
        for _age, size, path in sorted(found):
            if total <= self.capacity:
                return
            with contextlib.suppress(OSError):
                Path(path).unlink()
            total -= size


shared = Shared()
"""What the workers of this server share."""
