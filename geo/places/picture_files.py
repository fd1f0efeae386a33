"""Files of photos: those shown lie in ``places/``, replaced and proposed ones apart, so that nothing is lost."""

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo.places.models import Place
from geo.spatial.problems import InvalidParameter

FOLDER = "places/"
KEPT = "kept/"
"""Folder of the files that no record shows: they are served to people who work on the register alone."""
NO_CREDIT = gettext_lazy("Say who took the photo and allows its use.")


def settle_photo(place: Place, stored: Place | None) -> None:
    """Make sure that a photo which is given to ``place`` is there, and has a credit; without one there is none.

    Raises: InvalidParameter (``photo``, ``photo_credit``).
    """
    before = (stored.photo.name if stored is not None else "") or ""
    name = place.photo.name or ""
    if name == before:
        place.photo = stored.photo.name if stored is not None else place.photo.name
    if not name:
        place.photo_credit = ""
        return
    if not place.photo_credit.strip():
        raise InvalidParameter("photo_credit", str(NO_CREDIT))
    if name == before:
        return
    if not default_storage.exists(name):
        if not name.startswith(FOLDER) or not default_storage.exists(KEPT + name):
            raise InvalidParameter("photo", _("This photo isn't there any more: choose the file again."))
        with default_storage.open(KEPT + name) as kept:
            default_storage.save(name, kept)
        transaction.on_commit(lambda: default_storage.delete(KEPT + name))


def put_aside(name: str | None) -> None:
    """Keep a photo that is no longer shown out of the public folder, once the change is certain."""
    if name:
        transaction.on_commit(lambda: _move(name, KEPT + name))


def _move(name: str, to: str) -> None:
    if not default_storage.exists(name):
        return
    if not default_storage.exists(to):
        with default_storage.open(name) as file:
            default_storage.save(to, file)
    default_storage.delete(name)
