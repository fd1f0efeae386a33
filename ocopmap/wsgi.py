"""WSGI entry point, as served by ``bin/serve``."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ocopmap.settings")
_handler = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer a request. A whole body is given as a list: a server sends that at once, anything else piece by piece."""
    response = _handler(environ, start_response)
    if not isinstance(response, HttpResponse):
        return response
    body = list(response)
    response.close()
    return body
