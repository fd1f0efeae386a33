"""Fill the database from ``fixtures/`` and the installed packages, through the product's own commands."""

from functools import partial
from pathlib import Path

from workshop.steps import DATA, ROOT, manage, say, step

LOADERS = {
    "load_divisions": [
        "fixtures/divisions",
        "requirements/serve.txt",
        "geo/divisions/{corrections,history,loading,names,register}.py",
    ],
    "load_province_outlines": [
        "fixtures/divisions",
        "frontend/package-lock.json",
        "geo/divisions/{boundaries,boundary_files,province_outlines}.py",
    ],
    "build_basemap": [
        "fixtures/divisions",
        "frontend/package-lock.json",
        "geo/divisions/province_outlines.py",
        "geo/web/{basemap,basemap_shapes}.py",
    ],
    "load_register": ["fixtures", "geo/places/register", "geo/places/{hours,periods}.py"],
}
"""Each command in its turn, and what it reads: it runs again when one of these files changes."""


def inputs_of(name: str) -> list[Path]:
    """Return the command's own file and the files and folders that it reads."""
    found = list((ROOT / "geo").glob(f"*/management/commands/{name}.py"))
    for pattern in LOADERS[name]:
        before, brace, rest = pattern.partition("{")
        names, _, after = rest.partition("}")
        found += [ROOT / f"{before}{one}{after}" for one in names.split(",")] if brace else [ROOT / pattern]
    return found


def load_data(identity: str) -> None:
    """Run the commands whose inputs changed since they filled this database. Raises Refusal."""
    for name in LOADERS:
        lost = name == "build_basemap" and not any((DATA / "basemap").glob("*.json"))
        step(name, [*inputs_of(name), identity], partial(_load, name), done=not lost)


def _load(name: str) -> None:
    output = manage(name, doing=f"running {name}")
    for line in output.strip().splitlines()[-3:]:
        say(f"  {line.strip()}")
