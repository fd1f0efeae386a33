"""Valhalla on this machine, over tiles that ``manage.py build_roads`` made: one short process per question."""

import importlib.util
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from geo.spatial.roads.interface import RoadsDown
from geo.spatial.roads.valhalla import Ask, Refused, Valhalla

WORKER = Path(__file__).with_name("valhalla_worker.py")
CONFIG = "valhalla.json"


def is_installed() -> bool:
    """Return whether the extra ``roads`` is there."""
    return importlib.util.find_spec("valhalla") is not None


def current(root: Path) -> Path | None:
    """Return the configuration of the roads that were built last."""
    config = root / "current" / CONFIG
    return config if config.is_file() else None


def embedded(config: Path, timeout_s: int) -> Valhalla:
    """Return Valhalla over the tiles of ``config``; one question may take ``timeout_s``."""

    @contextmanager
    def session() -> Iterator[Ask]:
        with _process(config) as process:
            late = threading.Event()

            def end() -> None:
                late.set()
                process.kill()

            timer = threading.Timer(timeout_s, end)
            timer.daemon = True
            timer.start()
            try:
                yield lambda action, body: _ask(process, late, action, body)
            finally:
                timer.cancel()

    return Valhalla("valhalla", session)


@contextmanager
def _process(config: Path) -> Iterator["subprocess.Popen[str]"]:
    try:
        process = subprocess.Popen(
            [sys.executable, "-I", str(WORKER), str(config)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
    except OSError as error:
        raise RoadsDown(f"valhalla can't be started: {error}") from None
    try:
        yield process
    finally:
        with suppress(OSError):
            process.kill()
        process.communicate()


def _ask(process: "subprocess.Popen[str]", late: threading.Event, action: str, body: dict[str, Any]) -> Any:
    if process.stdin is None or process.stdout is None:
        raise RoadsDown("valhalla has no pipes")
    try:
        process.stdin.write(json.dumps([action, body]) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        answer = json.loads(line)
    except (OSError, ValueError):
        raise RoadsDown(f"valhalla {'took too long' if late.is_set() else 'ended'} at {action}") from None
    if "refused" in answer:
        raise Refused(answer["refused"])
    return answer["answer"]
