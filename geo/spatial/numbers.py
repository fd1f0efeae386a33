"""Numbers as people write them, in the language of the page."""

from decimal import Decimal

from django.utils.translation import get_language


def number(value: Decimal) -> str:
    """Write a number with the separators of the page's language: 1.250,5 or 1,250.5."""
    text = f"{value:,.4f}".rstrip("0").rstrip(".")
    return text.translate(str.maketrans(",.", ".,")) if _is_vietnamese() else text


def _is_vietnamese() -> bool:
    return (get_language() or "vi").startswith("vi")
