"""How many features each value of a filter would leave."""

from dataclasses import asdict
from typing import Any

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from geo.api import cursors
from geo.api.asking import Ask, link, self_and_alternates
from geo.api.counting import matched
from geo.api.endpoint import json_response
from geo.api.formats import JSON
from geo.api.subjects import CollectionEndpoint
from geo.spatial.collections import Collection
from geo.spatial.problems import NotFound


class Facets(CollectionEndpoint):
    """``/api/collections/{collectionId}/facets``."""

    formats = (JSON,)
    strong = True

    def locate(self, **path: str) -> None:
        """Find the collection, which must have facets."""
        super().locate(**path)
        if self.collection.facets is None:
            raise NotFound(_("This collection has no counts by value."))

    def is_momentary(self, ask: Ask) -> bool:
        """Return that counts are of the moment: "open now" is among them."""
        return True

    def answer(self, ask: Ask) -> HttpResponseBase:
        """Return the counts; exact."""
        asked = self.filter_of(ask)
        collection: Collection[Any] = self.collection
        echo = collection.echo(asked)
        ask = ask.echoing(echo)
        assert collection.facets is not None
        total = matched(self.state, cursors.filter_hash(collection.id, ask.pinned()), collection, asked)
        members: dict[str, Any] = {
            **({} if total is None else {"numberMatched": total}),
            **echo,
            "facets": {
                name: [_value(asdict(value)) for value in values] for name, values in collection.facets(asked).items()
            },
        }
        if collection.summary is not None:
            members["summary"] = collection.summary(asked)
        members["links"] = [
            *self_and_alternates(ask, self.formats),
            link(ask.url("collection", collection_id=collection.id), "collection", JSON.media_type),
        ]
        return json_response(ask, members)


def _value(value: dict[str, Any]) -> dict[str, Any]:
    """Leave out what says nothing: no parent, not selected."""
    return {
        name: content for name, content in value.items() if content not in ("", False) or name in ("value", "count")
    }
