"""The project's own Python (``.venv``) and front-end packages (``frontend/node_modules``), from hashed locks."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from workshop.steps import PYTHON, ROOT, VENV, Refusal, run, say, step

LOCKS = ROOT / "requirements"
FRONTEND = ROOT / "frontend"
VENV_STAMPS = VENV / "stamps"


def prepare_python(tests: bool, roads: bool = False) -> None:
    """Make ``.venv`` hold exactly what the lock says: that of the tests contains that of roads, that the service's.

    A service start doesn't take the test tools or the engine of roads out again. Raises Refusal.
    """
    usable = _venv_works()
    serve, with_roads, test = LOCKS / "serve.txt", LOCKS / "roads.txt", LOCKS / "test.txt"
    inputs = [LOCKS / "uv.txt", serve, with_roads, test, sys.version]
    if tests or _has_test_tools():
        step("python-test", inputs, lambda: _sync(test), done=usable, folder=VENV_STAMPS)
    elif roads or _has_roads():
        step("python-roads", inputs, lambda: _sync(with_roads), done=usable, folder=VENV_STAMPS)
    else:
        step("python", inputs, lambda: _sync(serve), done=usable, folder=VENV_STAMPS)


def _venv_works() -> bool:
    try:
        subprocess.run([PYTHON, "-c", "import pip, polib"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def _has_test_tools() -> bool:
    return (VENV / "bin" / "pytest").exists()


def _has_roads() -> bool:
    return any(VENV.glob("lib/python3*/site-packages/valhalla"))


def _sync(lock: Path) -> None:
    say(f"installing Python packages ({lock.name})")
    uv = VENV / "bin" / "uv"
    if not _runs(uv):
        if VENV.exists():
            shutil.rmtree(VENV)
        run([sys.executable, "-m", "venv", VENV], "making the Python environment")
        run(
            [
                PYTHON,
                "-m",
                "pip",
                "install",
                "-q",
                "--only-binary",
                ":all:",
                "--require-hashes",
                "-r",
                LOCKS / "uv.txt",
            ],
            "installing uv",
            explain=_offline,
        )
    run(
        [uv, "pip", "sync", "--python", PYTHON, "--require-hashes", "--only-binary", ":all:", lock],
        "installing Python packages",
        env={"UV_LINK_MODE": os.environ.get("UV_LINK_MODE", "copy"), "UV_NO_PROGRESS": "1"},
        explain=_offline,
    )


def _runs(program: Path) -> bool:
    try:
        return subprocess.run([program, "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _offline(output: str) -> str | None:
    signs = ("Temporary failure in name resolution", "dns error", "Could not connect", "EAI_AGAIN", "ENOTFOUND")
    if any(sign in output for sign in signs):
        return "the package registry can't be reached; the first start needs the network"
    return None


def prepare_frontend() -> None:
    """Install the front-end packages with the Node.js that came as a Python package. Raises Refusal."""
    lock = FRONTEND / "package-lock.json"
    if not lock.exists():
        raise Refusal("frontend/package-lock.json is missing")
    inputs = [FRONTEND / "package.json", lock, FRONTEND / ".npmrc"]
    # npm writes this file last, so a folder left by an interrupted run doesn't have it.
    finished = FRONTEND / "node_modules" / ".package-lock.json"

    def install() -> None:
        say("installing front-end packages")
        run(
            [VENV / "bin" / "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"],
            "installing front-end packages",
            cwd=FRONTEND,
            env=node_environment(),
            explain=_offline,
        )

    step("frontend", inputs, install, done=finished.exists(), folder=VENV_STAMPS)


def node_environment() -> dict[str, str]:
    """Return the environment in which the project's own Node.js is the one that is found."""
    return {"PATH": f"{VENV / 'bin'}:{os.environ.get('PATH', '/usr/bin:/bin')}"}
