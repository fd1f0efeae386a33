"""Run ``bin/serve`` as a person would, in a data folder of its own."""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def free_port() -> int:
    """Return a port that nobody listens on, below the ephemeral ones."""
    for port in range(18200, 18999):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise AssertionError("no free port")


def _ticks(process: Path) -> tuple[int, int]:
    """Return the parent of a process and the ticks it has taken, those of its ended children among them."""
    try:
        fields = (process / "stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0, 0
    return int(fields[1]), sum(map(int, fields[11:15]))


@dataclass
class Serve:
    """One run of ``bin/serve``."""

    data: Path
    port: int = field(default_factory=free_port)
    extra: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.log = Path(f"{self.data}.log")
        self.began = time.monotonic()
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("OCOPMAP_", "DJANGO_"))
        }
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [ROOT / "bin" / "serve", "--port", str(self.port)],
                env={**environment, "OCOPMAP_DATA_DIR": str(self.data), **self.extra},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        """Everything printed so far."""
        return self.log.read_text()

    def wait_for(self, text: str, seconds: float = 240) -> float:
        """Wait until it printed ``text``; return the seconds since the start."""
        deadline = time.monotonic() + seconds
        while text not in self.said:
            assert self.process.poll() is None, f"bin/serve ended:\n{self.said}"
            assert time.monotonic() < deadline, f"{text!r} not within {seconds} s:\n{self.said}"
            time.sleep(0.05)
        return time.monotonic() - self.began

    def ready(self) -> float:
        """Wait until it serves; return the seconds it took."""
        seconds = self.wait_for("the map is at")
        assert self.status("/admin/login/") == 200
        return seconds

    def spent(self) -> float:
        """Return the seconds of processor that it and what it started have taken: the same beside other work."""
        ticks = {int(path.name): _ticks(path) for path in Path("/proc").glob("[0-9]*")}
        family, grown = {self.process.pid}, 0
        while grown != len(family):
            grown = len(family)
            family |= {pid for pid, (parent, _ticks) in ticks.items() if parent in family}
        return sum(ticks[pid][1] for pid in family if pid in ticks) / os.sysconf("SC_CLK_TCK")

    def status(self, path: str) -> int:
        """Return the status code of an address."""
        try:
            direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with direct.open(f"http://127.0.0.1:{self.port}{path}", timeout=20) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    def result(self, seconds: float = 120) -> tuple[int, list[str]]:
        """Wait for the end; return the exit code and the lines printed."""
        code = self.process.wait(seconds)
        return code, self.said.splitlines()

    def stop(self) -> int:
        """End it as Ctrl-C or a service manager would."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def kill(self) -> None:
        """End ``bin/serve`` itself without a chance to clean up; what it started stays."""
        self.process.kill()
        self.process.wait(10)
