"""The list of collections and the description of each."""

from collections.abc import Iterable

from django.http.response import HttpResponseBase

from geo.api import pages
from geo.api.asking import Ask, self_and_alternates
from geo.api.endpoint import Endpoint, json_response
from geo.api.formats import HTML
from geo.api.subjects import CollectionEndpoint, describe, version_of
from geo.spatial.collections import registered


class Collections(Endpoint):
    """``/api/collections``."""

    def depends_on(self) -> Iterable[str]:
        """Descriptions carry versions."""
        return [one.logged_as or one.id for one in registered()]

    def answer(self, ask: Ask) -> HttpResponseBase:
        """Return all descriptions."""
        members = {
            "links": self_and_alternates(ask, self.formats),
            "collections": [describe(ask, one, version_of(one)) for one in registered()],
        }
        return pages.collections(ask, members) if ask.format is HTML else json_response(ask, members)


class CollectionPage(CollectionEndpoint):
    """``/api/collections/{collectionId}``."""

    def names(self) -> tuple[str, ...]:
        """A description takes no filter."""
        return ()

    def answer(self, ask: Ask) -> HttpResponseBase:
        """Return the description."""
        members = describe(ask, self.collection, version_of(self.collection))
        return pages.collection(ask, self.collection, members) if ask.format is HTML else json_response(ask, members)
