"""Units in words, in the language of who reads."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, npgettext, pgettext_lazy

UNIT_NAMES: dict[str, Promise] = {
    "kg": gettext_lazy("kg"),
    "g": gettext_lazy("g"),
    "tonne": gettext_lazy("tonne"),
    "quintal": gettext_lazy("quintal (100 kg)"),
    "yen": gettext_lazy("yến (10 kg)"),
    "litre": gettext_lazy("litre"),
    "ml": gettext_lazy("ml"),
    "m3": gettext_lazy("m³"),
    "piece": gettext_lazy("piece"),
    "fruit": gettext_lazy("fruit"),
    "head": gettext_lazy("head"),
    "bottle": gettext_lazy("bottle"),
    "box": gettext_lazy("box"),
    "pack": gettext_lazy("pack"),
    "bag": gettext_lazy("bag"),
    "jar": gettext_lazy("jar"),
    "bunch": gettext_lazy("bunch"),
    "case": gettext_lazy("case"),
    "set": pgettext_lazy("unit", "set"),
    "guest": gettext_lazy("guest"),
}


# The context keeps these apart from the words of forms, which stand alone.
_COUNTED: Mapping[str, Callable[[int], str]] = {
    "tonne": lambda n: npgettext("counted", "tonne", "tonnes", n),
    "quintal": lambda n: npgettext("counted", "quintal (100 kg)", "quintals (100 kg each)", n),
    "yen": lambda n: npgettext("counted", "yến (10 kg)", "yến (10 kg each)", n),
    "litre": lambda n: npgettext("counted", "litre", "litres", n),
    "piece": lambda n: npgettext("counted", "piece", "pieces", n),
    "fruit": lambda n: npgettext("counted", "fruit", "fruits", n),
    "head": lambda n: npgettext("counted", "head", "head", n),
    "bottle": lambda n: npgettext("counted", "bottle", "bottles", n),
    "box": lambda n: npgettext("counted", "box", "boxes", n),
    "pack": lambda n: npgettext("counted", "pack", "packs", n),
    "bag": lambda n: npgettext("counted", "bag", "bags", n),
    "jar": lambda n: npgettext("counted", "jar", "jars", n),
    "bunch": lambda n: npgettext("counted", "bunch", "bunches", n),
    "case": lambda n: npgettext("counted", "case", "cases", n),
    "set": lambda n: npgettext("counted", "set", "sets", n),
    "guest": lambda n: npgettext("counted", "guest", "guests", n),
}
"""Units whose name differs with their number in some language; all others are symbols."""


def unit_name(code: str, count: Decimal | Fraction | float = 1) -> str:
    """Return a unit's name by its code, as it stands behind ``count``: one box, 2 boxes, 0.5 boxes.

    One without a name stays as it is.
    """
    counted = _COUNTED.get(code)
    if counted is not None:
        return counted(1 if count == 1 else 2)
    return str(UNIT_NAMES.get(code, code))


def choices() -> list[tuple[str, str]]:
    """Return every unit for a form, by code."""
    return [(code, str(name)) for code, name in UNIT_NAMES.items()]
