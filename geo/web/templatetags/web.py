"""``{% load web %}``: icons, JSON for scripts, addresses in the other language."""

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from geo.access import spots
from geo.sourcing.unit_names import unit_name
from geo.web import basemap, icons, languages, words

register = template.Library()
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw the icon ``name``; it is decoration, the words beside it or the label say what it means."""
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="{}"/></svg>',
        icons.PATHS[name],
    )


@register.filter
def script_json(value: Any) -> SafeString:
    """Write ``value`` as JSON that can't end the script element it stands in."""
    text = json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))
    return mark_safe(text.translate(_ESCAPES))


@register.filter
def record_called(public_id: str) -> str:
    """Write what the record with a public id is called, and its number."""
    return spots.called(public_id)


@register.filter
def far(metres: float) -> str:
    """Write a distance as people say it: 85 m, 2,4 km, 31 km."""
    if metres < 1000:
        return f"{round(metres)} m"
    digits = 1 if metres < 10_000 else 0
    return f"{number_format(round(metres / 1000, digits), digits)} km"


@register.filter
def amount(quantity: Decimal, unit: str) -> str:
    """Write a quantity in a unit that is named by its code: 1.500 kg, 2 hộp."""
    return f"{words.number(quantity, 3)} {unit_name(unit, quantity)}"


@register.filter
def on_day(value: date) -> str:
    """Write a day as the page's language does."""
    return words.day(value)


@register.filter
def ago(value: datetime) -> str:
    """Write how long ago something was."""
    return words.ago(value, timezone.now())


@register.simple_tag(takes_context=True)
def other_language(context: dict[str, Any], code: str) -> str:
    """Return the address of the present page in the language ``code``, with the same query."""
    return languages.same_page(context["request"].get_full_path(), code)


@register.simple_tag
def ground() -> str:
    """Return the address of the basemap's overview; empty when it was never built."""
    return basemap.boot_data()["overview"]
