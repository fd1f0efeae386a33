"""Addresses as people read them: today's, and the names a place had before."""

from django.utils.translation import gettext as _

from geo.divisions.models import Division, Level, Lineage
from geo.divisions.selectors import ancestors, predecessors, successors


def address_lines(division: Division) -> list[str]:
    """Return the division and what it is inside of, nearest first: ``["Xã Bát Tràng", "Thành phố Hà Nội"]``."""
    return [division.full_name, *(above.full_name for above in ancestors(division))]


def full_address(division: Division, english: bool = False) -> str:
    """Return the lines as one: ``Xã Bát Tràng, Thành phố Hà Nội``; in English ``Bat Trang Commune, Ha Noi City``."""
    chain = [division, *ancestors(division)]
    return ", ".join(one.name_en if english else one.full_name for one in chain)


def formerly(division: Division) -> str:
    """Return the other name a reader may know, in the active language; an empty string when there is none.

    Of a unit in force: ``Tuyên Quang (trước 7/2025: Hà Giang, Tuyên Quang)``. Of a former one:
    ``Hà Giang (nay: Tuyên Quang)``, or for a split commune all that it became.
    """
    if division.valid_until is not None:
        return _now_called(division)
    names = [link.predecessor.name for link in _oldest(division)]
    distinct = list(dict.fromkeys(names))
    if not distinct or distinct == [division.name]:
        return ""
    return _("%(name)s (before July 2025: %(former)s)") % {"name": division.name, "former": ", ".join(distinct)}


def _now_called(division: Division) -> str:
    became = successors(division)
    if not became and division.level == Level.DISTRICT:
        return ""
    present = list(dict.fromkeys(one.name for one in became))
    if present in ([], [division.name]):
        return ""
    return _("%(name)s (now: %(present)s)") % {"name": division.name, "present": ", ".join(present)}


def _oldest(division: Division) -> list[Lineage]:
    """Return the lineage to the map before July 2025, looking through mere changes of title."""
    links = predecessors(division)
    while len(links) == 1 and links[0].predecessor.code == division.code and links[0].predecessor.valid_from:
        links = predecessors(links[0].predecessor)
    return links
