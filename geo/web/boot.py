"""Boot data: what the browser's modules need to know before their first request, written into the map page."""

from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from geo.places.filters import NAMES
from geo.places.labels import STATE_LABELS
from geo.places.models import Place
from geo.spatial import calendar
from geo.spatial.collections import find
from geo.spatial.versions import token
from geo.web import basemap, modules

EXTENT = (102.1, 7.0, 117.9, 23.5)
"""West, south, east, north of the country with its archipelagos, in degrees."""

API = "/api"


def version() -> str:
    """Name the present state of what the map and the list show; read it before the data."""
    places = find("places")
    assert places is not None
    return token(places.shows)


def pin_boot() -> dict[str, Any]:
    """Return what a small map needs on which one pin is put right (``map/pinning.js``)."""
    return {
        "lang": get_language(),
        "extent": EXTENT,
        "basemap": basemap.boot_data(),
        "urls": {"communes": f"{API}/collections/communes/items"},
        "strings": {},
    }


def boot() -> dict[str, Any]:
    """Return addresses, language, words and extents for the modules."""
    return {
        "lang": get_language(),
        "today": calendar.today().isoformat(),
        "extent": EXTENT,
        "filters": NAMES,
        "basemap": basemap.boot_data(),
        "worker": modules.worker(),
        "urls": {
            "map": reverse("web:map"),
            "record": reverse("web:record", args=["ID"]).replace("ID", "{id}"),
            "permalink": reverse("site:permanent", args=["ID"]).replace("ID", "{id}"),
            "items": f"{API}/collections/places/items",
            "tiles": f"{API}/collections/places/tiles/WebMercatorQuad/{{z}}/{{row}}/{{col}}",
            "suggest": f"{API}/actions/suggest",
            "communes": f"{API}/collections/communes/items",
        },
        "kinds": {value: str(label) for value, label in Place.Kind.choices},
        "strings": strings(),
    }


def strings() -> dict[str, str]:
    """Return what the modules say, in the page's language; values stand for ``{name}``."""
    return {
        "list": _("List"),
        "map": _("Map"),
        "near": _("Near me"),
        "near_asking": _("Asking for your position…"),
        "near_denied": _("Your position is not shared. Type a commune or an address in the search field instead."),
        "near_failed": _("Your position could not be found. Type a commune in the search field instead."),
        "you_are_here": _("You are here"),
        "in_view": _("{count} places in view"),
        "loading": _("Loading…"),
        "failed": _("The list could not be loaded. Check the connection and try again."),
        "again": _("Try again"),
        "offline": _("No connection. What is already on the screen still works."),
        "suggestions": _("{count} suggestions"),
        "no_suggestions": _("Nothing found for these words."),
        "search_all": _("Search everywhere for “{text}”"),
        "cluster": _("{count} places"),
        "stack": _("{count} places at this point"),
        "approximate": _("position: commune only"),
        "zoom_in": _("Zoom in"),
        "zoom_out": _("Zoom out"),
        "no_streets": _("No detailed ground for the map yet"),
        "clear_search": _("Clear the search"),
        **{f"state_{state}": str(STATE_LABELS[state]) for state in ("expired", "revoked", "unknown")},
        "type_product": _("product"),
        "type_producer": _("producer"),
        "type_place": _("place"),
        "type_province": _("province or city"),
        "type_commune": _("commune"),
        "type_category": _("product category"),
    }
