"""Libraries of the browser, served from ``frontend/node_modules`` as they were published: nothing is copied."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage

LIBRARIES = {"kdbush": "npm/kdbush/index.js", "pbf": "npm/pbf/index.js"}
"""Names in ``import … from "…"`` with the static file each one is; every file is a module without imports."""


class NpmFinder(BaseFinder):
    """Finds the files of ``LIBRARIES``, and nothing else of what lies in the packages."""

    def __init__(self, *_args: Any, **_options: Any) -> None:
        self.storage = FileSystemStorage(location=settings.NODE_MODULES)
        self.storage.prefix = "npm"  # type: ignore[attr-defined]  # how a finder says where its files go

    def find(self, path: str, find_all: bool = False, **_options: Any) -> Any:
        """Return the file of a static name; an empty list when it is none of ours or not installed."""
        found = Path(settings.NODE_MODULES) / path.removeprefix("npm/")
        if path not in LIBRARIES.values() or not found.is_file():
            return []
        return [str(found)] if find_all else str(found)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        """Yield what ``collectstatic`` copies."""
        for path in LIBRARIES.values():
            if self.find(path):
                yield path.removeprefix("npm/"), self.storage
