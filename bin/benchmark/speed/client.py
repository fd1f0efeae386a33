"""The client: wrk, which takes little of the two cores that it shares with the servers."""

import json
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from workshop.steps import DATA, Refusal

PATHS = DATA / "bench" / "paths"
SCRIPT = Path(__file__).with_name("client.lua")


@dataclass
class Asked:
    """A list of paths that is asked in its order, over and over; every round goes on where the last one stopped."""

    name: str
    address: str
    paths: list[str]
    headers: dict[str, str] = field(default_factory=dict)
    at: int = 0

    @property
    def file(self) -> Path:
        """The list as the client reads it."""
        return PATHS / f"{self.name}.txt"

    def write(self) -> None:
        """Write the list down."""
        PATHS.mkdir(parents=True, exist_ok=True)
        self.file.write_text("".join(f"{path}\n" for path in self.paths))


@dataclass(frozen=True)
class Load:
    """What the client saw: requests, seconds, bytes of all answers, latencies in ms, answers that weren't good."""

    requests: int
    seconds: float
    bytes: int
    p50_ms: float
    p99_ms: float
    wrong: int


def load(asked: Asked, connections: int, seconds: int) -> Load:
    """Ask for ``seconds`` over ``connections`` that stay open. Raises Refusal."""
    program = shutil.which("wrk")
    if not program:
        raise Refusal("wrk is not installed (apt-get install wrk)")
    command = [program, "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "60s", "-s", str(SCRIPT)]
    for name, value in {"Accept-Encoding": "identity", **asked.headers}.items():
        command += ["-H", f"{name}: {value}"]
    done = subprocess.run(
        [*command, asked.address, "--", str(asked.file), str(asked.at)], capture_output=True, text=True, check=False
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith('{"requests"')]
    if not lines:
        raise Refusal(f"wrk says nothing of {urlsplit(asked.address).netloc}: {(done.stdout + done.stderr)[-300:]}")
    found = json.loads(lines[0])
    asked.at = (asked.at + found["requests"] + connections) % len(asked.paths)
    return Load(
        found["requests"],
        found["us"] / 1e6,
        found["bytes"],
        found["p50_us"] / 1000,
        found["p99_us"] / 1000,
        found["wrong"],
    )
