"""The browser's modules: the entry and all it imports statically, announced in the page so that they load at once."""

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath

from django.contrib.staticfiles import finders
from django.templatetags.static import static

from geo.web.npm_files import LIBRARIES

ENTRY = "app/main.js"
WORKER = "app/map/worker.js"
_IMPORT = re.compile(r"""^\s*(?:import|export)\b[^"'();]*?["'](\.{1,2}/[^"']+\.js)["']\s*;""", re.MULTILINE)


@dataclass(frozen=True)
class Modules:
    """Addresses of the entry module and of the modules it needs first; where libraries lie, as an import map."""

    entry: str
    preload: tuple[str, ...]
    import_map: str


@lru_cache(maxsize=1)
def first_graph() -> Modules | None:
    """Return the entry with its static imports, nearest first; ``None`` when the front end is not there."""
    if not all(finders.find(name) for name in [ENTRY, *LIBRARIES.values()]):
        return None
    found = [ENTRY]
    for name in found:
        for wanted in _imports(name):
            if wanted not in found:
                found.append(wanted)
    libraries = {name: static(path) for name, path in LIBRARIES.items()}
    needed = (*(static(name) for name in found[1:]), *libraries.values())
    return Modules(static(ENTRY), needed, json.dumps({"imports": libraries}))


def worker() -> dict[str, str] | None:
    """Return the addresses of the worker that reads tiles and of its libraries; ``None`` without a front end.

    No import map reaches a worker, so the page tells it where the libraries lie.
    """
    if first_graph() is None:
        return None
    return {"script": static(WORKER), **{name: static(path) for name, path in LIBRARIES.items()}}


def _imports(name: str) -> list[str]:
    path = finders.find(name)
    if not isinstance(path, str):
        return []
    folder = PurePosixPath(name).parent
    return [_normal(folder / relative) for relative in _IMPORT.findall(Path(path).read_text(encoding="utf-8"))]


def _normal(path: PurePosixPath) -> str:
    parts: list[str] = []
    for part in path.parts:
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
