"""Numbers, prices and months in words, as the history and proposals say them."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from geo.spatial.numbers import number as number


def price(amount: Decimal, currency: str, unit: str) -> str:
    """Write a price: 50.000 ₫/kg."""
    money = f"{number(amount)} ₫" if currency == "VND" else f"{currency} {number(amount)}"
    return f"{money}/{unit}" if unit else money


def months(values: Sequence[int]) -> str:
    """Write the months of a season."""
    return _("months %(months)s") % {"months": ", ".join(str(one) for one in sorted(values))}


def day(value: date) -> str:
    """Write a day: 12/05/2026."""
    return f"{value:%d/%m/%Y}"
