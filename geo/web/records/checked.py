"""When a record was last checked, in words: of a place by whom, naming no person; of others through their places."""

from datetime import date

from django.utils.translation import gettext as _

from geo.catalog.models import Producer, Product
from geo.places.models import Place
from geo.stewardship.freshness.checks import checked_by, last_check
from geo.web import words


def checked_words(record: Place | Producer | Product) -> str:
    """Say when ``record`` was last checked."""
    if isinstance(record, Place):
        return _said(record.checked_on, checked_by(record))
    return _said(last_check(record))


def _said(day: date | None, by: str = "") -> str:
    if day is None:
        return _("Not checked yet")
    if by:
        return _("Last checked on %(day)s, by %(who)s") % {"day": words.day(day), "who": by}
    return _("Last checked on %(day)s") % {"day": words.day(day)}
