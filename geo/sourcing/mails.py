"""Mail of sourcing: plain text, one at a time; a mail that can't be sent is logged and stops nothing else."""

import logging
from collections.abc import Mapping, Sequence
from decimal import Decimal
from smtplib import SMTPException
from typing import Any

from django.core.mail import BadHeaderError, EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

from geo.spatial.folding import nfc

logger = logging.getLogger(__name__)


def number(value: Decimal | float) -> str:
    """Return a number with the separators of the language in use, at most three decimals, no idle zeros."""
    text = f"{value:,.3f}".rstrip("0").rstrip(".")
    is_vietnamese = (translation.get_language() or "vi").startswith("vi")
    return text.translate(str.maketrans(",.", ".,")) if is_vietnamese else text


def send(
    template: str,
    subject: str,
    to: str,
    context: Mapping[str, Any],
    *,
    language: str,
    reply_to: Sequence[str] = (),
    headers: Mapping[str, str] | None = None,
) -> bool:
    """Send ``sourcing/<template>.txt`` and return whether the mail server took it; ``subject`` becomes one line."""
    with translation.override(language):
        body = render_to_string(f"sourcing/{template}.txt", dict(context))
    try:
        mail = EmailMessage(nfc(subject), body, None, [to], reply_to=list(reply_to), headers=dict(headers or {}))
        return bool(mail.send())
    except (OSError, SMTPException, BadHeaderError):
        logger.exception("a mail of sourcing could not be sent")
        return False
