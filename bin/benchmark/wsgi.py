"""The service with one address more, ``/floor``."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmark.settings"

from ocopmap.wsgi import application

__all__ = ["application"]
