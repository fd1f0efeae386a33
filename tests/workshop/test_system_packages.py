"""What bin/serve says and does about the system's packages, played with stand-ins for apt and sudo."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
WITHOUT_SUDO = "some system packages are missing. Ask an administrator for:  sudo "
APT_LINE = "apt-get install -y --no-install-recommends postgresql-postgis libatomic1"


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder of programs: apt-get notes what it is asked for, id says that we are an ordinary user."""
    programs = tmp_path / "bin"
    programs.mkdir()
    _program(programs, "apt-get", f'echo "apt-get $*" >> {tmp_path}/asked')
    _program(programs, "id", "echo 1000")
    for name in ("bash", "mkdir", "tail", "grep", "env", "cat", "sh"):
        (programs / name).symlink_to(f"/usr/bin/{name}")
    return tmp_path


def _program(folder: Path, name: str, body: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{body}\n")
    (folder / name).chmod(0o755)


def _install(machine: Path) -> subprocess.CompletedProcess[str]:
    script = f"set -euo pipefail; name=bin/serve; data={machine}; . {ROOT}/bin/system.sh; " + (
        "install_system_packages postgresql-postgis libatomic1; echo installed"
    )
    return subprocess.run(
        ["/usr/bin/bash", "-c", script],
        env={**os.environ, "PATH": str(machine / "bin")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


def test_without_sudo_it_names_the_one_line_to_ask_for(machine: Path) -> None:
    result = _install(machine)
    assert result.returncode == 1
    assert result.stderr.splitlines() == [f"bin/serve: {WITHOUT_SUDO}{APT_LINE}"]
    assert not (machine / "asked").exists()


def test_with_sudo_it_installs(machine: Path) -> None:
    _program(machine / "bin", "sudo", '[ "$1" = -n ] && exit 0; exec "$@"')
    result = _install(machine)
    assert result.stdout == "installed\n", result.stderr
    assert (machine / "asked").read_text().splitlines() == ["apt-get update -q", APT_LINE]


def test_root_needs_no_sudo(machine: Path) -> None:
    _program(machine / "bin", "id", "echo 0")
    assert _install(machine).stdout == "installed\n"


def test_a_full_disk_is_named(machine: Path) -> None:
    _program(machine / "bin", "id", "echo 0")
    _program(machine / "bin", "apt-get", "echo 'E: Write error - write (28: No space left on device)'; exit 100")
    result = _install(machine)
    assert result.returncode == 1
    assert result.stderr.splitlines()[-1] == "bin/serve: the disk is full"


def test_without_apt_it_names_the_packages(machine: Path) -> None:
    (machine / "bin" / "apt-get").unlink()
    result = _install(machine)
    assert "this system has no apt" in result.stderr
    assert result.stderr.rstrip().endswith("postgresql-postgis libatomic1")
