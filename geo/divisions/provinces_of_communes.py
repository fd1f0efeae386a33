"""What communes do when their province is renamed, merged or split by a decree."""

from collections import Counter
from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from geo.divisions.models import Decree, Division, Level, Lineage

_COPIED = (
    "code", "level", "unit_type", "name", "full_name", "name_en", "location", "location_source", "area_km2", "source",
    "licence", "folded", "key",
)  # fmt: skip


def follow_provinces(decree: Decree, named: Collection[str], counts: dict[str, Counter[str]]) -> list[str]:
    """Let the communes in force follow the provinces that ``decree`` ended.

    A province that keeps its code takes its communes along as they are. One that went wholly to another closes and
    opens them anew under that one. Of one that was split, the decree itself must name every commune (``named``):
    returns what is wrong, in words.
    """
    wrong = []
    for former in Division.objects.filter(level=Level.PROVINCE, ended_by=decree):
        links = list(Lineage.objects.filter(predecessor=former).select_related("successor"))
        communes = Division.objects.filter(level=Level.COMMUNE, parent=former, validity__contains=decree.effective_on)
        communes = communes.exclude(valid_from=decree.effective_on)
        if len(links) == 1 and links[0].successor.code == former.code:
            moved = communes.update(parent=links[0].successor)
            counts["communes"]["changed"] += moved
        elif len(links) == 1:
            for commune in communes.exclude(code__in=named):
                _reopen(commune, links[0].successor, decree)
                counts["communes"]["new"] += 1
        elif missing := sorted(communes.exclude(code__in=named).values_list("full_name", flat=True)):
            words = _("%(province)s is split: say for each of its communes where it goes; missing: %(names)s.")
            some = ", ".join(missing[:5]) + ("…" if len(missing) > 5 else "")
            wrong.append(words % {"province": former.full_name, "names": some})
    return wrong


def _reopen(commune: Division, province: Division, decree: Decree) -> None:
    """Close a commune and open it under another province: nothing but its parent changes."""
    values: dict[str, Any] = {name: getattr(commune, name) for name in _COPIED}
    Division.objects.filter(pk=commune.pk).update(valid_until=decree.effective_on, ended_by=decree)
    opened = Division.objects.create(**values, parent=province, decree=decree, valid_from=decree.effective_on)
    Lineage.objects.create(predecessor=commune, successor=opened, share="whole", is_default=True, decree=decree)
