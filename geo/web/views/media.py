"""Photos of places: served while they may be shown to everybody, else to those who work on the register alone."""

import re

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from geo.access.permissions import may
from geo.access.rules import Action
from geo.access.sessions import PRIVATE
from geo.places.areas import spot
from geo.places.models import Place
from geo.places.photos import path_of
from geo.places.picture_files import FOLDER

_NAME = re.compile(rf"{FOLDER}[\w-]+\.webp")


def photo(request: HttpRequest, path: str) -> HttpResponseBase:
    """Serve a photo. One that is withheld (no consent), replaced or proposed is not there for the public."""
    place = Place.objects.select_related("producer").filter(photo=path, photo__gt="").first()
    is_public = place is not None and place.contact_is_public
    if not is_public and not _may_see(request, place):
        raise Http404
    found = path_of(path) if _NAME.fullmatch(path) else None
    if found is None:
        raise Http404
    changed = int(default_storage.get_modified_time(found).timestamp())
    unchanged = get_conditional_response(request, last_modified=changed)
    response = unchanged or FileResponse(default_storage.open(found), content_type="image/webp")
    response.headers["Last-Modified"] = http_date(changed)
    response.headers["Cache-Control"] = "no-cache" if is_public else PRIVATE
    return response


def _may_see(request: HttpRequest, place: Place | None) -> bool:
    spots = [spot(place)] if place is not None else []
    return request.user.is_authenticated and may(request.user, Action.DESK, *spots).allowed
