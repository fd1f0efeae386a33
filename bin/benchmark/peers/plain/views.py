"""Views as most people write them: a model view set with a GeoJSON serializer, filters, and vector tiles."""

from typing import Any

import django_filters
from django.contrib.gis.db.models.functions import Distance, SnapToGrid
from django.contrib.gis.geos import Point, Polygon
from django.contrib.gis.measure import D
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, JsonResponse
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import serializers, viewsets
from rest_framework_gis.filters import InBBoxFilter
from rest_framework_gis.pagination import GeoJsonPagination
from rest_framework_gis.serializers import GeoFeatureModelSerializer
from vectortiles import VectorLayer
from vectortiles.views import MVTView

from plain.models import Place, PlaceProduct

METRES_PER_DEGREE = 100_000
"""At most, in Viet Nam, along either axis."""


class PlaceProductSerializer(serializers.ModelSerializer):
    """A product at a place, with its stars."""

    id = serializers.CharField(source="product.public_id")
    name = serializers.CharField(source="product.name")
    category = serializers.CharField(source="product.category.code", default=None)
    stars = serializers.SerializerMethodField()
    certificate = serializers.SerializerMethodField()

    class Meta:
        model = PlaceProduct
        fields = ("id", "name", "role", "category", "stars", "certificate")

    def get_stars(self, part: PlaceProduct) -> int | None:
        """Return the most stars."""
        return max((one.stars for one in part.product.certificates.all() if one.stars), default=None)

    def get_certificate(self, part: PlaceProduct) -> Any:
        """Return the day its certificate ends."""
        return max((one.valid_until for one in part.product.certificates.all() if one.valid_until), default=None)


class PlaceSerializer(GeoFeatureModelSerializer):
    """A place as a GeoJSON feature."""

    province = serializers.CharField(source="province.full_name")
    province_code = serializers.CharField(source="province.code")
    commune = serializers.CharField(source="commune.full_name", default=None)
    commune_code = serializers.CharField(source="commune.code", default=None)
    producer_id = serializers.CharField(source="producer.public_id", default=None)
    producer = serializers.CharField(source="producer.name", default=None)
    opening_hours = serializers.CharField(source="schedule.expression", default=None)
    products = PlaceProductSerializer(source="place_products", many=True)

    class Meta:
        model = Place
        geo_field = "location"
        id_field = "public_id"
        fields = (
            "public_id",
            "name",
            "kind",
            "outlet",
            "status",
            "province",
            "province_code",
            "commune",
            "commune_code",
            "address",
            "location_accuracy",
            "producer",
            "producer_id",
            "products",
            "opening_hours",
            "phone",
            "checked_on",
            "source_kind",
            "source_name",
            "source_licence",
        )


class LightSerializer(GeoFeatureModelSerializer):
    """A place with the little that a map draws."""

    class Meta:
        model = Place
        geo_field = "location"
        id_field = "public_id"
        fields = ("public_id", "name", "kind", "status")


class PlaceFilter(django_filters.FilterSet):
    """What may be asked of places."""

    category = django_filters.CharFilter(method="by_category")
    near = django_filters.CharFilter(method="by_distance")

    class Meta:
        model = Place
        fields = ("kind", "status")

    def by_category(self, rows: QuerySet[Place], name: str, value: str) -> QuerySet[Place]:
        """Keep places with a product in the category or below it."""
        under = Q(products__category__code=value) | Q(products__category__code__startswith=f"{value}.")
        return rows.filter(under).distinct()

    def by_distance(self, rows: QuerySet[Place], name: str, value: str) -> QuerySet[Place]:
        """Keep places within a radius (``lon,lat,metres``), nearest first."""
        lon, lat, radius_m = map(float, value.split(","))
        point = Point(lon, lat, srid=4326)
        reach = radius_m / METRES_PER_DEGREE
        box = Polygon.from_bbox((lon - reach, lat - reach, lon + reach, lat + reach))
        box.srid = 4326
        found = rows.filter(location__bboverlaps=box).annotate(distance=Distance("location", point, spheroid=True))
        return found.filter(distance__lte=D(m=radius_m)).order_by("distance", "public_id")


class Pages(GeoJsonPagination):
    """Pages of as many features as asked for."""

    page_size = 100
    page_size_query_param = "limit"
    max_page_size = 20_000


class PlaceViewSet(viewsets.ReadOnlyModelViewSet):
    """Places as GeoJSON, by box, category and distance."""

    serializer_class = PlaceSerializer
    pagination_class = Pages
    filter_backends = (InBBoxFilter, DjangoFilterBackend)
    filterset_class = PlaceFilter
    bbox_filter_field = "location"
    bbox_filter_include_overlapping = True
    lookup_field = "public_id"
    queryset = Place.objects.select_related("province", "commune", "producer", "schedule").prefetch_related(
        "place_products__product__category", "place_products__product__certificates"
    )


class LightViewSet(viewsets.ReadOnlyModelViewSet):
    """Places with few properties."""

    serializer_class = LightSerializer
    pagination_class = Pages
    filter_backends = (InBBoxFilter, DjangoFilterBackend)
    filterset_class = PlaceFilter
    bbox_filter_field = "location"
    bbox_filter_include_overlapping = True
    queryset = Place.objects.only("public_id", "name", "kind", "status", "location")


class PlaceLayer(VectorLayer):
    """Places in vector tiles."""

    model = Place
    id = "places"
    geom_field = "location"
    tile_fields = ("public_id", "kind", "status", "name")


class PlaceTiles(MVTView):
    """Vector tiles of places."""

    layer_classes = (PlaceLayer,)


def counts(request: HttpRequest) -> JsonResponse:
    """Return how many places lie in each square of a tile, under a filter: ``west,south,east,north`` and lists."""
    west, south, east, north = map(float, request.GET["bbox"].split(","))
    box = Polygon.from_bbox((west, south, east, north))
    box.srid = 4326
    rows = Place.objects.filter(location__bboverlaps=box)
    of_product = Q()
    if category := request.GET.get("category"):
        of_product &= Q(products__category__code=category) | Q(products__category__code__startswith=f"{category}.")
    if stars := request.GET.get("stars"):
        of_product &= Q(
            products__certificates__stars__in=stars.split(","),
            products__certificates__scheme="OCOP",
        )
    if of_product:
        rows = rows.filter(of_product)
    if kind := request.GET.get("kind"):
        rows = rows.filter(kind__in=kind.split(","))
    size = (east - west) / 6
    cells = rows.order_by().annotate(cell=SnapToGrid("location", size)).values("cell")
    found = cells.annotate(count=Count("pk", distinct=True)).values_list("cell", "count")
    return JsonResponse({"cells": [{"at": [cell.x, cell.y], "count": count} for cell, count in found]})
