"""The addresses of the service and one more: ``/floor``, a plain view that asks the database for nothing."""

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


urlpatterns = [path("floor", floor, name="floor"), *service.urlpatterns]
handler404 = service.handler404
handler500 = service.handler500
