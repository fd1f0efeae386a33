"""Making the tiles of Valhalla from a file of OpenStreetMap: stage by stage, resumable, put in place in one step.

Everything lies in a folder named by the file's content: a build that was interrupted goes on at the stage it was in,
and what serves now stays until the new tiles are whole.
"""

import hashlib
import json
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from geo.spatial.roads.embedded import CONFIG, is_installed
from geo.spatial.roads.osm_files import OsmFileError, convert_xml, is_pbf

STAGES = (
    "initialize",
    "parseways",
    "parserelations",
    "parsenodes",
    "constructedges",
    "build",
    "enhance",
    "filter",
    "hierarchy",
    "shortcuts",
    "restrictions",
    "validate",
    "cleanup",
)
"""Those of ``valhalla_build_tiles`` that need nothing but the file, in their order."""
LIMITS = {"max_distance": 5_000_000.0, "max_locations": 50, "max_matrix_distance": 4_000_000.0}
PAIRS = 60_000
Say = Callable[[str], None]


class BuildError(Exception):
    """The tiles can't be made; the message is one line for the operator."""


def build(file: Path, root: Path, say: Say) -> bool:
    """Make the tiles of ``file`` under ``root`` and put them in place; return whether anything was to do.

    Raises: BuildError.
    """
    if not is_installed():
        raise BuildError("the engine of roads is not installed: bin/setup --serve --roads")
    name = _digest(file, say)
    target, work = root / name, root / f"{name}.part"
    if not target.exists():
        work.mkdir(parents=True, exist_ok=True)
        _make(file, work, target, say)
        work.rename(target)
    elif (root / "current").resolve() == target.resolve():
        return False
    _switch(root, name)
    for old in root.iterdir():
        if old.is_dir() and not old.is_symlink() and old.name != name:
            shutil.rmtree(old)
    return True


def _digest(file: Path, say: Say) -> str:
    say(f"reading {file.name}")
    found = hashlib.blake2b(json.dumps([LIMITS, PAIRS, STAGES]).encode(), digest_size=8)
    try:
        with file.open("rb") as source:
            while part := source.read(1 << 20):
                found.update(part)
    except OSError as error:
        raise BuildError(f"{file} can't be read: {error.strerror}") from None
    return found.hexdigest()


def _make(file: Path, work: Path, target: Path, say: Say) -> None:
    try:
        pbf = file if is_pbf(file) else _converted(file, work, say)
    except OsmFileError as error:
        raise BuildError(str(error)) from None
    (work / "tiles").mkdir(exist_ok=True)
    _configure(work / CONFIG, work / "tiles")
    mark = work / "stage"
    done = mark.read_text().strip() if mark.exists() else ""
    first = STAGES.index(done) + 1 if done in STAGES else 0
    if first:
        say(f"going on after {done}")
    for number, stage in enumerate(STAGES[first:], first + 1):
        began = time.monotonic()
        _run(work, stage, pbf)
        mark.write_text(stage)
        say(f"  {number:2} of {len(STAGES)}: {stage}, {time.monotonic() - began:.1f} s")
    if not any((work / "tiles").rglob("*.gph")):
        shutil.rmtree(work)
        raise BuildError(f"{file} has no roads")
    _configure(work / CONFIG, target / "tiles")
    (work / "converted.osm.pbf").unlink(missing_ok=True)


def _converted(file: Path, work: Path, say: Say) -> Path:
    target = work / "converted.osm.pbf"
    if not target.exists():
        part = target.with_suffix(".part")
        say(f"  {convert_xml(file, part):,} elements of OSM XML")
        part.rename(target)
    return target


def _configure(path: Path, tiles: Path) -> None:
    from valhalla import get_config

    config = get_config(tile_extract="", tile_dir="")
    config["mjolnir"]["tile_dir"] = str(tiles.absolute())
    for part in ("mjolnir", "loki", "thor", "odin", "meili"):
        config[part].setdefault("logging", {})["type"] = ""
    for name in ("admin", "timezone", "landmarks", "traffic_extract", "transit_dir", "transit_feeds_dir"):
        config["mjolnir"].pop(name, None)
    config["service_limits"]["truck"].update(LIMITS, max_matrix_location_pairs=PAIRS)
    path.write_text(json.dumps(config, indent=1))


def _run(work: Path, stage: str, pbf: Path) -> None:
    from valhalla import PYVALHALLA_DIR

    done = subprocess.run(
        [
            PYVALHALLA_DIR / "bin" / "valhalla_build_tiles",
            "-c",
            work / CONFIG,
            "-s",
            stage,
            "-e",
            stage,
            pbf.absolute(),
        ],
        cwd=work,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise BuildError(f"valhalla_build_tiles ended at {stage}: {said[-1] if said else done.returncode}")


def _switch(root: Path, name: str) -> None:
    """Let ``current`` mean the new tiles, in one step."""
    new = root / "current.new"
    new.unlink(missing_ok=True)
    new.symlink_to(name)
    new.replace(root / "current")
