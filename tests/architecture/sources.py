"""The files under version control, as the rules of the house see them."""

import subprocess
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


@cache
def tracked() -> tuple[Path, ...]:
    """Every file of the project, without what is installed or made."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    return tuple(ROOT / name for name in sorted(listed.split("\0")) if name and (ROOT / name).is_file())


def named(*suffixes: str) -> list[Path]:
    """The files with one of these endings."""
    return [path for path in tracked() if path.suffix in suffixes]


def relative(path: Path) -> str:
    """The path as people write it."""
    return path.relative_to(ROOT).as_posix()


@cache
def floors() -> dict[str, int]:
    """The floor of every room, from the one place that says so: the layers of import-linter."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contract = next(one for one in config["tool"]["importlinter"]["contracts"] if one["id"] == "floors")
    return {
        room.strip(): floor
        for floor, layer in enumerate(reversed(contract["layers"]))
        for room in layer.replace("|", " ").split()
    }
