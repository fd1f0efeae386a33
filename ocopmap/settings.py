"""Settings, read from the environment (12-factor).

Every variable has a default that suits one machine: ``bin/serve`` needs none of them. Names begin with ``OCOPMAP_``,
apart from ``DATABASE_URL``, which hosting platforms set.
"""

import os
from pathlib import Path

import dj_database_url

from ocopmap.geo_libraries import find_geo_libraries

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("OCOPMAP_DATA_DIR", BASE_DIR / ".data"))


def _flag(name: str, default: bool) -> bool:
    """Read a yes/no variable; anything but 1, true, yes or on is no."""
    return os.environ.get(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


DEBUG = _flag("OCOPMAP_DEBUG", False)


def _private(name: str) -> str:
    """Read what ``bin/serve`` wrote into the data folder; empty when it never ran."""
    try:
        return (DATA_DIR / name).read_text().strip()
    except OSError:
        return ""


SECRET_KEY = os.environ.get("OCOPMAP_SECRET_KEY") or _private("secret_key")
ALLOWED_HOSTS = os.environ.get("OCOPMAP_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",")

# GDAL and GEOS come from the wheels of pyogrio and shapely when they are installed, else from the system.
GDAL_LIBRARY_PATH, GEOS_LIBRARY_PATH = find_geo_libraries()

INSTALLED_APPS = [
    "ocopmap",
    "geo.spatial",
    "geo.divisions",
    "geo.access",
    "geo.catalog",
    "geo.places",
    "geo.stewardship",
    "geo.api",
    "geo.web",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.gis",
    "rest_framework",
    "rest_framework_gis",
    "leaflet",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "ocopmap.urls"
WSGI_APPLICATION = "ocopmap.wsgi.application"
AUTH_USER_MODEL = "access.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {
    "default": dj_database_url.config(
        default=_private("database.url") or f"postgis://ocopmap@/ocopmap?host={DATA_DIR / 'run'}",
        engine="django.contrib.gis.db.backends.postgis",
        conn_max_age=600,
        conn_health_checks=True,
    )
}

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "geo" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "ocopmap.static_files.HashedStorage"
    },
}
STATICFILES_DIRS = [("app", BASE_DIR / "frontend" / "src")]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"

# GeoDjango finds its C libraries here when they are not on the system's path.
GDAL_LIBRARY_PATH = os.environ.get("GDAL_LIBRARY_PATH")
GEOS_LIBRARY_PATH = os.environ.get("GEOS_LIBRARY_PATH")
