"""Addresses without a language: the door, permanent record addresses, files for machines."""

from django.urls import path

from geo.web import basemap
from geo.web.views import front, machines, records

app_name = "site"
urlpatterns = [
    path("", front.root, name="root"),
    path("p/<str:public_id>", records.permanent, name="permanent"),
    path("basemap/<str:name>", basemap.basemap_file, name="basemap"),
    path("favicon.ico", machines.favicon, name="favicon"),
    path("manifest.webmanifest", machines.manifest, name="manifest"),
    path("robots.txt", machines.robots, name="robots"),
    path("sitemap.xml", machines.sitemap, name="sitemap"),
    path("sitemap-<int:part>.xml", machines.sitemap_part, name="sitemap-part"),
]
