"""Addresses of the plain project."""

from django.urls import include, path
from rest_framework.routers import DefaultRouter

from plain.views import LightViewSet, PlaceTiles, PlaceViewSet, counts

router = DefaultRouter()
router.register("places", PlaceViewSet)
router.register("light", LightViewSet, basename="light")

urlpatterns = [
    path("", include(router.urls)),
    path("counts", counts),
    PlaceTiles.get_url(prefix="tiles"),
]
