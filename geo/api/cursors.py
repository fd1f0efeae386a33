"""The cursor of a ``next`` link: where the next page begins, and the hash of the filter it belongs to, signed.

A cursor is opaque to clients. Used with another filter, or changed, it is refused: a page would silently skip features.
"""

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core import signing
from django.utils.translation import gettext as _

from geo.spatial.problems import InvalidParameter

NOT_THE_FILTER = frozenset({"cursor", "limit", "f", "lang", "properties", "crs", "bbox-crs"})
"""Parameters that may change from page to page: they don't change which features there are, nor their order."""

_SALT = "geo.api.cursor"


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: behind the feature with these sort keys, or (ordered by distance) at ``offset``."""

    keys: tuple[str, ...] = ()
    offset: int = 0


def filter_hash(subject: str, query: Mapping[str, list[str]]) -> str:
    """Return the hash of everything in ``query`` that decides which features there are and in which order."""
    parts = sorted(
        (name, [value.strip() for value in values])
        for name, values in query.items()
        if name not in NOT_THE_FILTER and any(values)
    )
    return hashlib.blake2b(json.dumps([subject, parts]).encode(), digest_size=9).hexdigest()


def write(cursor: Cursor, filter_of: str) -> str:
    """Return the text of a cursor, as ``sign_object`` of Django's signer writes it."""
    content = json.dumps([filter_of, cursor.keys, cursor.offset], separators=(",", ":")).encode()
    value = urlsafe_b64encode(content).rstrip(b"=")
    signature = urlsafe_b64encode(hmac.digest(_key(settings.SECRET_KEY), value, "sha256")).rstrip(b"=")
    return f"{value.decode()}:{signature.decode()}"


@lru_cache(maxsize=2)
def _key(secret: str) -> bytes:
    """Return the key of Django's signer, which makes it anew for each text."""
    return hashlib.sha256(f"{_SALT}signer{secret}".encode()).digest()


def read(text: str, filter_of: str) -> Cursor:
    """Return the cursor written in ``text``.

    Raises: InvalidParameter when it was changed or belongs to another filter.
    """
    try:
        content: Any = signing.Signer(salt=_SALT).unsign_object(text)
        written_for, keys, offset = content
    except (signing.BadSignature, ValueError, TypeError):
        raise InvalidParameter("cursor", _("“cursor” is damaged: follow the link “next” as it is.")) from None
    if written_for != filter_of:
        raise InvalidParameter("cursor", _("“cursor” belongs to another filter: begin again without it."))
    return Cursor(tuple(keys), offset)
