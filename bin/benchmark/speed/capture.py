"""Run in a process of its own: answer paths inside this process and print the SQL that each answer sent to PostgreSQL.

Reads a JSON list of paths from standard input; writes a JSON list with, for each path, its statements as they were sent
(values included). What the connection does for itself (``SELECT 1`` before a request) is left out.
"""

import json
import os
import sys
from time import sleep
from typing import Any
from urllib.parse import unquote, urlsplit
from wsgiref.util import setup_testing_defaults

import psycopg2.extensions

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmark.settings"

from django.conf import settings

sent: list[str] = []


class Recording(psycopg2.extensions.cursor):
    """A cursor that writes down what it sends."""

    def execute(self, query: Any, vars: Any = None) -> None:
        """Send a statement."""
        super().execute(query, vars)
        sent.append(self.query.decode())


def answer(application: Any, path: str) -> None:
    """Let the service answer a path; raises RuntimeError when it refuses."""
    parts = urlsplit(path)
    environ: dict[str, Any] = {"PATH_INFO": unquote(parts.path), "QUERY_STRING": parts.query}
    setup_testing_defaults(environ)
    statuses: list[str] = []
    body = application(environ, lambda status, *_more: statuses.append(status))
    for _part in body:
        pass
    if hasattr(body, "close"):
        body.close()
    if not statuses[0].startswith("2"):
        raise RuntimeError(f"{path} answers {statuses[0]}")


def main() -> None:
    """Answer every path of standard input once, after the first one has been answered to warm up."""
    settings.DATABASES["default"].setdefault("OPTIONS", {})["cursor_factory"] = Recording
    from django.db import connection

    from benchmark.wsgi import application
    from geo.spatial.versions import STEADY_S

    connection.execute_wrappers.append(lambda execute, *sent: execute(*sent))  # watched: all goes through psycopg2
    paths = json.load(sys.stdin)
    answer(application, "/floor")
    prepared: list[str] = []
    found = []
    for turn, path in enumerate([paths[0], *paths]):
        if turn == 1:
            sleep(1.1 * STEADY_S)  # as in a server that has run for a while, the state of the data is read along
        sent.clear()
        answer(application, path)
        prepared += [text for text in sent if text.lstrip().upper().startswith("PREPARE ")]
        found.append([text for text in sent if text not in prepared and text.strip().upper() != "SELECT 1"])
    json.dump({"prepared": prepared, "answers": found[1:]}, sys.stdout)


if __name__ == "__main__":
    main()
