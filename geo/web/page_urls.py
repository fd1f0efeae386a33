"""Addresses of the pages, below the language: ``/vi/…`` and ``/en/…``."""

from django.urls import path

from geo.web.views import front, records, reports, texts

app_name = "web"
urlpatterns = [
    path("", front.map_page, name="map"),
    path("p/<str:public_id>", records.record_page, name="record"),
    path("bao-sai/<str:public_id>", reports.report, name="report"),
    path("bao-sai/<str:public_id>/cam-on", reports.thanks, name="thanks"),
    path("about", texts.about, name="about"),
    path("help", texts.help_page, name="help"),
    path("data", texts.data, name="data"),
]
