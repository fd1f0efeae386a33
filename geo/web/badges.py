"""The star badge: what a certificate is worth today, in one line.

valid “★★★★ · until 05/2028” filled · ending “45 days left” outlined · expired “expired 03/2025” hollow stars ·
date unknown “validity unknown” dashed · revoked “revoked” struck out. Never colour alone.
"""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from geo.web import words


@dataclass(frozen=True)
class Badge:
    """A badge as the templates draw it."""

    state: str
    glyphs: str
    text: str
    spoken: str
    title: str = ""


def star_badge(  # noqa: PLR0913 - the parts of one certificate
    stars: int | None,
    state: str,
    valid_until: date | None,
    days_left: int | None = None,
    decision_year: int | None = None,
    title: str = "",
) -> Badge:
    """Return the badge of a certificate of OCOP stars.

    ``state``: valid, ending, expired, revoked or unknown. ``valid_until`` is the first day it no longer holds.
    """
    count = stars or 0
    glyph = "☆" if state in {"expired", "revoked"} else "★"
    text = {
        "valid": lambda: _("until %(month)s") % {"month": words.month(valid_until)} if valid_until else "",
        "ending": lambda: _("%(days)s left") % {"days": words.days(days_left or 0)},
        "expired": lambda: _("expired %(month)s") % {"month": words.month(valid_until)}
        if valid_until
        else _("expired (decided in %(year)s)") % {"year": decision_year},
        "revoked": lambda: _("revoked"),
    }.get(state, lambda: _("validity unknown"))()
    return Badge(state, glyph * count, text, words.stars(count) if count else _("no stars stated"), title)
