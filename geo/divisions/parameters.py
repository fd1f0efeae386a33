"""Divisions as query parameters: a code or name, of today or of the old map, becomes divisions of today."""

import re
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from geo.divisions.models import Division, Level
from geo.divisions.names import stored_key
from geo.spatial import calendar
from geo.spatial import parameters as parse
from geo.spatial.problems import InvalidParameter

_CODES = re.compile(r"\d{2,5}(,\d{2,5})*", re.ASCII)


@dataclass(frozen=True)
class DivisionScope:
    """The divisions of today (primary keys) a parameter stands for; ``codes``, ``names``: what was understood."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    province_ids: tuple[int, ...] = ()
    commune_ids: tuple[int, ...] = ()


def division_scope(name: str, value: str, level: Level, within: DivisionScope | None = None) -> DivisionScope:
    """Return what ``value`` (codes parted by commas, or one name) stands for.

    ``within`` narrows a commune's name to provinces already chosen. Raises: InvalidParameter when nothing fits, or
    when a name fits several divisions (they are its candidates).
    """
    asked = parse.text(name, value)
    today = _in_force().filter(level=level)
    if _CODES.fullmatch(asked):
        codes = asked.split(",")
        found = list(today.filter(code__in=codes))
        missing = set(codes) - {division.code for division in found}
        if missing:
            raise InvalidParameter(name, _("There is no division with the code %(code)s.") % {"code": min(missing)})
    else:
        rows = today.filter(key=stored_key("", asked))
        if within is not None and level == Level.COMMUNE:
            rows = rows.filter(parent_id__in=within.province_ids)
        found = list(rows.select_related("parent"))
        if len(found) > 1:
            raise InvalidParameter(
                name,
                _("“%(value)s” may be one of several; give its code.") % {"value": asked},
                [
                    {"code": one.code, "name": one.full_name, "within": one.parent and one.parent.full_name}
                    for one in found
                ],
            )
        if not found:
            raise InvalidParameter(name, _("There is no division named “%(value)s”.") % {"value": asked})
    ids = tuple(sorted(division.pk for division in found))
    return DivisionScope(
        codes=tuple(division.code for division in found),
        names=tuple(division.full_name for division in found),
        province_ids=ids if level == Level.PROVINCE else (),
        commune_ids=ids if level == Level.COMMUNE else (),
    )


def _in_force() -> QuerySet[Division]:
    day = calendar.today()
    return Division.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=day), Q(valid_until__isnull=True) | Q(valid_until__gt=day)
    )
