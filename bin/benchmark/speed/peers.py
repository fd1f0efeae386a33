"""Other servers over the same tables, each in an environment of its own below ``.data/bench/``."""

import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from workshop.sites import free_port, server_parameters
from workshop.steps import DATA, PYTHON, VENV, Refusal, run, step

from benchmark.speed.processes import children

LISTS = Path(__file__).parents[1] / "peers"
HOME = DATA / "bench"
WORKERS = "2"
FIRST_PORT = 19600
MOST = "20000"


@dataclass(frozen=True)
class Running:
    """A server that answers: where, and its first process."""

    name: str
    address: str
    pid: int
    database: str

    def workers(self) -> list[int]:
        """Return the processes below the first one, or that one if it works itself."""
        return children(self.pid) or [self.pid]

    def processes(self) -> list[int]:
        """Return all its processes."""
        return [self.pid, *children(self.pid)]


def install(name: str) -> Path:
    """Make the environment of a peer hold what its lock says; return its folder of programs. Raises Refusal."""
    home, lock = HOME / name, LISTS / f"{name}.txt"
    uv = VENV / "bin" / "uv"

    def work() -> None:
        run([uv, "venv", "--clear", "--python", PYTHON, home], f"making the environment of {name}")
        command: list[str | Path] = [
            uv,
            "pip",
            "sync",
            "--python",
            home / "bin" / "python",
            "--require-hashes",
            "--only-binary",
            ":all:",
        ]
        run([*command, lock], f"installing {name}", env={"UV_LINK_MODE": "copy", "UV_NO_PROGRESS": "1"})

    step(f"peer {name}", [lock], work, done=(home / "bin" / "python").exists(), folder=HOME / "stamps")
    return home / "bin"


def _libpq(database: str) -> dict[str, str]:
    """Return the variables that name a database to whatever uses libpq."""
    given = server_parameters()
    return {
        "PGHOST": given.get("host", ""),
        "PGPORT": given.get("port", "5432"),
        "PGUSER": given.get("user", ""),
        "PGPASSWORD": given.get("password", ""),
        "PGDATABASE": database,
    }


def _url(database: str) -> str:
    names = {name: quote(value, safe="") for name, value in _libpq(database).items()}
    password = f":{names['PGPASSWORD']}" if names["PGPASSWORD"] else ""
    host = f"{names['PGHOST']}:{names['PGPORT']}"
    return f"postgresql://{names['PGUSER']}{password}@{host}/{names['PGDATABASE']}"


@contextmanager
def tipg(database: str) -> Iterator[Running]:
    """Serve with tipg, under uvicorn as its manual says."""
    programs, port = install("tipg"), free_port(FIRST_PORT)
    command: list[str | Path] = [programs / "uvicorn", "tipg.main:app", "--host", "127.0.0.1", "--port", str(port)]
    environment = {
        "DATABASE_URL": _url(database),
        "TIPG_DB_SCHEMAS": '["bench"]',
        "TIPG_MAX_FEATURES_PER_QUERY": MOST,
    }
    with _running(
        "tipg",
        [*command, "--workers", WORKERS, "--log-level", "warning"],
        environment,
        port,
        "/collections/bench.places",
        database,
    ) as server:
        yield server


@contextmanager
def pygeoapi(database: str) -> Iterator[Running]:
    """Serve with pygeoapi, under gunicorn as its manual says, with threads so that connections stay open."""
    programs, port = install("pygeoapi"), free_port(FIRST_PORT)
    described = HOME / f"pygeoapi-{port}.yml"
    environment = _libpq(database) | {
        "PYGEOAPI_CONFIG": str(LISTS / "pygeoapi.yml"),
        "PYGEOAPI_OPENAPI": str(described),
        "PYGEOAPI_PORT": str(port),
    }
    generate: list[str | Path] = [
        programs / "pygeoapi",
        "openapi",
        "generate",
        LISTS / "pygeoapi.yml",
        "--output-file",
        described,
    ]
    run(generate, "describing pygeoapi", env=environment)
    command: list[str | Path] = [
        programs / "gunicorn",
        "pygeoapi.flask_app:APP",
        "--bind",
        f"127.0.0.1:{port}",
        "--workers",
        WORKERS,
    ]
    command += ["--worker-class", "gthread", "--threads", "4", "--timeout", "120", "--log-level", "warning"]
    with _running("pygeoapi", command, environment, port, "/collections/places?f=json", database) as server:
        yield server


@contextmanager
def plain(database: str) -> Iterator[Running]:
    """Serve the plain Django project, under the same server as ours."""
    programs, port = install("plain"), free_port(FIRST_PORT)
    given = server_parameters()
    pairs = "&".join(f"{name}={quote(value, safe='')}" for name, value in given.items())
    environment = {"DATABASE_URL": f"postgis:///{database}?{pairs}", "PYTHONPATH": str(LISTS)}
    command: list[str | Path] = [
        programs / "granian",
        "--interface",
        "wsgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    command += ["--workers", WORKERS, "--blocking-threads", "4", "--log-level", "warning", "plain.wsgi:application"]
    with _running("plain", command, environment, port, "/light/?limit=1", database) as server:
        yield server


PEERS = {"tipg": tipg, "pygeoapi": pygeoapi, "plain": plain}


@contextmanager
def _running(
    name: str, command: list[str | Path], environment: Mapping[str, str], port: int, probe: str, database: str
) -> Iterator[Running]:
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("OCOPMAP_", "DJANGO_", "PYTHON", "PG", "DATABASE_URL"))
    }
    log_file = HOME / f"{name}.log"
    with log_file.open("w") as log:
        server = subprocess.Popen(
            [str(part) for part in command],
            cwd=HOME,
            env=kept | dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(server, address + probe, log_file)
        yield Running(name, address, server.pid, database)
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait(server: "subprocess.Popen[bytes]", address: str, log: Path) -> None:
    deadline = time.monotonic() + 120
    while server.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(address, timeout=60).close()
            return
        except urllib.error.HTTPError as error:
            raise Refusal(f"{address} answers {error.code}:\n{log.read_text()[-2000:]}") from error
        except OSError:
            time.sleep(0.1)
    raise Refusal(f"{address} doesn't answer:\n{log.read_text()[-2000:]}")
