"""What the templates of plans need besides those of the others."""

from collections.abc import Mapping

from django import template
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def code_of(codes: Mapping[str, SafeString], mark: str) -> SafeString | str:
    """Return the QR code of a stop; nothing when it has no position."""
    return codes.get(mark, "")
