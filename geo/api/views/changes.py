"""What changed since a version: for mirrors and offline copies."""

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from geo.api.asking import Ask, link, self_and_alternates
from geo.api.endpoint import json_response
from geo.api.formats import JSON
from geo.api.paging import limit
from geo.api.subjects import CollectionEndpoint
from geo.spatial import parameters as parse
from geo.spatial.merged import merged_into
from geo.spatial.problems import InvalidParameter, NotFound
from geo.spatial.versions import changes_since, touched_by, versions_of

DEFAULT_LIMIT = 1000
MAX_LIMIT = 10_000
_MAX_VERSION = 10**11
_MAX_ID = 40


class Changes(CollectionEndpoint):
    """``/api/collections/{collectionId}/changes``: the last change of each feature after version ``since``."""

    formats = (JSON,)
    strong = True

    def locate(self, **path: str) -> None:
        """Find the collection, which must have a change log."""
        super().locate(**path)
        if not self.collection.logged_as:
            raise NotFound(_("This collection has no change log."))

    def names(self) -> tuple[str, ...]:
        """Return the parameters; a change log takes no filter."""
        return ("since", "after", "limit")

    def answer(self, ask: Ask) -> HttpResponseBase:
        """Return changes in the order of their commits; a feature that is not in the collection now is a deletion."""
        collection = self.collection
        since = parse.single(ask.query, "since")
        if since is None:
            raise InvalidParameter("since", _("“since” is needed: the version a copy was made at."))
        after = parse.single(ask.query, "after")
        most = limit(ask.query, MAX_LIMIT) or DEFAULT_LIMIT
        start = parse.integer("since", since, 0, _MAX_VERSION)
        # Read first: what is found below is at least as new.
        (version,) = versions_of([collection.logged_as])
        if start > version:
            raise InvalidParameter("since", _("“since” is newer than the collection: make a new copy."))
        behind = parse.text("after", after, _MAX_ID) if after else ""
        found = changes_since(collection.logged_as, start, behind, most + 1)
        page = found[:most]
        rows = collection.select(collection.parse({}))
        ids = [change.feature_id for change in page]
        here = set(rows.filter(**{f"{collection.id_field}__in": ids}).values_list(collection.id_field, flat=True))
        gone = {change.feature_id for change in page} - here if collection.id_field == "public_id" else set()
        leads = merged_into(gone)
        links = self_and_alternates(ask, self.formats)
        if len(found) > most:
            last = page[-1]
            links.append(
                link(ask.here(since=str(last.version), after=last.feature_id), "next", JSON.media_type, _("next"))
            )
        links.append(link(ask.url("collection", collection_id=collection.id), "collection", JSON.media_type))
        members = {
            "version": version,
            "numberReturned": len(page),
            "changes": [
                {
                    "id": change.feature_id,
                    "operation": _operation(change.operation, change.feature_id in here),
                    "version": change.version,
                    **({"mergedInto": leads[change.feature_id]} if change.feature_id in leads else {}),
                }
                for change in page
            ],
            "touchedBy": touched_by(collection.logged_as, start),
            "links": links,
        }
        return json_response(ask, members)


def _operation(logged: str, here: bool) -> str:
    """Return what a copy has to do."""
    if not here:
        return "delete"
    return "insert" if logged == "I" else "update"
