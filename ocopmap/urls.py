"""All addresses of the service, room by room."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from geo.web.views.media import photo

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/", include("geo.api.urls")),
    path("admin/", admin.site.urls),
    path("media/<path:path>", photo),
    path("", include("geo.web.urls")),
    *i18n_patterns(path("", include("geo.web.page_urls"))),
]

handler404 = "geo.web.views.errors.not_found"
handler500 = "geo.web.views.errors.server_error"
