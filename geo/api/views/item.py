"""One feature."""

import json
from collections.abc import Collection as Names
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from geo.api import features, pages, paging
from geo.api.asking import Ask, encode, link
from geo.api.endpoint import body_response
from geo.api.formats import GEOJSON, HTML, JSON
from geo.api.subjects import CollectionEndpoint
from geo.spatial import parameters as parse
from geo.spatial import public_ids, versions
from geo.spatial.collections import Field
from geo.spatial.models import PublicId
from geo.spatial.problems import NotFound

AS_OF = "datetime"
_SOME_ID = "__id__"
_MOST_ENDINGS = 200
_endings: dict[tuple[str, str, str, str], bytes] = {}


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

    def known(self, presented: list[str]) -> str | None:
        """Return the presented validator whose hash this answer still has: then the record is the same, too."""
        ending = f'.{self.validator}"'
        return next((one for one in presented if one.startswith('"') and one.endswith(ending)), None)

    def respond(self, ask: Ask, presented: list[str]) -> HttpResponseBase:
        """Return the feature. It is not kept: one statement reads it, together with the state of the data."""
        if presented:
            self._is_in(versions.token(self.depends_on()), ask)
            if known := self.known(presented):
                return self.unchanged(ask, known)
        return self.made(ask)

    def answer(self, ask: Ask) -> HttpResponseBase:
        """Return the feature, or the way to the one it was merged into."""
        paging.crs(ask.query)
        found, fields = self._read(ask)
        self._is_in(versions.token_of(self.depends_on(), found.state), ask)
        if found.text is None:
            return self._elsewhere(ask)
        if ask.format is HTML:
            response = pages.item(ask, self.collection, fields, found.text, self._links(ask, quote(self.feature_id)))
        else:
            response = body_response(ask, found.text[:-1] + b"," + self._rest(ask))
        response.headers["ETag"] = f'"{found.version}.{self.validator}"'
        return response

    def _read(self, ask: Ask) -> tuple[features.One, Sequence[Field]]:
        """Return what the database has of the feature, and the fields it is asked with."""
        collection = self.collection
        if not ask.query and collection.one is None:
            return features.read_one(collection, collection.fields, self.feature_id), collection.fields
        asked = collection.parse({name: values for name, values in ask.query.items() if name == AS_OF})
        fields = paging.fields(collection, asked, ask.query) if "properties" in ask.query else collection.fields
        if collection.one is None:
            return features.read_one(collection, fields, self.feature_id), fields
        return features.read_first(collection, collection.one(self.feature_id, asked), fields), fields

    def _links(self, ask: Ask, feature_id: str) -> list[dict[str, str]]:
        path: dict[str, Any] = {"collection_id": self.collection.id}
        address = f"{ask.url('items', **path)}/{feature_id}"
        query = {name: values for name, values in ask.query.items() if name != "f"}

        def in_format(name: str | None) -> str:
            asked = {**query, **({"f": name} if name else {})}
            return f"{address}?{encode(asked)}" if asked else address

        links = [link(in_format(parse.single(ask.query, "f")), "self", ask.format.media_type)]
        for other in self.formats:
            if other is not ask.format:
                links.append(link(in_format(other.name), "alternate", other.media_type, other.name.upper()))
        links.append(link(ask.url("collection", **path), "collection", JSON.media_type))
        if self.collection.page is not None:
            links.append(link(ask.base + self.collection.page(feature_id), "canonical", HTML.media_type))
        return links

    def _rest(self, ask: Ask) -> bytes:
        """Return the end of the feature's text, from its links on: written once for all features but for their id."""
        kind = (ask.base, self.collection.id, ask.format.name, repr(ask.query))
        written = _endings.get(kind)
        if written is None:
            if len(_endings) >= _MOST_ENDINGS:
                _endings.clear()
            links = self._links(ask, _SOME_ID)
            written = _endings[kind] = json.dumps({"links": links}, ensure_ascii=False).encode()[1:]
        return written.replace(_SOME_ID.encode(), quote(self.feature_id).encode())

    def _elsewhere(self, ask: Ask) -> HttpResponseBase:
        """Redirect (301) from a merged record to what it became. Raises: NotFound."""
        merged = PublicId.objects.filter(pk=self.feature_id, merged_into__isnull=False).values_list("merged_into_id")
        row = merged.first() if self.collection.id_field == "public_id" else None
        if row is None:
            raise NotFound(_("There is no “%(id)s” here.") % {"id": self.feature_id[:40]})
        query = {name: values for name, values in ask.query.items() if any(values)}
        address = ask.url("item", query, collection_id=self.collection.id, feature_id=row[0])
        return HttpResponseRedirect(address, status=301)
