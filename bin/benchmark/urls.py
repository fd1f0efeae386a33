"""The addresses of the service and two more.

``/floor`` is a plain view that asks the database for nothing, ``/constant/<bytes>`` one that sends so many bytes.
"""

import random
from functools import lru_cache

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from ocopmap import urls as service


def floor(request: HttpRequest) -> HttpResponse:
    """Answer what ``select 1`` answers, through all of the service's middleware: the measure of everything else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        (one,) = cursor.fetchone()
    return HttpResponse(str(one), content_type="text/plain")


def constant(request: HttpRequest, size: int) -> HttpResponse:
    """Answer with bytes that are there already: what sending a body of this size costs."""
    return HttpResponse(_some(size), content_type="application/octet-stream")


@lru_cache(maxsize=4)
def _some(size: int) -> bytes:
    return random.Random(size).randbytes(size)


urlpatterns = [
    path("floor", floor, name="floor"),
    path("constant/<int:size>", constant, name="constant"),
    *service.urlpatterns,
]
handler404 = service.handler404
handler500 = service.handler500
