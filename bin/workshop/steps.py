"""Small tools of the set-up: messages, running programs, stamps that tell whether a step is still up to date."""

import fcntl
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
DATA = Path(os.environ.get("OCOPMAP_DATA_DIR") or ROOT / ".data").absolute()
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"

FULL_DISK = ("No space left on device", "ENOSPC", "Disk quota exceeded")


class Refusal(Exception):
    """Something that we can say in one clear line; the command ends with it."""


def say(text: str) -> None:
    """Print one line of progress."""
    print(f"ocopmap: {text}", file=sys.stderr, flush=True)


def run(
    command: Sequence[str | Path],
    doing: str,
    *,
    cwd: Path = ROOT,
    env: Mapping[str, str] | None = None,
    explain: Callable[[str], str | None] = lambda output: None,
) -> str:
    """Run a program quietly and return what it printed.

    Its output is kept in ``.data/log/<program>.log``. When it fails, ``explain(output)`` may give the one line to show;
    otherwise the last lines of the output are shown.
    Raises Refusal.
    """
    environment = {**os.environ, **(env or {})}
    result = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    output = result.stdout
    if result.returncode == 0:
        return output
    if any(sign in output for sign in FULL_DISK):
        raise Refusal(f"the disk is full (while {doing}); free some space and run it again")
    line = explain(output)
    if line is None:
        print("\n".join(output.rstrip().splitlines()[-25:]), file=sys.stderr)
        line = f"failed while {doing} (exit {result.returncode}); the lines above say why"
    raise Refusal(line)


def digest(inputs: Iterable[Path | str]) -> str:
    """Return a hash of files (by content), folders (by the content of every file in them) and plain strings."""
    total = hashlib.sha256()
    for item in inputs:
        if isinstance(item, str):
            total.update(item.encode() + b"\0")
            continue
        for path in _files(item):
            total.update(f"{path.relative_to(ROOT)}\0".encode())
            total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(p for p in path.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    return [path] if path.exists() else []


STAMPS = DATA / "stamps"


def stamp(name: str, inputs: Iterable[Path | str], folder: Path = STAMPS) -> None:
    """Write down that a step was finished with these inputs."""
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / name, digest(inputs))


def step(
    name: str, inputs: Sequence[Path | str], work: Callable[[], object], *, done: bool = True, folder: Path = STAMPS
) -> bool:
    """Do ``work`` unless the inputs are those of the last time it was finished; tells whether it worked.

    ``done=False`` says that the result is known to be gone, so that the work is done in any case. The stamp is removed
    first and written last: a step that was killed half-way is done again. ``folder`` is where it is kept: beside what
    the step makes.
    """
    finished = folder / name
    wanted = digest(inputs)  # before the work: what changes meanwhile is for the next time
    if done and finished.exists() and finished.read_text() == wanted:
        return False
    say(f"{name} …")
    finished.unlink(missing_ok=True)
    started = time.monotonic()
    work()
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(finished, wanted)
    say(f"{name}: done in {time.monotonic() - started:.1f} s")
    return True


def write_whole(path: Path, text: str, mode: int = 0o644) -> None:
    """Write a small file so that nobody ever sees half of it."""
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    beside.replace(path)


@contextmanager
def only_one(name: str, waiting: str) -> Iterator[None]:
    """Hold the lock ``.data/<name>.lock``, waiting for another run of ours that holds it."""
    DATA.mkdir(parents=True, exist_ok=True)
    with (DATA / f"{name}.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(waiting)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def manage(*arguments: str, doing: str, explain: Callable[[str], str | None] = lambda output: None) -> str:
    """Run ``manage.py`` in the project's own Python."""
    return run([PYTHON, ROOT / "manage.py", *arguments], doing, explain=explain)
