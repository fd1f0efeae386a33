"""The landing page, the conformance declaration, the API definition and its pages, the list of actions."""

import json

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from geo.api import openapi, pages
from geo.api.asking import Ask, link, self_and_alternates
from geo.api.endpoint import Endpoint, body_response, json_response
from geo.api.formats import HTML, JSON, OPENAPI, Format
from geo.spatial.actions import actions
from geo.spatial.collections import registered
from geo.spatial.problems import NotFound

CONFORMS_TO = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/create-replace-delete",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/update",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/features",
    # The draft says "req" for this one in its table of conformance classes.
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/optimistic-locking-etags",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/req/optimistic-locking-etags",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/schemas",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/returnables-and-receivables",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/tms/2.0/conf/tilematrixset",
    "http://www.opengis.net/spec/tms/2.0/conf/json-tilematrixset",
)


class Landing(Endpoint):
    """``/api/``: where everything is."""

    def answer(self, ask: Ask) -> HttpResponseBase:
        """Return the links."""
        members = {
            "title": "ocopmap",
            "description": _("Places, products and producers of Viet Nam's programme One Commune One Product (OCOP)."),
            "links": [
                *self_and_alternates(ask, self.formats),
                link(ask.url("openapi"), "service-desc", OPENAPI.media_type, _("API definition")),
                link(ask.url("docs"), "service-doc", HTML.media_type, _("Try the API")),
                link(ask.url("conformance"), "conformance", JSON.media_type, _("Conformance")),
                link(ask.url("collections"), "data", JSON.media_type, _("Collections")),
                link(
                    ask.url("tile-matrix-sets"),
                    "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes",
                    JSON.media_type,
                    _("Tile matrix sets"),
                ),
                link(ask.url("actions"), "actions", JSON.media_type, _("Actions")),
            ],
        }
        if ask.format is HTML:
            return pages.landing(ask, members)
        return json_response(ask, members)


class Conformance(Endpoint):
    """``/api/conformance``: the requirements classes this service keeps."""

    def answer(self, ask: Ask) -> HttpResponseBase:
        """Return their URIs."""
        members = {"conformsTo": list(CONFORMS_TO)}
        return pages.conformance(ask, members) if ask.format is HTML else json_response(ask, members)


class OpenApi(Endpoint):
    """``/api/openapi.json``: the OpenAPI 3.0 definition, made from the registries."""

    formats: tuple[Format, ...] = (OPENAPI, HTML)
    strong = True

    def answer(self, ask: Ask) -> HttpResponseBase:
        """Return the document, or the page that shows it."""
        document = openapi.document(ask.url("landing"), registered(), actions())
        if ask.format is HTML:
            return pages.docs(ask, document)
        return body_response(ask, json.dumps(document, ensure_ascii=False, default=str).encode())


class Docs(OpenApi):
    """``/api/docs``: every operation with a form to try it."""

    formats = (HTML,)


class Actions(Endpoint):
    """``/api/actions``: the questions that can be asked."""

    def answer(self, ask: Ask) -> HttpResponseBase:
        """Return name, title and link of each."""
        members = {
            "actions": [
                {
                    "name": action.name,
                    "title": str(action.title),
                    "description": str(action.description),
                    "links": [link(ask.url("action", name=action.name), "self", JSON.media_type)],
                }
                for action in actions()
            ],
            "links": self_and_alternates(ask, self.formats),
        }
        return pages.actions(ask, members) if ask.format is HTML else json_response(ask, members)


class Nothing(Endpoint):
    """Every other address under ``/api/``: a problem document, not a page."""

    def locate(self, **path: str) -> None:
        """Find nothing."""
        raise NotFound(_("There is nothing at this address."))
