"""The service, with one address more: ``/floor`` asks the database for nothing, as the measure of everything else."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection

from ocopmap.wsgi import application as service


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer a request."""
    if environ["PATH_INFO"] != "/floor":
        return service(environ, start_response)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "1")])
    return [b"1"]
