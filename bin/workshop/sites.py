"""A whole site of its own, beside the one people use: for tests in the browser and for measurements.

Its database is filled once by the product's own commands and kept until what fills it changes; each use gets a fresh
copy. Needs the project's Python, with Django's settings loaded.
"""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import psycopg2
from django.db import connections
from psycopg2 import sql

from workshop import preparing
from workshop.filling import LOADERS, inputs_of
from workshop.steps import DATA, ROOT, Refusal, digest, run, say


def _migrations() -> list[Path]:
    return sorted((ROOT / "geo").glob("*/migrations/*.py"))


def grown(before: str, now: str) -> bool:
    """Return whether a database was made from ``before``, and ``now`` has nothing but more migrations (both JSON)."""
    if not before.startswith("{"):
        return False
    was, is_now = json.loads(before), json.loads(now)
    return bool(was["rest"] == is_now["rest"] and was["migrations"].items() <= is_now["migrations"].items())


@dataclass(frozen=True)
class Site:
    """What a site is made of. ``name`` names its database and its folder in the data folder."""

    name: str
    wsgi: str = "ocopmap.wsgi:application"
    manage: Path = ROOT / "manage.py"
    after: Sequence[Sequence[str]] = ()
    """Further commands, with their arguments, after those that fill every database."""
    workers: int = 1
    lasting: bool = False
    """Kept when only the files of the loaders change, and migrated when only new migrations came: it took long."""

    @property
    def home(self) -> Path:
        """Folder of the basemap and the log; the static files are those of the checkout."""
        return DATA / self.name

    @property
    def database(self) -> str:
        """The copy that is served."""
        return f"ocopmap_{self.name}"

    @property
    def whole(self) -> str:
        """The database that is copied."""
        return f"{self.database}_whole"

    def load(self) -> None:
        """Make the copy to serve; fill the database it is copied from if that is out of date. Raises Refusal."""
        self.fill()
        whole, copy = sql.Identifier(self.whole), sql.Identifier(self.database)
        with closing(connect("postgres")) as connection, connection.cursor() as cursor:
            cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(copy))
            cursor.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(copy, whole))

    def fill(self) -> None:
        """Fill the database that is copied if it is out of date. Raises Refusal."""
        preparing.prepare(tests=True, steps=("messages", "static"))
        self.home.mkdir(parents=True, exist_ok=True)
        if not (self.home / "static").is_symlink():
            (self.home / "static").symlink_to(DATA / "static")
        migrations = {str(path.relative_to(ROOT)): digest([path]) for path in _migrations()}
        wanted = json.dumps({"migrations": migrations, "rest": digest(self._inputs())})
        whole = sql.Identifier(self.whole)
        with closing(connect("postgres")) as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [self.whole]
            )
            found = (cursor.fetchone() or ("",))[0] or ""
            if found == wanted and (self.home / "basemap" / "current.json").exists():
                return
            if self.lasting and grown(found, wanted):
                say(f"migrating the database {self.whole}")
                self.run(["migrate"])
            else:
                say(f"filling the database {self.whole}")
                cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(whole))
                cursor.execute(sql.SQL("CREATE DATABASE {}").format(whole))
                for command in (["migrate"], *([name] for name in LOADERS), *self.after):
                    self.run(command)
            cursor.execute(sql.SQL("COMMENT ON DATABASE {} IS %s").format(whole), [wanted])

    def _inputs(self) -> list[Path | str]:
        found: list[Path | str] = [self.manage]
        if not self.lasting:
            found += [path for name in LOADERS for path in inputs_of(name)]
        return found + [" ".join(command) for command in self.after]

    def run(self, command: Sequence[str], database: str = "") -> str:
        """Run a command of ``manage`` on a database of the site (the one that is copied); return what it printed."""
        environment = self.environment(database or self.whole)
        return run([sys.executable, self.manage, *command], f"running {command[0]}", env=environment)

    def environment(self, database: str) -> dict[str, str]:
        """Return the variables with which the service and its commands use a database of this site."""
        return {
            "DATABASE_URL": f"postgis:///{database}?{urlencode(server_parameters())}",
            "OCOPMAP_DATA_DIR": str(self.home),
            "OCOPMAP_SECRET_KEY": "this site signs nothing that matters to anybody else",
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "bin")]),
        }

    @contextmanager
    def served(self, database: str = "") -> Iterator[str]:
        """Serve the copy as in production; gives the site's address, without a slash at its end. Raises Refusal."""
        with self.running(database) as (address, _server):
            yield address

    @contextmanager
    def running(self, database: str = "") -> "Iterator[tuple[str, subprocess.Popen[bytes]]]":
        """Serve the copy, or another database, as in production; gives address and server. Raises Refusal."""
        port = free_port()
        command = [sys.executable, "-m", "ocopmap.server", "--port", str(port), "--workers", str(self.workers)]
        command += ["--wsgi", self.wsgi.partition(":")[0]]
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("OCOPMAP_", "DJANGO_"))}
        with (self.home / "server.log").open("w") as log:
            server = subprocess.Popen(
                command,
                cwd=ROOT,
                env=kept | self.environment(database or self.database),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            self._wait_for(f"http://127.0.0.1:{port}/vi/", server)
            yield f"http://127.0.0.1:{port}", server
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()

    def _wait_for(self, address: str, server: "subprocess.Popen[bytes]") -> None:
        deadline = time.monotonic() + 60
        while server.poll() is None and time.monotonic() < deadline:
            try:
                urllib.request.urlopen(address, timeout=30).close()
            except urllib.error.HTTPError:
                break
            except OSError:
                time.sleep(0.1)
                continue
            return
        raise Refusal(f"the site {self.name} doesn't answer:\n{(self.home / 'server.log').read_text()}")


def server_parameters() -> dict[str, str]:
    """Return how to reach the database server of the settings: user, password, host and port, as far as given."""
    given = connections["default"].get_connection_params()
    return {name: str(given[name]) for name in ("user", "password", "host", "port") if given.get(name)}


def connect(database: str) -> "psycopg2.extensions.connection":
    """Return a connection, in autocommit, to a database on the server of the settings."""
    connection = psycopg2.connect(dbname=database, **server_parameters())
    connection.autocommit = True
    return connection


def free_port(first: int = 19200) -> int:
    """Return a port from ``first`` on that nobody listens on, below the ephemeral ones."""
    for port in range(first, 19999):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise Refusal(f"no port from {first} to 19998 is free")
