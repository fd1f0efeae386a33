"""Writing features (OGC API – Features, Part 4): create, replace, update, delete, by the rules of the screens."""

import json
from collections.abc import Callable
from typing import Any, ClassVar, cast

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import translation

from geo.access.models import ApiToken
from geo.access.sessions import PRIVATE
from geo.api import bodies, saving
from geo.api.asking import Ask, received
from geo.api.callers import SAFE, Caller, caller_of
from geo.api.endpoint import READING, Endpoint, MethodNotAllowed
from geo.api.formats import GEOJSON
from geo.api.received import REASON, Feature
from geo.api.subjects import CollectionEndpoint
from geo.api.views.item import Item
from geo.api.views.items import Items
from geo.spatial import parameters as parse
from geo.spatial.models import PublicId
from geo.stewardship.proposal_model import Proposal
from geo.stewardship.writers import Saved


class Writes(CollectionEndpoint):
    """What the two writable addresses share. A session is checked against forgery by ``caller_of``, not before."""

    writes: ClassVar[bool] = True
    writing_methods: ClassVar[tuple[str, ...]] = ()
    """What may be written here, in the collections that receive anything."""

    def dispatch(self, request: HttpRequest, *args: Any, **path: Any) -> HttpResponseBase:
        """Answer; what is said to a writer is nobody else's."""
        response = super().dispatch(request, *args, **path)
        if request.method not in SAFE:
            response.headers["Cache-Control"] = PRIVATE
        return response

    dispatch.csrf_exempt = True  # type: ignore[attr-defined]

    def _handler(self, request: HttpRequest) -> Callable[..., HttpResponseBase]:
        try:
            return super()._handler(request)
        except MethodNotAllowed:
            CollectionEndpoint.locate(self, **self.kwargs)
            raise MethodNotAllowed(self.allowed()) from None

    def allowed(self) -> str:
        """Return the methods of this address, as ``Allow`` names them."""
        return ", ".join((READING, *self.writing_methods)) if self.collection.writing is not None else READING

    def options(self, request: HttpRequest, *args: Any, **path: Any) -> HttpResponse:
        """Say what may be done here (20-002, 6.4); QGIS asks this before it lets anybody edit."""
        super().locate(**path) if "feature_id" not in path else CollectionEndpoint.locate(self, **path)
        response = super().options(request)
        if "Access-Control-Request-Method" not in request.headers:
            response.status_code = 200
        headers = response.headers
        headers["Allow"] = headers["Access-Control-Allow-Methods"] = self.allowed()
        headers["Access-Control-Allow-Headers"] += ", Authorization, Content-Type, Content-Crs, If-Match"
        return response

    def begin(self, request: HttpRequest, path: dict[str, str]) -> tuple[Ask, Caller]:
        """Check the address, who writes, and the parameters. Raises: MethodNotAllowed and many a Problem."""
        self.locate(**path)
        if str(request.method) not in self.allowed():
            raise MethodNotAllowed(self.allowed())
        caller = caller_of(request, ApiToken.Scope.WRITE)
        query = received(request)
        parse.reject_unknown(query, {"lang", REASON})
        return Ask(request, {}, GEOJSON, translation.get_language() or "", ""), caller

    def reason(self, ask: Ask, caller: Caller, said: str = "") -> str:
        """Return why: as the body says, or the address, or that a program did it."""
        asked = parse.single(received(ask.request), REASON)
        return saving.why(caller, said or (parse.text(REASON, asked, 300) if asked else ""))

    def answered(self, ask: Ask, outcome: saving.Outcome, status: int = 200) -> HttpResponseBase:
        """Return the feature as it is now, or where the proposal is."""
        if isinstance(outcome, Proposal):
            return _proposed(ask, outcome)
        view = Item()
        view.setup(ask.request)
        view.collection, view.feature_id = self.collection, str(outcome.record.public_id)
        response = cast(HttpResponse, view.made(ask))
        response.headers["Content-Location"] = self.address_of(ask, view.feature_id)
        return _with_warnings(response, outcome, status)

    def address_of(self, ask: Ask, feature_id: str) -> str:
        """Return the address of a feature."""
        return ask.url("item", collection_id=self.collection.id, feature_id=feature_id)


