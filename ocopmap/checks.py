"""System checks: a wrong setting is one clear line, not a stack trace."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def check_secret_key(**kwargs: Any) -> list[CheckMessage]:
    """The key that signs sessions must exist."""
    if settings.SECRET_KEY:
        return []
    return [Error("no secret key: run bin/serve, which makes one, or set OCOPMAP_SECRET_KEY", id="ocopmap.E001")]
