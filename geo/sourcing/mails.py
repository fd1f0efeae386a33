"""Mail of sourcing: plain text from a template, put into the outbox beside the change that it tells of."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from geo.access import outbox


def number(value: Decimal | float) -> str:
    """Return a number with the separators of the language in use, at most three decimals, no idle zeros."""
    text = f"{value:,.3f}".rstrip("0").rstrip(".")
    is_vietnamese = (translation.get_language() or "vi").startswith("vi")
    return text.translate(str.maketrans(",.", ".,")) if is_vietnamese else text


def post(
    template: str,
    subject: str,
    to: str,
    context: Mapping[str, Any],
    *,
    language: str,
    reply_to: Sequence[str] = (),
    headers: Mapping[str, str] | None = None,
    about: str = "",
) -> None:
    """Write the mail ``sourcing/<template>.txt``; ``about`` names what it tells, for ``geo.access.outbox``."""
    with translation.override(language):
        body = render_to_string(f"sourcing/{template}.txt", dict(context))
    outbox.post(to, subject, body, reply_to=reply_to, headers=headers, about=about)
