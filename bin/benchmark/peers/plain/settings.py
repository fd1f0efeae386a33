"""Settings of the plain project; the database comes from ``DATABASE_URL`` like that of the product."""

import os
import sys
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

sys.path.insert(0, str(Path(__file__).parents[4]))
from ocopmap.geo_libraries import find_geo_libraries

_address = urlsplit(os.environ["DATABASE_URL"])
_query = parse_qs(_address.query)

SECRET_KEY = "a benchmark on this machine"
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "plain.urls"
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
GDAL_LIBRARY_PATH, GEOS_LIBRARY_PATH = find_geo_libraries()
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.gis",
    "rest_framework",
    "rest_framework_gis",
    "django_filters",
    "vectortiles",
    "plain",
]
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware", "django.middleware.common.CommonMiddleware"]
DATABASES = {
    "default": {
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "NAME": unquote(_address.path[1:]),
        "USER": _query.get("user", [_address.username or ""])[0],
        "PASSWORD": _query.get("password", [_address.password or ""])[0],
        "HOST": _query.get("host", [_address.hostname or ""])[0],
        "PORT": _query.get("port", [_address.port or ""])[0],
        "CONN_MAX_AGE": 600,
    }
}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "UNAUTHENTICATED_USER": None,
}
VECTOR_TILES_BACKEND = "vectortiles.backends.postgis"
