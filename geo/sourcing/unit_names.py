"""Units in words, in the language of who reads."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from geo.sourcing.quantities import UNITS

UNIT_NAMES = {
    "g": _("gram"),
    "kg": "kg",
    "yen": _("yến (10 kg)"),
    "quintal": _("quintal (100 kg)"),
    "tonne": _("tonne"),
    "ml": "ml",
    "litre": _("litre"),
    "m3": "m³",
    "piece": _("piece"),
    "fruit": pgettext_lazy("unit", "fruit"),
    "head": pgettext_lazy("unit", "head"),
    "bottle": _("bottle"),
    "box": pgettext_lazy("unit", "box"),
    "pack": pgettext_lazy("unit", "pack"),
    "bag": pgettext_lazy("unit", "bag"),
    "jar": pgettext_lazy("unit", "jar"),
    "bunch": pgettext_lazy("unit", "bunch"),
    "case": pgettext_lazy("unit", "case"),
    "set": pgettext_lazy("unit", "set"),
    "guest": pgettext_lazy("unit", "guest"),
}


def unit_name(code: str) -> str:
    """Return a unit's name by its code; one without a name stays as it is."""
    return str(UNIT_NAMES.get(code, code))


def choices() -> list[tuple[str, str]]:
    """Return every unit for a form, by code."""
    return [(code, unit_name(code)) for code in UNITS]
