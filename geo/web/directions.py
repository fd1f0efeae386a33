"""Links to directions and contacts: plain addresses that open the visitor's own map, phone or Zalo."""

import re
from dataclasses import dataclass
from urllib.parse import quote

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Link:
    """A link with its words; ``external`` ones leave the site."""

    href: str
    label: str
    external: bool = True


def directions(lon: float, lat: float, name: str) -> list[Link]:
    """Return ways to be guided to a point (degrees, EPSG:4326).

    The ``geo:`` address (RFC 5870) opens whichever map the phone has, Vietnamese ones included.
    """
    at = f"{lat:.6f},{lon:.6f}"
    return [
        Link(f"geo:{at}?q={at}({quote(name, safe='')})", _("The map application of this phone"), external=False),
        Link(f"https://www.google.com/maps/dir/?api=1&destination={at}", "Google Maps"),
        Link(f"https://maps.apple.com/?daddr={at}&q={quote(name, safe='')}", "Apple Maps"),
        Link(f"https://www.openstreetmap.org/directions?route=%3B{quote(at, safe='')}", "OpenStreetMap"),
    ]


def telephone(text: str) -> str:
    """Return the ``tel:`` address of a Vietnamese number as written, or nothing when there is no number in it."""
    digits = re.sub(r"[^\d+]", "", text.split("/")[0].split("–")[0])
    if digits.startswith("+84"):
        digits = "0" + digits[3:]
    if not re.fullmatch(r"0\d{8,10}|1[89]00\d{4,6}", digits):
        return ""
    return f"tel:+84{digits[1:]}" if digits.startswith("0") else f"tel:{digits}"


def zalo(text: str) -> str:
    """Return the Zalo address of a number or page, or nothing when it is neither."""
    if re.fullmatch(r"https://zalo\.me/[\w.-]{1,60}", text):
        return text
    digits = re.sub(r"\D", "", text)
    return f"https://zalo.me/{digits}" if re.fullmatch(r"\d{9,19}", digits) else ""


def web(text: str) -> str:
    """Return ``text`` when it is an ordinary web address: never ``javascript:`` or the like."""
    return text if re.match(r"https?://[^\s]+$", text) else ""
