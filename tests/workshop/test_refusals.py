"""What can't work is said in one clear line, before anything is changed."""

import socket
from pathlib import Path

from tests.workshop.running import Serve


def test_a_taken_port_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, lines = Serve(tmp_path / "data", port).result()
    assert code == 1
    assert lines == [f"ocopmap: port {port} of 127.0.0.1 is taken (Address already in use); try bin/serve --port 8001"]
    assert not (tmp_path / "data" / "postgres").exists()


def test_a_port_that_is_none_is_refused(tmp_path: Path) -> None:
    code, lines = Serve(tmp_path / "data", 99999).result()
    assert code == 2
    assert "'99999' is not a port number" in lines[-1]


def test_wrong_settings_are_one_line_each(tmp_path: Path) -> None:
    wrong = {
        "DATABASE_URL": "mysql://somewhere/else",
        "OCOPMAP_DEBUG": "perhaps",
        "OCOPMAP_ALLOWED_HOSTS": "https://map.example.vn",
        "OCOPMAP_SECRET_KEY": "short",
        "OCOPMAP_STATIC": str(tmp_path),
    }
    code, lines = Serve(tmp_path / "data", extra=wrong).result()
    assert code == 1
    told = {line.removeprefix("ocopmap: ") for line in lines[-4:]}
    assert told == {
        "OCOPMAP_DEBUG is 'perhaps'; write yes or no",
        "DATABASE_URL must begin with postgis:// (a PostgreSQL with PostGIS)",
        "OCOPMAP_SECRET_KEY is too short; use 50 random characters",
        "OCOPMAP_ALLOWED_HOSTS has 'https://map.example.vn'; write host names only, like map.example.vn",
    }


def test_a_database_out_of_reach_is_one_clear_line(tmp_path: Path) -> None:
    code, lines = Serve(tmp_path / "data", extra={"DATABASE_URL": "postgis://nobody@127.0.0.1:1/none"}).result()
    assert code == 1
    assert lines[-1].startswith("ocopmap: the database can't be reached: connection to server")
