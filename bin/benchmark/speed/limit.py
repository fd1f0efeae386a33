"""The limit: the SQL of our answers, sent by pgbench over the same socket, without HTTP, Python or a client."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from workshop.sites import Site, server_parameters
from workshop.steps import DATA, ROOT, Refusal

from geo.spatial.statements import ANY_VALUES

SCRIPTS = DATA / "bench" / "sql"
MOST_SCRIPTS = 100
_TPS = re.compile(r"^tps = ([0-9.]+)", re.MULTILINE)


@dataclass(frozen=True)
class Limit:
    """Scripts for pgbench, each with the statements of ``answers`` answers."""

    database: str
    files: tuple[Path, ...]
    answers: int

    def rate(self, connections: int, seconds: int) -> float:
        """Return how many answers' worth of SQL PostgreSQL does in a second. Raises Refusal."""
        given = server_parameters()
        command = [_program(), "-n", "-c", str(connections), "-j", "1", "-T", str(seconds), "-D", "ready=0"]
        for option, name in (("-h", "host"), ("-p", "port"), ("-U", "user")):
            command += [option, given[name]] if name in given else []
        for file in self.files:
            command += ["-f", str(file)]
        environment = {"PGPASSWORD": given["password"]} if "password" in given else None
        done = subprocess.run(
            [*command, self.database], capture_output=True, text=True, check=False, env=environment, cwd="/"
        )
        found = _TPS.search(done.stdout)
        if done.returncode or not found:
            raise Refusal(f"pgbench: {done.stderr.strip()[-500:]}")
        return float(found[1]) * self.answers


def _program() -> str:
    """Return pgbench, which comes with the server. Raises Refusal."""
    found = shutil.which("pgbench") or next(map(str, Path("/usr/lib/postgresql").glob("*/bin/pgbench")), None)
    if not found:
        raise Refusal("pgbench is not installed; it comes with PostgreSQL's server")
    return found


def limit_of(site: Site, name: str, paths: Sequence[str]) -> Limit:
    """Return the limit for the answers to ``paths`` on the whole database of ``site``. Raises Refusal."""
    done = subprocess.run(
        [sys.executable, "-B", "-m", "benchmark.speed.capture"],
        input=json.dumps(list(paths)),
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=site.environment(site.whole),
    )
    if done.returncode:
        raise Refusal(f"the SQL of {paths[0]} can't be had:\n{done.stderr[-1500:]}")
    found = json.loads(done.stdout)
    each = max(1, -(-len(paths) // MOST_SCRIPTS))
    folder = SCRIPTS / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    preamble = f"\\if :ready\n\\else\n{ANY_VALUES};\n" + "".join(_ended(text) for text in found["prepared"])
    preamble = f"{preamble}\\set ready 1\n\\endif\n" if found["prepared"] else ""
    files = []
    for first in range(0, len(paths) - each + 1, each):
        file = folder / f"{first:05}.sql"
        statements = [text for answer in found["answers"][first : first + each] for text in answer]
        file.write_text(preamble + "".join(_ended(text) for text in statements))
        files.append(file)
    return Limit(site.whole, tuple(files), each)


def _ended(statement: str) -> str:
    return f"{statement.strip().rstrip(';')};\n"
