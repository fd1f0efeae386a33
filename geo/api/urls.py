"""The addresses of the API; they stay for ever."""

from django.urls import path, re_path

from geo.api.views.actions import ActionView
from geo.api.views.changes import Changes
from geo.api.views.collections import CollectionPage, Collections
from geo.api.views.desk import Desk, Proposals
from geo.api.views.facets import Facets
from geo.api.views.landing import Actions, Conformance, Docs, Landing, Nothing, OpenApi
from geo.api.views.schema import Schema
from geo.api.views.tiles import TileView
from geo.api.views.tilesets import TileMatrixSet, TileMatrixSets, TileSet, TileSets
from geo.api.views.writing import WritableItem, WritableItems

app_name = "api"

_COLLECTION = "collections/<str:collection_id>"

urlpatterns = [
    # What is asked for most is looked for first.
    path(f"{_COLLECTION}/items/<str:feature_id>", WritableItem.as_view(), name="item"),
    path(f"{_COLLECTION}/items", WritableItems.as_view(), name="items"),
    path(f"{_COLLECTION}/tiles/WebMercatorQuad/<str:matrix>/<str:row>/<str:col>", TileView.as_view(), name="tile"),
    path("", Landing.as_view(), name="landing"),
    path("conformance", Conformance.as_view(), name="conformance"),
    path("openapi.json", OpenApi.as_view(), name="openapi"),
    path("docs", Docs.as_view(), name="docs"),
    path("collections", Collections.as_view(), name="collections"),
    path(_COLLECTION, CollectionPage.as_view(), name="collection"),
    path(f"{_COLLECTION}/schema", Schema.as_view(), name="schema"),
    path(f"{_COLLECTION}/facets", Facets.as_view(), name="facets"),
    path(f"{_COLLECTION}/changes", Changes.as_view(), name="changes"),
    path(f"{_COLLECTION}/tiles", TileSets.as_view(), name="tilesets"),
    path(f"{_COLLECTION}/tiles/WebMercatorQuad", TileSet.as_view(), name="tileset"),
    path("tileMatrixSets", TileMatrixSets.as_view(), name="tile-matrix-sets"),
    path("tileMatrixSets/WebMercatorQuad", TileMatrixSet.as_view(), name="tile-matrix-set"),
    path("desk", Desk.as_view(), name="desk"),
    path("proposals/<int:number>", Proposals.as_view(), name="proposal"),
    path("actions", Actions.as_view(), name="actions"),
    path("actions/<str:name>", ActionView.as_view(), name="action"),
    re_path(r"^.*$", Nothing.as_view(), name="nothing"),
]
