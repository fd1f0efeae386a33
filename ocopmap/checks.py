"""System checks: a wrong setting is one clear line, not a stack trace."""

import os
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.utils.module_loading import import_string

from geo.spatial.roads import embedded
from ocopmap.environment import KNOWN, PROBLEMS


@register("settings")
def check_environment(**kwargs: Any) -> list[CheckMessage]:
    """Every variable must be readable, and one that nobody reads is probably misspelt."""
    found: list[CheckMessage] = [Error(problem, id="ocopmap.E001") for problem in PROBLEMS]
    unknown = sorted(name for name in os.environ if name.startswith("OCOPMAP_") and name not in KNOWN)
    found += [Warning(f"{name} is set, but no such setting exists", id="ocopmap.W001") for name in unknown]
    return found


@register("settings")
def check_secret_key(**kwargs: Any) -> list[CheckMessage]:
    """The key that signs sessions must exist and be long."""
    if not settings.SECRET_KEY:
        hint = "no secret key: run bin/serve, which makes one, or set OCOPMAP_SECRET_KEY"
        return [Error(hint, id="ocopmap.E002")]
    if len(settings.SECRET_KEY) < 32:
        return [Error("OCOPMAP_SECRET_KEY is too short; use 50 random characters", id="ocopmap.E002")]
    return []


@register("settings")
def check_allowed_hosts(**kwargs: Any) -> list[CheckMessage]:
    """Hosts are names without scheme, path or port."""
    return [
        Error(f"OCOPMAP_ALLOWED_HOSTS has {host!r}; write host names only, like map.example.vn", id="ocopmap.E003")
        for host in settings.ALLOWED_HOSTS
        if "/" in host or " " in host or (":" in host and not host.startswith("["))
    ]


@register("settings")
def check_sign_in_provider(**kwargs: Any) -> list[CheckMessage]:
    """The class of an outside provider must exist and offer what is asked of it."""
    path = settings.SIGN_IN_PROVIDER
    if not path:
        return []
    try:
        found = import_string(path)
    except ImportError as error:
        return [Error(f"OCOPMAP_SIGN_IN_PROVIDER can't be imported: {error}", id="ocopmap.E004")]
    missing = [name for name in ("label", "begin", "finish") if not hasattr(found, name)]
    if missing:
        return [Error(f"OCOPMAP_SIGN_IN_PROVIDER: {path} has no {', '.join(missing)}", id="ocopmap.E004")]
    return []


@register("settings")
def check_roads(**kwargs: Any) -> list[CheckMessage]:
    """There is one engine of roads at most, and roads that were built need their engine."""
    if settings.VALHALLA_URL and settings.OSRM_URL:
        return [Error("OCOPMAP_VALHALLA_URL and OCOPMAP_OSRM_URL are both set; keep one", id="ocopmap.E005")]
    asked = settings.VALHALLA_URL or settings.OSRM_URL
    if not asked and embedded.current(settings.ROADS_ROOT) and not embedded.is_installed():
        hint = "roads are built, but their engine is not installed: bin/setup --serve --roads"
        return [Warning(hint, id="ocopmap.W002")]
    return []
