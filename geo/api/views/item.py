"""One feature."""

import json
from collections.abc import Collection as Names

from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from geo.api import features, pages, paging
from geo.api.asking import Ask, link, self_and_alternates
from geo.api.endpoint import body_response
from geo.api.formats import GEOJSON, HTML, JSON
from geo.api.subjects import CollectionEndpoint
from geo.spatial import public_ids
from geo.spatial.models import PublicId
from geo.spatial.problems import NotFound

AS_OF = "datetime"


class Item(CollectionEndpoint):
    """``/api/collections/{collectionId}/items/{featureId}``.

    Its validator is ``"<record version>.<hash>"``: the part before the point names the record's version, which is what
    an edit must match (``If-Match``); the hash covers everything else the answer shows.
    """

    formats = (GEOJSON, JSON, HTML)
    strong = True
    feature_id: str

    def locate(self, **path: str) -> None:
        """Find the collection and read the id."""
        super().locate(**path)
        text = path["feature_id"]
        if "\x00" in text or "\ufffd" in text:
            raise NotFound(_("There is nothing at this address."))
        self.feature_id = public_ids.parse(text) if self.collection.id_field == "public_id" else text

    def names(self) -> Names[str]:
        """Return what may be asked of one feature: its properties, and the day it is meant for."""
        return ("properties", "crs", *(name for name in self.filter_names() if name == AS_OF))

    def known(self, tag: str, presented: list[str]) -> str | None:
        """Return the presented validator whose hash this answer still has: then the record is the same, too."""
        ending = f'.{tag}"'
        return next((one for one in presented if one.startswith('"') and one.endswith(ending)), None)

    def answer(self, ask: Ask) -> HttpResponseBase:
        """Return the feature, or the way to the one it was merged into."""
        collection = self.collection
        paging.crs(ask.query)
        as_of = {name: values for name, values in ask.query.items() if name == AS_OF}
        asked = collection.parse(as_of)
        fields = paging.fields(collection, asked, ask.query) if "properties" in ask.query else collection.fields
        if collection.one is not None:
            rows = collection.one(self.feature_id, asked)
        else:
            rows = collection.select(asked).filter(**{collection.id_field: self.feature_id})
        version, text = features.read_one(collection, rows, fields)
        if text is None:
            return self._elsewhere(ask)
        links = [
            *self_and_alternates(ask, self.formats),
            link(ask.url("collection", collection_id=collection.id), "collection", JSON.media_type),
        ]
        if collection.page is not None:
            address = ask.request.build_absolute_uri(collection.page(self.feature_id))
            links.append(link(address, "canonical", HTML.media_type))
        if ask.format is HTML:
            response = pages.item(ask, collection, fields, text, links)
        else:
            rest = json.dumps({"links": links}, ensure_ascii=False).encode()
            response = body_response(ask, text[:-1] + b"," + rest[1:])
        response.headers["ETag"] = f'"{version}.{self.validator}"'
        return response

    def _elsewhere(self, ask: Ask) -> HttpResponseBase:
        """Redirect (301) from a merged record to what it became. Raises: NotFound."""
        merged = PublicId.objects.filter(pk=self.feature_id, merged_into__isnull=False).values_list("merged_into_id")
        row = merged.first() if self.collection.id_field == "public_id" else None
        if row is None:
            raise NotFound(_("There is no “%(id)s” here.") % {"id": self.feature_id[:40]})
        query = {name: values for name, values in ask.query.items() if any(values)}
        address = ask.url("item", query, collection_id=self.collection.id, feature_id=row[0])
        return HttpResponseRedirect(address, status=301)
