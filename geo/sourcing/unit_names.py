"""Units in words, in the language of who reads."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

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


def unit_name(code: str) -> str:
    """Return a unit's name by its code; one without a name stays as it is."""
    return str(UNIT_NAMES.get(code, code))


def choices() -> list[tuple[str, str]]:
    """Return every unit for a form, by code."""
    return [(code, str(name)) for code, name in UNIT_NAMES.items()]
