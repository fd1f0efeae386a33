"""Forms that anybody may send, each good once and for a day: a signed token in the form, its hash in what was stored.

A form that comes back within a second was filled in by a program.
"""

import hashlib
import secrets
import time

from django.core import signing
from django.utils.translation import gettext as _

from geo.spatial.problems import Problem

SALT = "geo.access.form"
LASTS_S = 24 * 3600
SOONEST_S = 1.0


class UnusableForm(Problem):
    """The form is too old, too quick, or none of ours: it can be sent once more."""

    code = "unusable-form"


def issue() -> str:
    """Return the token for a form that is shown now."""
    return signing.dumps([secrets.token_urlsafe(12), round(time.time(), 2)], salt=SALT)


def taken(token: str) -> str:
    """Return what is stored of a token that comes back with its form. Raises: UnusableForm."""
    try:
        nonce, shown = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        raise UnusableForm(_("This form can't be used any more. Please send it once more.")) from None
    age = time.time() - shown
    if not SOONEST_S <= age <= LASTS_S:
        raise UnusableForm(_("This form can't be used any more. Please send it once more."))
    return hashlib.sha256(nonce.encode()).hexdigest()
