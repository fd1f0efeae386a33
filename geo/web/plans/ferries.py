"""Stated ferries in words, for pages and files."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from geo.web import words
from geo.web.directions import web


@dataclass(frozen=True)
class FerryTold:
    """A ferry on the way, in words; ``href``: where its time is stated."""

    text: str
    href: str


def ferry_words(one: Mapping[str, Any]) -> FerryTold:
    """Say a ferry: its name, how long it takes, who states that and when."""
    said = words.join((one["source"] or "", words.day(date.fromisoformat(one["stated_on"]))))
    told = {"name": one["name"], "minutes": one["minutes"], "source": said}
    text = _("Ferry %(name)s: %(minutes)d minutes, stated by %(source)s; waiting is not counted") % told
    return FerryTold(f"{text} ({_('sample')})" if one["is_sample"] else text, web(one["source_url"] or ""))
