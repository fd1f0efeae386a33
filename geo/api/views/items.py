"""The features of a collection: pages of GeoJSON, HTML, and exports."""

import json
from collections.abc import Collection as Names
from typing import Any

from django.http.response import HttpResponseBase
from django.utils import timezone

from geo.api import cursors, pages, paging
from geo.api.asking import Ask, link, self_and_alternates
from geo.api.counting import matched
from geo.api.endpoint import body_response
from geo.api.exports import export
from geo.api.feature_pages import Features, Part, read_page
from geo.api.formats import HTML, JSON
from geo.api.subjects import ITEM_FORMATS, CollectionEndpoint


class Items(CollectionEndpoint):
    """``/api/collections/{collectionId}/items``."""

    formats = ITEM_FORMATS

    def names(self) -> Names[str]:
        """Return the filter's names and those of paging."""
        return (*self.filter_names(), *paging.NAMES)

    def reads_state(self, ask: Ask) -> bool:
        """Return whether the nearest are asked for: one statement finds them."""
        return "near" in ask.query and not ask.format.tabular

    def answer(self, ask: Ask) -> HttpResponseBase:
        """Return a page, or the whole selection as a table."""
        asked = self.filter_of(ask)
        echo = self.collection.echo(asked)
        ask = ask.echoing(echo)
        if ask.format.tabular:
            return export(ask, self.collection, asked)
        return self._page(ask, asked, echo)

    def _page(self, ask: Ask, asked: Any, echo: dict[str, Any]) -> HttpResponseBase:
        collection = self.collection
        page = paging.page(collection, asked, ask.query, cursors.filter_hash(collection.id, ask.pinned()))
        by_distance = bool(collection.order(asked))
        limit = page.limit
        if by_distance:
            limit = min(limit, collection.ordered_limit - page.cursor.offset)
        part = Part(limit, page.sorts, page.cursor.keys, page.cursor.offset)
        found = read_page(collection, asked, page.fields, part)
        after = _after(found, page, by_distance, collection.ordered_limit)
        links = self_and_alternates(ask, self.formats)
        if after is not None:
            cursor = cursors.write(after, page.filter_hash)
            links.append(link(ask.here(cursor=cursor), "next", ask.format.media_type))
        links.append(link(ask.url("collection", collection_id=collection.id), "collection", JSON.media_type))
        total = self._matched(asked, page, found)
        tail = {
            **({} if total is None else {"numberMatched": total}),
            "numberReturned": found.count,
            "timeStamp": timezone.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
            **echo,
            "links": links,
        }
        if ask.format is HTML:
            return pages.items(ask, collection, page.fields, found.text, tail)
        rest = json.dumps(tail, ensure_ascii=False, default=str).encode()
        return body_response(
            ask, b"".join((b'{"type":"FeatureCollection","features":[\n', found.text, b"\n],", rest[1:]))
        )

    def _matched(self, asked: Any, page: paging.Page, found: Features) -> int | None:
        """Return how many features match, if that is cheap: not around a centre, which is asked about only once."""
        if page.cursor == cursors.Cursor() and found.last_keys is None and found.count:
            return found.count
        if self.collection.order(asked):
            return None
        return matched(self.state, page.filter_hash, self.collection, asked)


def _after(found: Features, page: paging.Page, by_distance: bool, ordered_limit: int) -> cursors.Cursor | None:
    """Return where the next page begins, if there is one."""
    if found.last_keys is None:
        return None
    if not by_distance:
        return cursors.Cursor(keys=found.last_keys)
    offset = page.cursor.offset + found.count
    return cursors.Cursor(offset=offset) if offset < ordered_limit else None
