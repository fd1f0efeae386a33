"""``bin/serve`` from nothing, and after everything that can be killed was killed."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.workshop.running import ROOT, Serve

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """A data folder that the database's user can reach, whose database is ended afterwards."""
    home = Path(tempfile.mkdtemp(prefix="ocopmap-"))
    home.chmod(0o711)
    folder = home / "data"
    yield folder
    _stop_database(folder)
    shutil.rmtree(home)


def _stop_database(folder: Path) -> None:
    environment = {**os.environ, "OCOPMAP_DATA_DIR": str(folder)}
    subprocess.run([ROOT / "bin" / "setup", "--stop"], env=environment, check=False, capture_output=True)


def _postmaster(folder: Path) -> int:
    return int((folder / "postgres" / "postmaster.pid").read_text().split("\n", 1)[0])


def _listening(pid: int) -> list[str]:
    """The TCP ports on which a process listens (0A in the kernel's table)."""
    sockets = {str(path.readlink()) for path in Path(f"/proc/{pid}/fd").iterdir()}
    table = Path(f"/proc/{pid}/net/tcp").read_text() + Path(f"/proc/{pid}/net/tcp6").read_text()
    rows = [line.split() for line in table.splitlines() if " 0A " in line]
    return [row[1] for row in rows if f"socket:[{row[9]}]" in sockets]


def test_a_first_start_killed_in_the_middle_is_finished_by_the_next(data: Path) -> None:
    first = Serve(data)
    first.wait_for("making the database")
    first.kill()
    second = Serve(data)
    second.wait_for("migrate …")
    second.kill()
    third = Serve(data)
    third.ready()
    assert third.stop() == 0


def test_the_second_start_is_quick_and_changes_nothing(data: Path) -> None:
    serve = Serve(data)
    serve.ready()
    seconds = serve.spent()
    serve.stop()
    assert seconds < 12  # of processor
    assert "…" not in serve.said


def test_the_database_listens_on_a_private_socket_only(data: Path) -> None:
    serve = Serve(data)
    serve.ready()
    try:
        assert (data / "run").stat().st_mode & 0o777 == 0o700
        assert (data / "postgres").stat().st_mode & 0o777 == 0o700
        assert (data / "secret_key").stat().st_mode & 0o777 == 0o600
        assert _listening(_postmaster(data)) == []
    finally:
        serve.stop()


def test_the_database_ends_with_the_server_that_started_it(data: Path) -> None:
    serve = Serve(data)
    serve.ready()
    serve.stop()
    assert not (data / "postgres" / "postmaster.pid").exists()


def test_a_killed_server_leaves_nothing_in_the_way(data: Path) -> None:
    killed = Serve(data)
    killed.ready()
    killed.kill()
    again = Serve(data, killed.port)
    again.ready()
    seconds = again.spent()
    again.stop()
    assert seconds < 12  # of processor
    assert not (data / "postgres" / "postmaster.pid").exists()


def test_a_killed_database_is_started_again(data: Path) -> None:
    serve = Serve(data)
    serve.ready()
    os.kill(_postmaster(data), signal.SIGKILL)
    serve.stop()
    again = Serve(data)
    again.ready()
    seconds = again.spent()
    again.stop()
    assert seconds < 12  # of processor


def test_a_database_in_the_hands_of_another_process_number_is_started(data: Path) -> None:
    """After a reboot the old server's number belongs to somebody else."""
    pid_file = data / "postgres" / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{data / 'postgres'}\n1\n5432\n\n\n\n")
    owner = (data / "postgres").stat()
    with suppress(PermissionError):
        os.chown(pid_file, owner.st_uid, owner.st_gid)
    serve = Serve(data)
    serve.ready()
    serve.stop()


def test_an_existing_database_is_used_when_database_url_says_so(data: Path, tmp_path: Path) -> None:
    first = Serve(data)
    first.ready()
    try:
        address = (data / "database.url").read_text()
        subprocess.run([ROOT / ".venv/bin/python", "-c", _CREATE, str(data / "run")], check=True)
        elsewhere = tmp_path / "data"
        second = Serve(elsewhere, extra={"DATABASE_URL": address.replace("/ocopmap?", "/other?")})
        second.ready()
        assert second.stop() == 0
        assert not (elsewhere / "postgres").exists()
    finally:
        first.stop()


_CREATE = (
    "import psycopg2, sys\n"
    "c = psycopg2.connect(host=sys.argv[1], user='ocopmap', dbname='postgres'); c.autocommit = True\n"
    "c.cursor().execute('CREATE DATABASE other')\n"
)


def test_a_full_disk_is_one_clear_line() -> None:
    home = Path(tempfile.mkdtemp(prefix="ocopmap-"))
    home.chmod(0o711)
    folder = home / "data"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", folder], capture_output=True).returncode:
        shutil.rmtree(home)
        pytest.skip("only root can make a small disk")
    try:
        folder.chmod(0o711)
        code, lines = Serve(folder).result()
        assert code == 1
        assert lines[-1].startswith("ocopmap: the disk is full")
    finally:
        subprocess.run(["umount", "-l", folder], check=True)
        time.sleep(0.1)
        shutil.rmtree(home)