class WritableItems(Writes, Items):
    """``/api/collections/{collectionId}/items``: read, and POST."""

    http_method_names: ClassVar[list[str]] = [*Endpoint.http_method_names, "post"]  # type: ignore[misc]
    writing_methods = ("POST",)

    def post(self, request: HttpRequest, **path: str) -> HttpResponseBase:
        """Add a feature: 201 and its address."""
        ask, caller = self.begin(request, path)
        feature = Feature(self.collection, bodies.json_object(request, bodies.GEOJSON_TYPES), whole=True)
        values = feature.created()
        reason = self.reason(ask, caller, feature.reason)
        outcome, new = saving.create(
            caller, reason, feature.writing, values, lambda number: self.address_of(ask, number)
        )
        response = self.answered(ask, outcome, 201 if new else 200)
        if isinstance(outcome, Saved):
            response.headers["Location"] = self.address_of(ask, str(outcome.record.public_id))
        return response


class WritableItem(Writes, Item):
    """``/api/collections/{collectionId}/items/{featureId}``: read, PUT, PATCH and DELETE."""

    http_method_names: ClassVar[list[str]] = [  # type: ignore[misc]
        *Endpoint.http_method_names,
        "put",
        "patch",
        "delete",
    ]
    writing_methods = ("PUT", "PATCH", "DELETE")

    def allowed(self) -> str:
        """Leave DELETE out where records aren't closed."""
        writing = self.collection.writing
        closes = writing is not None and writing.removal is not None
        return super().allowed() if closes or writing is None else super().allowed().removesuffix(", DELETE")

    def put(self, request: HttpRequest, **path: str) -> HttpResponseBase:
        """Replace the feature."""
        return self._write(request, path, bodies.GEOJSON_TYPES, whole=True)

    def patch(self, request: HttpRequest, **path: str) -> HttpResponseBase:
        """Change what a merge patch names (RFC 7396)."""
        return self._write(request, path, bodies.PATCH_TYPES, whole=False)

    def delete(self, request: HttpRequest, **path: str) -> HttpResponseBase:
        """Close the record: it stays at its address for ever, and says since when it is closed."""
        ask, caller = self.begin(request, path)
        if (elsewhere := self._merged(ask)) is not None:
            return elsewhere
        seen = saving.versions_seen(request.META.get("HTTP_IF_MATCH"))
        writing = self.collection.writing
        assert writing is not None
        assert writing.removal is not None
        closing = writing.removal
        outcome = saving.change(
            caller,
            self.reason(ask, caller),
            self.collection,
            self.feature_id,
            seen,
            lambda _shown, record: closing(record),
        )
        return self.answered(ask, outcome)

    def _write(
        self, request: HttpRequest, path: dict[str, str], types: tuple[str, ...], whole: bool
    ) -> HttpResponseBase:
        ask, caller = self.begin(request, path)
        if (elsewhere := self._merged(ask)) is not None:
            return elsewhere
        seen = saving.versions_seen(request.META.get("HTTP_IF_MATCH"))
        feature = Feature(self.collection, bodies.json_object(request, types), whole=whole)
        feature.check_id(self.feature_id)
        wanted = feature.replaced if whole else feature.patched
        reason = self.reason(ask, caller, feature.reason)
        outcome = saving.change(caller, reason, self.collection, self.feature_id, seen, wanted)
        return self.answered(ask, outcome)

    def _merged(self, ask: Ask) -> HttpResponse | None:
        """Return the way (308: the same method again) to the record that this one was merged into."""
        merged = PublicId.objects.filter(pk=self.feature_id, merged_into__isnull=False)
        into = merged.values_list("merged_into_id", flat=True).first()
        if into is None:
            return None
        return HttpResponse(status=308, headers={"Location": self.address_of(ask, str(into))})


def _proposed(ask: Ask, proposal: Proposal) -> HttpResponse:
    """Return 202 with the address where the proposal tells what became of it."""
    address = ask.base + reverse("api:proposal", kwargs={"number": proposal.pk})
    members = {"proposal": proposal.pk, "state": proposal.state, "links": [{"rel": "monitor", "href": address}]}
    body = json.dumps(members).encode()
    return HttpResponse(body, status=202, content_type="application/json", headers={"Location": address})


def _with_warnings(response: HttpResponse, outcome: Saved, status: int) -> HttpResponse:
    """Add what looked doubtful to the feature, as a member of its own."""
    response.status_code = status
    if outcome.warnings:
        said = json.dumps({"warnings": outcome.warnings}, ensure_ascii=False).encode()
        response.content = response.content[:-1] + b"," + said[1:]
        response.headers["Content-Length"] = str(len(response.content))
    return response
