"""``bin/serve``: prepare what is missing, then serve until Ctrl-C."""

import argparse
import contextlib
import ctypes
import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from workshop.preparing import prepare, using_database
from workshop.steps import DATA, ROOT, VENV, Refusal, say, write_whole

RUNNING = DATA / "server.json"
EPHEMERAL_FROM = 32768
LOCAL = {"127.0.0.1", "localhost", "::1"}
DIE_WITH_PARENT = 1  # prctl(PR_SET_PDEATHSIG)


def main(arguments: Sequence[str]) -> int:
    """Serve the map; returns the exit code."""
    parser = argparse.ArgumentParser(prog="bin/serve", description="Prepare whatever is missing and serve the map.")
    parser.add_argument("--host", default=os.environ.get("OCOPMAP_HOST", "127.0.0.1"))
    parser.add_argument("--port", type=_port, default=os.environ.get("OCOPMAP_PORT", "8000"))
    parser.add_argument("--workers", type=int, default=2, help="server processes (default 2)")
    options = parser.parse_args(arguments)
    _end_orphans()
    _need_port(options.host, options.port)
    signal.signal(signal.SIGTERM, lambda number, frame: _interrupt())
    prepare(tests=False)
    with using_database():
        _need_port(options.host, options.port)
        return _serve(options.host, options.port, options.workers)


def _interrupt() -> None:
    raise KeyboardInterrupt


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port number")
    return int(text)


def _need_port(host: str, port: int) -> None:
    """Refuse a taken port before anything is done. Raises Refusal."""
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror as error:
        raise Refusal(f"{host} is not an address of this machine ({error.strerror})") from error
    with socket.socket(family, kind, proto) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
            probe.listen(1)
        except PermissionError as error:
            raise Refusal(f"port {port} needs more rights; try bin/serve --port 8000") from error
        except OSError as error:
            other = port + 1 if port + 1 < EPHEMERAL_FROM else 8001
            raise Refusal(f"port {port} of {host} is taken ({error.strerror}); try bin/serve --port {other}") from error


def _serve(host: str, port: int, workers: int) -> int:
    shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host
    shown = f"[{shown}]" if ":" in shown else shown
    command = [VENV / "bin" / "python", "-m", "ocopmap.server", "--host", host, "--port", str(port)]
    command += ["--workers", str(workers)]
    server = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=_die_with_parent
    )
    write_whole(RUNNING, json.dumps({"group": server.pid}))
    try:
        address = f"http://{shown}:{port}/"
        _wait_for_answer(server, address)
        if not os.environ.get("OCOPMAP_ALLOWED_HOSTS") and host not in LOCAL:
            say("other machines are answered only under the names in OCOPMAP_ALLOWED_HOSTS")
        say(f"the map is at {address}  (Ctrl-C ends it)")
        return server.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        _end_group(server)
        RUNNING.unlink(missing_ok=True)


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGTERM)


def _wait_for_answer(server: subprocess.Popen[bytes], address: str) -> None:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise Refusal(f"the server ended at once (exit {server.returncode}); the lines above say why")
        with contextlib.suppress(OSError):
            try:
                direct.open(address, timeout=10).close()
            except urllib.error.HTTPError as error:
                if error.code >= 500:
                    raise Refusal(f"the server answers with an error ({error.code}), told above") from error
            return
        time.sleep(0.1)
    raise Refusal("the server doesn't answer")


def _end_group(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        server.wait(10)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGKILL)
    server.wait()


def _end_orphans() -> None:
    """End what a killed ``bin/serve`` of this folder left behind: server processes whose parent is gone."""
    try:
        group = int(json.loads(RUNNING.read_text())["group"])
    except (OSError, ValueError, KeyError):
        return
    members = [int(path.name) for path in Path("/proc").glob("[0-9]*") if _is_orphan(path, group)]
    for pid in members:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    if members:
        say(f"ended {len(members)} server processes left by a killed start")
        time.sleep(0.5)


def _is_orphan(process: Path, group: int) -> bool:
    """A process of that group, at work in this folder, whose ``bin/serve`` is gone."""
    try:
        fields = (process / "stat").read_text().rsplit(")", 1)[1].split()
        if int(fields[2]) != group or (process / "cwd").resolve() != ROOT:
            return False
        leader = (Path(f"/proc/{group}") / "stat").read_text().rsplit(")", 1)[1].split()
        parent = Path(f"/proc/{leader[1]}/cmdline").read_bytes()
    except FileNotFoundError:
        return process.exists()  # the leader is gone
    except (OSError, IndexError, ValueError):
        return False
    return b"workshop" not in parent
