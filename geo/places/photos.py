"""The photo of a place: checked, made small, without the data that cameras hide in it."""

import hashlib
from io import BytesIO
from typing import BinaryIO

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from geo.access import records
from geo.access.history import audit
from geo.access.models import User
from geo.access.permissions import require
from geo.access.rules import Action
from geo.places.areas import spot
from geo.places.models import Place
from geo.spatial.folding import nfc
from geo.spatial.problems import InvalidParameter

MAX_BYTES = 15_000_000
MAX_PIXELS = 60_000_000
LONGEST_SIDE = 1600
FORMATS = ("JPEG", "PNG", "WEBP")
QUALITY = 80


def attach_photo(
    actor: User | None, reason: str, place: Place, file: BinaryIO, credit: str, *, version: int | None = None
) -> Place:
    """Give ``place`` a photo (WebP, at most 1600 px a side, no EXIF), credited to whoever took it.

    Raises: InvalidParameter (``photo``, ``photo_credit``), Conflict.
    """
    credited = nfc(credit)
    if not credited:
        raise InvalidParameter("photo_credit", _("Say who took the photo and allows its use."))
    content = prepared(file)
    with audit(actor, records.require_reason(reason)):
        stored = records.locked(place, version)
        require(actor, Action.EDIT, spot(stored))
        before = stored.photo.name
        digest = hashlib.sha256(content).hexdigest()[:12]
        stored.photo_credit = credited
        stored.photo.save(f"{stored.public_id}-{digest}.webp", ContentFile(content), save=False)
        stored.save(update_fields=["photo", "photo_credit"])
        _forget(before, stored)
        stored.refresh_from_db()
        return stored


def remove_photo(actor: User | None, reason: str, place: Place, *, version: int | None = None) -> Place:
    """Take the photo of ``place`` away, file and credit."""
    with audit(actor, records.require_reason(reason)):
        stored = records.locked(place, version)
        require(actor, Action.EDIT, spot(stored))
        before, storage_owner = stored.photo.name, stored
        stored.photo, stored.photo_credit = "", ""
        stored.save(update_fields=["photo", "photo_credit"])
        _forget(before, storage_owner)
        stored.refresh_from_db()
        return stored


def prepared(file: BinaryIO, plain_pixels: int = MAX_PIXELS) -> bytes:
    """Return the picture in ``file`` as WebP: upright, at most 1600 px a side, without EXIF.

    ``plain_pixels`` is the most of a picture other than JPEG, which is read as a whole. Raises: InvalidParameter
    (``photo``) when it is too big, or not a JPEG, PNG or WebP picture.
    """
    raw = file.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise InvalidParameter(
            "photo", _("The photo is larger than %(megabytes)d MB.") % {"megabytes": MAX_BYTES // 1_000_000}
        )
    try:
        with Image.open(BytesIO(raw), formats=FORMATS) as picture:
            most = MAX_PIXELS if picture.format == "JPEG" else plain_pixels
            if picture.width * picture.height > most:
                raise InvalidParameter(
                    "photo", _("The photo has more than %(millions)d million pixels.") % {"millions": most // 1_000_000}
                )
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise InvalidParameter("photo", _("This file is not a photo that can be read (JPEG, PNG or WebP).")) from None
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    clean = Image.new("RGB", upright.size)
    clean.paste(upright)
    made = BytesIO()
    clean.save(made, "WEBP", quality=QUALITY, method=4)
    return made.getvalue()


def _forget(name: str | None, place: Place) -> None:
    """Remove a replaced file once the change is certain."""
    if name and name != place.photo.name:
        transaction.on_commit(lambda: place.photo.storage.delete(name))
