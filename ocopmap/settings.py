"""Settings, read from the environment (12-factor).

Every variable has a default that suits one machine: ``bin/serve`` needs none of them. Names begin with ``OCOPMAP_``,
apart from ``DATABASE_URL``, which hosting platforms set.
"""

from pathlib import Path

from ocopmap.environment import choices, database, engine_url, flag, number, private, public_url, variable, words
from ocopmap.geo_libraries import find_geo_libraries

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(variable("OCOPMAP_DATA_DIR") or BASE_DIR / ".data").absolute()

DEBUG = flag("OCOPMAP_DEBUG", False)
SECRET_KEY = variable("OCOPMAP_SECRET_KEY") or private(DATA_DIR / "secret_key")
# The machine itself may always ask: health checks do.
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *words("OCOPMAP_ALLOWED_HOSTS", "")]

# The address that the public knows, when a proxy stands in front, for example https://ocop.example.vn
PUBLIC_URL = public_url("OCOPMAP_PUBLIC_URL")
if PUBLIC_URL:
    CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
if PUBLIC_URL.startswith("https:"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True

# Signing in. Sessions end after a time without use, and after some hours in any case.
AUTHENTICATION_BACKENDS = ["geo.access.backends.NationalBackend"]
LOGIN_URL = "web:sign-in"
SESSION_COOKIE_AGE = 3600 * number("OCOPMAP_SESSION_HOURS", 12)
SESSION_IDLE_S = 60 * number("OCOPMAP_SESSION_IDLE_MINUTES", 60)
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
PASSWORD_RESET_TIMEOUT = 3600
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in {
        "UserAttributeSimilarityValidator": {},
        "MinimumLengthValidator": {"min_length": 10},
        "CommonPasswordValidator": {},
        "NumericPasswordValidator": {},
    }.items()
]
# Roles that must prove themselves twice, for example national,provincial
SECOND_FACTOR_ROLES = choices("OCOPMAP_SECOND_FACTOR", {"national", "provincial", "communal", "producer", "viewer"})
OTP_ADMIN_HIDE_SENSITIVE_DATA = True
# A class that knows an outside provider of identities (OpenID Connect): geo.access.outside says what it must offer.
SIGN_IN_PROVIDER = variable("OCOPMAP_SIGN_IN_PROVIDER")

# A pin moved farther than this from one's own area, in metres, is a proposal to whoever keeps the other one.
PROPOSAL_DISTANCE_M = number("OCOPMAP_PROPOSAL_DISTANCE_M", 5_000)

# Mail goes to the console until a server is named.
EMAIL_HOST = variable("OCOPMAP_EMAIL_HOST")
EMAIL_PORT = number("OCOPMAP_EMAIL_PORT", 587)
EMAIL_HOST_USER = variable("OCOPMAP_EMAIL_USER")
EMAIL_HOST_PASSWORD = variable("OCOPMAP_EMAIL_PASSWORD")
EMAIL_USE_TLS = flag("OCOPMAP_EMAIL_TLS", True)
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = variable("OCOPMAP_EMAIL_FROM") or "ocopmap@localhost"
# Officers hear of reports of the public: each, digest (manage.py mail_reports) or off.
REPORT_MAIL = variable("OCOPMAP_REPORT_MAIL") or "each"
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"

# GDAL and GEOS come from the wheels of pyogrio and shapely when they are installed, else from the system.
GDAL_LIBRARY_PATH, GEOS_LIBRARY_PATH = find_geo_libraries()

INSTALLED_APPS = [
    "ocopmap",
    "geo.spatial",
    "geo.divisions",
    "geo.access",
    "geo.catalog",
    "geo.places",
    "geo.sourcing",
    "geo.stewardship",
    "geo.api",
    "geo.web",
    "geo.access.office.OfficeAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.gis",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "rest_framework",
    "leaflet",
]

MIDDLEWARE = [
    "geo.places.rollover.RolloverMiddleware",
    "geo.api.reading.PublicReads",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "geo.web.uploads.BodyLimit",
    "django.middleware.csrf.CsrfViewMiddleware",
    "geo.access.sessions.SignedInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
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
    "default": database(private(DATA_DIR / "database.url") or f"postgis://ocopmap@/ocopmap?host={DATA_DIR}/run")
}

# Addresses of the API name their own way in; nothing is let in by default, above all no password in a header.
REST_FRAMEWORK: dict[str, list[str]] = {"DEFAULT_AUTHENTICATION_CLASSES": []}

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
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
STATICFILES_DIRS = [("app", BASE_DIR / "frontend" / "src")]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "geo.web.npm_files.NpmFinder",
]
NODE_MODULES = BASE_DIR / "frontend" / "node_modules"
BASEMAP_ROOT = DATA_DIR / "basemap"

# A raster map of the operator's choice beyond zoom 11, for example https://tiles.example.vn/{z}/{x}/{y}.png
TILE_URL = variable("OCOPMAP_TILE_URL")
TILE_ATTRIBUTION = variable("OCOPMAP_TILE_ATTRIBUTION")

# A supplier's figure that is older than this counts only for a buyer who says so.
SUPPLY_STALE_MONTHS = number("OCOPMAP_SUPPLY_STALE_MONTHS", 12)

# Road times where no engine of roads is set: straight distance × detour ÷ speed, shown as an estimate everywhere.
ROAD_DETOUR_PERCENT = number("OCOPMAP_ROAD_DETOUR_PERCENT", 140)
ROAD_SPEED_KMH = number("OCOPMAP_ROAD_SPEED_KMH", 40)
# An engine of roads of the operator's own, for example http://127.0.0.1:8002 (at most one); else what build_roads made.
VALHALLA_URL = engine_url("OCOPMAP_VALHALLA_URL")
OSRM_URL = engine_url("OCOPMAP_OSRM_URL")
ROADS_TIMEOUT_S = number("OCOPMAP_ROADS_TIMEOUT_S", 10)
ROADS_ROOT = DATA_DIR / "roads"

MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "django.request": {"level": "ERROR"},  # a 404 is no news
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "geo": {"handlers": ["console"], "level": "INFO"},
    },
}

# The map of the admin, on a ground of our own. Extent: west, south, east, north; but centre: latitude, longitude.
LEAFLET_CONFIG = {
    "TILES": [],
    "SPATIAL_EXTENT": (100.0, 5.0, 120.0, 25.0),
    "DEFAULT_CENTER": (16.0, 107.5),
    "DEFAULT_ZOOM": 5,
    "MIN_ZOOM": 4,
    "MAX_ZOOM": 19,
    "RESET_VIEW": False,
    "ATTRIBUTION_PREFIX": "",
}
