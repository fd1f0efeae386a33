"""The server: ``python -m ocopmap.server``. The service is loaded once, then forked into its workers.

What was loaded before is shared memory: two workers need little more than one. Slow answers are shared as files. Each
worker opens its connections to the database and asks them something spatial before it takes requests: the first such
statement of a session costs 8–20 ms.
"""

import argparse
import contextlib
import ctypes
import gc
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

SERVICE = "ocopmap.wsgi"
THREADS = 3
"""Threads of a worker: more would only wait for one another, fewer would wait for one slow statement."""

STATEMENT_SECONDS = 30
"""A statement of a request is given up after this time: nobody waits longer, and others want the database too."""

_BACKLOG = 1024
_MALLOC = {"M_ARENA_MAX": (-8, 2), "M_MMAP_THRESHOLD": (-3, 1 << 21), "M_TRIM_THRESHOLD": (-1, 1 << 22)}
"""A page of 1,000 features (1.2 MB) stays below: memory fetched anew for each copy of it costs 880 page faults a page,
as much as everything else that Python does for it. The whole country (3.7 MB) goes back to the system at once."""
_TIDY_S = 5  # so long a large body's memory may stay
_IDLE_THREAD_S = 600  # the longest there is: a new thread needs a new connection


def main(arguments: Sequence[str]) -> None:
    """Serve until a signal ends it."""
    parser = argparse.ArgumentParser(prog="python -m ocopmap.server", description="Serve the map.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=2, help="processes")
    parser.add_argument("--threads", type=int, default=THREADS, help="threads of each process")
    parser.add_argument("--wsgi", default=SERVICE, help=f"module of the application (default {SERVICE})")
    options = parser.parse_args(arguments)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # threads don't survive a fork, and nothing here needs them
    os.environ.setdefault("PGOPTIONS", f"-c statement_timeout={STATEMENT_SECONDS}s")
    _give_memory_back()
    serve(options.wsgi, options.host, options.port, options.workers, options.threads)


def serve(module: str, host: str, port: int, workers: int, threads: int) -> None:
    """Load the application of ``module`` and serve it."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    from geo.api.shared import shared

    application = load(module)
    server = Granian(
        f"{module}:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        blocking_threads_idle_timeout=_IDLE_THREAD_S,
        backlog=_BACKLOG,
        http1_settings=HTTP1Settings(pipeline_flush=False),
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=5,
    )
    with TemporaryDirectory(prefix="ocopmap-kept-") as folder:
        shared.folder = Path(folder)
        server.serve(target_loader=partial(_in_worker, application, threads), wrap_loader=False)


def load(module: str) -> Callable[..., Any]:
    """Import the application and all that its first requests would; the workers share it."""
    # GeoDjango, and DRF's template tags, load them for what nothing here asks of them: 18 MB in all.
    with _spared("numpy"):
        import_module("django.contrib.gis.shortcuts")
    with _spared("requests", "yaml", "pygments"):
        application = _load(module)
    gc.collect()
    gc.freeze()  # the collector leaves these objects, and the shared pages they are on, alone
    return application


def _load(module: str) -> Callable[..., Any]:
    application: Callable[..., Any] = import_module(module).application
    import django
    from django.template import engines
    from django.urls import get_resolver
    from django.utils import translation

    from geo.spatial.release import release

    django.setup()
    get_resolver().url_patterns  # noqa: B018  # imports every view
    engines.all()
    for language in ("vi", "en"):
        with translation.override(language):
            translation.gettext("")
    release()
    return application


@contextlib.contextmanager
def _spared(*packages: str) -> Iterator[None]:
    """Let what is imported inside do without packages that it only takes where they are there."""
    spared = [package for package in packages if package not in sys.modules]
    sys.modules.update(dict.fromkeys(spared))  # type: ignore[arg-type]  # as if they weren't there
    try:
        yield
    finally:
        for package in spared:
            del sys.modules[package]


def _give_memory_back() -> None:
    """Let the C library return the memory of large bodies to the system, and share arenas among threads (glibc)."""
    with contextlib.suppress(AttributeError):
        for parameter, value in _MALLOC.values():
            ctypes.CDLL(None).mallopt(parameter, value)


def _tidy() -> None:
    """Return free pages to the system again and again (glibc): large bodies leave them between small ones that stay."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    while trim is not None:
        time.sleep(_TIDY_S)
        trim(0)


def _in_worker(application: Callable[..., Any], threads: int) -> Callable[..., Any]:
    """Return the application, in a worker that is ready to answer."""
    from geo.places import spelling
    from ocopmap.postgis.base import open_ahead

    open_ahead(threads)
    spelling.read_ahead()
    threading.Thread(target=_tidy, name="memory", daemon=True).start()
    return application


if __name__ == "__main__":
    main(sys.argv[1:])
