"""The service and its commands on a fixed day, so that what is open, expired or ending doesn't change with the clock.

``application`` is the service's own WSGI application; run as a program, this is ``manage.py``.
"""

import os
import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

NOW = "2026-11-18T10:00:00+07:00"  # a Wednesday morning
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ocopmap.settings")

from django.core.management import execute_from_command_line  # noqa: E402 - the settings are named first
from django.core.wsgi import get_wsgi_application  # noqa: E402 - the settings are named first

from geo.spatial import calendar  # noqa: E402 - the settings are named first

_service = None


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer one request on the fixed day."""
    global _service
    _service = _service or get_wsgi_application()
    with calendar.at(datetime.fromisoformat(NOW)):
        answer = _service(environ, start_response)
        try:
            return list(answer)
        finally:
            getattr(answer, "close", lambda: None)()


if __name__ == "__main__":
    with calendar.at(datetime.fromisoformat(NOW)):
        execute_from_command_line(sys.argv)
