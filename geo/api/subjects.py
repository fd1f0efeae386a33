"""What a path names: a collection, a feature of it; and the parts of their descriptions that several routes share."""

from collections.abc import Collection as Names
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from geo.api import paging
from geo.api.asking import Ask, link
from geo.api.endpoint import Endpoint
from geo.api.formats import CSV, GEOJSON, HTML, JSON, SCHEMA, XLSX
from geo.spatial.collections import Collection, find
from geo.spatial.problems import NotFound
from geo.spatial.versions import versions_of

EXTENT = (102.0, 6.0, 118.0, 23.5)
"""West, south, east, north of everything published: Viet Nam with its islands, in degrees."""

ITEM_FORMATS = (GEOJSON, JSON, HTML, CSV, XLSX)


def collection_named(collection_id: str) -> Collection[Any]:
    """Return a registered collection. Raises: NotFound."""
    found = find(collection_id)
    if found is None:
        raise NotFound(_("There is no collection “%(id)s”.") % {"id": collection_id[:60]})
    return found


class CollectionEndpoint(Endpoint):
    """An address below ``/collections/{collectionId}``; answers depend on what the collection shows."""

    collection: Collection[Any]

    def locate(self, **path: str) -> None:
        """Find the collection."""
        self.collection = collection_named(path["collection_id"])

    def filter_names(self) -> tuple[str, ...]:
        """Return the names of the parameters that make the collection's filter."""
        return self.collection.parameter_names

    def names(self) -> Names[str]:
        """Return the filter's names."""
        return self.filter_names()

    def momentary(self) -> Names[str]:
        """Return the filter's parameters that may mean the present moment."""
        return self.collection.momentary_names

    def depends_on(self) -> Iterable[str]:
        """Return the collections shown in an answer."""
        return self.collection.shows

    def filter_of(self, ask: Ask) -> Any:
        """Return the room's filter value. Raises: InvalidParameter."""
        own = self.filter_names()
        return self.collection.parse({name: values for name, values in ask.query.items() if name in own})


def describe(ask: Ask, collection: Collection[Any], version: int) -> dict[str, Any]:
    """Return the description of a collection (OGC API - Features, 7.14)."""
    path: dict[str, Any] = {"collection_id": collection.id}
    links = [
        link(ask.url("collection", **path), "self" if ask.format is JSON else "alternate", JSON.media_type),
        link(ask.url("collection", {"f": "html"}, **path), "alternate", HTML.media_type, "HTML"),
    ]
    for format_ in ITEM_FORMATS:
        query = None if format_ is GEOJSON else {"f": format_.name}
        links.append(link(ask.url("items", query, **path), "items", format_.media_type, str(collection.title)))
    relation = "http://www.opengis.net/def/rel/ogc/1.0/schema"
    links.append(link(ask.url("schema", **path), relation, SCHEMA.media_type, _("Schema")))
    if collection.facets is not None:
        links.append(link(ask.url("facets", **path), "facets", JSON.media_type, _("Counts")))
    if collection.tile is not None:
        relation = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
        links.append(link(ask.url("tilesets", **path), relation, JSON.media_type, _("Tiles")))
    if collection.logged_as:
        links.append(link(ask.url("changes", {"since": version}, **path), "changes", JSON.media_type, _("Changes")))
    start, end = (moment and moment.isoformat() for moment in collection.temporal_extent)
    return {
        "id": collection.id,
        "title": str(collection.title),
        "description": str(collection.description),
        "itemType": "feature",
        "crs": [paging.CRS84],
        "extent": {
            "spatial": {"bbox": [list(EXTENT)], "crs": paging.CRS84},
            "temporal": {
                "interval": [[start, end]],
                "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian",
            },
        },
        "version": version,
        "links": links,
    }


def version_of(collection: Collection[Any]) -> int:
    """Return the version of a collection's own features: where a mirror begins to follow its changes."""
    return versions_of([collection.logged_as or collection.id])[0]
