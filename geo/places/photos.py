"""The photo of a place: checked, made small, without the data that cameras hide in it."""

import secrets
from collections.abc import Iterable
from io import BytesIO
from typing import BinaryIO

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from geo.access.models import User
from geo.places import services
from geo.places.models import Place
from geo.places.picture_files import FOLDER, KEPT, NO_CREDIT
from geo.spatial.folding import nfc
from geo.spatial.problems import InvalidParameter

MAX_BYTES = 15_000_000
MAX_PIXELS = 60_000_000
LONGEST_SIDE = 1600
FORMATS = ("JPEG", "PNG", "WEBP")
QUALITY = 80


def take_in(file: BinaryIO) -> str:
    """Keep a picture (WebP, at most 1600 px a side, no EXIF) for a record to be given, and return its name.

    It is nobody's yet, and shown to nobody in public. Raises: InvalidParameter (``photo``).
    """
    name = f"{FOLDER}{secrets.token_hex(16)}.webp"
    default_storage.save(KEPT + name, ContentFile(prepared(file)))
    return name


def attach_photo(
    actor: User | None, reason: str, place: Place, file: BinaryIO, credit: str, *, version: int | None = None
) -> Place:
    """Give ``place`` a photo, credited to whoever took it.

    Raises: InvalidParameter (``photo``, ``photo_credit``), Conflict.
    """
    if not nfc(credit):
        raise InvalidParameter("photo_credit", str(NO_CREDIT))
    values = {"photo": take_in(file), "photo_credit": credit}
    return services.save_place(actor, reason, values, place=place, version=version).place


def remove_photo(actor: User | None, reason: str, place: Place, *, version: int | None = None) -> Place:
    """Take the photo of ``place`` away, and the credit; the history can bring both back."""
    values = {"photo": "", "photo_credit": ""}
    return services.save_place(actor, reason, values, place=place, version=version).place


def path_of(name: str) -> str | None:
    """Return where in the storage the photo ``name`` lies, among those shown or kept; ``None`` when it is gone."""
    try:
        return next((path for path in (name, KEPT + name) if default_storage.exists(path)), None)
    except SuspiciousFileOperation:
        return None


def erase(names: Iterable[str]) -> None:
    """Delete photos for good, wherever they lie, once the transaction is certain."""
    every = [path for name in names if name.startswith(FOLDER) for path in (name, KEPT + name)]

    def delete() -> None:
        for path in every:
            default_storage.delete(path)

    transaction.on_commit(delete)


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
