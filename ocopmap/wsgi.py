"""WSGI entry point, as served by ``bin/serve``."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ocopmap.settings")
application = get_wsgi_application()
