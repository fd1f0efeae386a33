"""What bin/serve and bin/test share: bring the environment, the database and the files to the state of the code.

Every step is safe to repeat, skipped when its inputs are those of the last finished run, and done again when a run was
killed in the middle of it.
"""

import argparse
import fcntl
import os
import secrets
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from workshop import cluster as clusters
from workshop.filling import load_data
from workshop.packages import FRONTEND, VENV_STAMPS, prepare_frontend, prepare_python
from workshop.steps import DATA, PYTHON, ROOT, Refusal, manage, only_one, run, say, stamp, step, write_whole

STEPS = ("packages", "messages", "static", "migrate", "data")
BORROWED = DATA / "database.borrowed"
"""Exists while the private database runs only for the commands that use it."""


def prepare(tests: bool, steps: Sequence[str] = STEPS, roads: bool = False) -> None:
    """Do all steps. Raises Refusal."""
    with only_one("setup", "another set-up is at work here; waiting for it"):
        _check_writable()
        if "packages" in steps:
            _packages_and_database(tests, roads)
        else:
            _database()
        _make_secret_key()
        if "messages" in steps:
            _compile_messages()
        if {"static", "migrate", "data"} & set(steps):
            identity = _identity()
        if "static" in steps:
            _collect_static()
        if "migrate" in steps:
            identity = _migrate(identity)
        if "data" in steps:
            load_data(identity)


def _check_writable() -> None:
    for folder in (ROOT, DATA):
        if not os.access(folder, os.W_OK):
            raise Refusal(f"{folder} isn't writable for you; it belongs to another user (chown, or run as that user)")


def _packages_and_database(tests: bool, roads: bool) -> None:
    with ThreadPoolExecutor() as pool:
        database = pool.submit(_database)
        prepare_python(tests, roads)
        prepare_frontend()
        database.result()


def _database() -> None:
    if not os.environ.get("DATABASE_URL") and clusters.start(clusters.find()):
        BORROWED.touch()


def _make_secret_key() -> None:
    """Django's key for signing, made once and readable by its owner only."""
    path = DATA / "secret_key"
    if not os.environ.get("OCOPMAP_SECRET_KEY") and not (path.exists() and path.read_text().strip()):
        write_whole(path, secrets.token_urlsafe(50) + "\n", mode=0o600)


def _compile_messages() -> None:
    catalogues = sorted((ROOT / "geo").glob("**/locale/*/LC_MESSAGES/*.po"))
    compiled = all(path.with_suffix(".mo").exists() for path in catalogues)
    code = (
        "import polib, sys\n"
        "for path in sys.argv[1:]:\n"
        "    polib.pofile(path, check_for_duplicates=True).save_as_mofile(path[:-2] + 'mo')\n"
    )
    doing = "compiling the message catalogues"
    work = partial(run, [PYTHON, "-c", code, *catalogues], doing)
    step("messages", catalogues, work, done=compiled, folder=VENV_STAMPS)


def _migrate(identity: str) -> str:
    """Bring the tables up to date; return what tells this database from another one."""
    inputs = [*sorted((ROOT / "geo").glob("*/migrations/*.py")), ROOT / "requirements" / "serve.txt"]
    work = partial(manage, "migrate", "--no-input", "-v", "1", doing="migrating the database", explain=_explain)
    if step("migrate", [*inputs, identity], work, done=bool(identity)) and not identity:
        identity = _identity()
        stamp("migrate", [*inputs, identity])  # a new database: its stamp must name it
    return identity


def _identity() -> str:
    """Check the settings and tell this database from another one; empty for a new one. Raises Refusal."""
    said = run([PYTHON, ROOT / "bin" / "workshop" / "probe.py"], "checking the settings", explain=_explain)
    answer = ""
    for line in said.splitlines():
        if line.startswith("warning: "):
            say(line)
        elif line.startswith("database: "):
            answer = line.removeprefix("database: ").strip()
    return answer


def _explain(output: str) -> str | None:
    """Find the lines that matter in what Django printed when it can't go on."""
    errors = [line.removeprefix("error: ") for line in output.splitlines() if line.startswith("error: ")]
    if errors:
        return "\nocopmap: ".join(errors)
    for line in output.splitlines():
        if "could not open extension control file" in line or 'extension "postgis" is not available' in line:
            return "the database server has no PostGIS; install it there"
        if "OperationalError" in line:
            return f"the database can't be reached: {line.split(': ', 1)[-1]}"
    return None


def _collect_static() -> None:
    if os.environ.get("OCOPMAP_DEBUG", "").lower() in {"1", "true", "yes", "on"}:
        return  # plain files are served from where they are
    inputs: list[Path | str] = [
        FRONTEND / "src",
        FRONTEND / "package-lock.json",
        ROOT / "requirements" / "serve.txt",
        ROOT / "ocopmap" / "settings.py",
        ROOT / "ocopmap" / "static_files.py",
        *sorted(path for path in (ROOT / "geo").glob("*/static")),
    ]
    whole = (DATA / "static" / "staticfiles.json").exists()
    doing = "preparing the static files"
    step("static", inputs, lambda: manage("collectstatic", "--no-input", "--clear", "-v", "0", doing=doing), done=whole)


@contextmanager
def using_database() -> Iterator[None]:
    """Stop the private database when the last command that uses it ends.

    Not if it was already running before (``bin/setup`` leaves it so); also if the one that started it was killed.
    """
    with (DATA / "database.lock").open("a") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield
        finally:
            if BORROWED.exists():
                with suppress(BlockingIOError):
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    clusters.stop(clusters.find())
                    BORROWED.unlink(missing_ok=True)


def main(arguments: Sequence[str]) -> int:
    """``bin/setup``: prepare everything and leave the database running."""
    parser = argparse.ArgumentParser(prog="bin/setup", description=__doc__)
    parser.add_argument("--only", choices=STEPS, nargs="+", default=STEPS, help="do only these steps")
    parser.add_argument("--serve", action="store_true", help="without what only tests need")
    parser.add_argument("--roads", action="store_true", help="with the engine of roads (manage.py build_roads; 0.5 GB)")
    parser.add_argument("--stop", action="store_true", help="stop the private database instead")
    options = parser.parse_args(arguments)
    if options.stop:
        clusters.stop(clusters.find())
        BORROWED.unlink(missing_ok=True)
        return 0
    prepare(tests=not options.serve, steps=options.only, roads=options.roads)
    BORROWED.unlink(missing_ok=True)
    say("ready: .venv/bin/pytest tests/… or .venv/bin/python manage.py …")
    return 0
