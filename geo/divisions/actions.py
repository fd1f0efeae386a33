"""The action ``resolve-division``: what a typed name of a division can mean, with candidates and reasons."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from geo.divisions.addressing import address_lines
from geo.divisions.models import Division, Level
from geo.divisions.resolution import MAX_TEXT, Candidate, resolve
from geo.divisions.selectors import descendants, province_by_code
from geo.spatial import parameters as parse
from geo.spatial.actions import Action, register_action
from geo.spatial.collections import Parameter
from geo.spatial.parameters import Query
from geo.spatial.problems import InvalidParameter

MAX_OTHERS = 10

PARAMETERS = (
    Parameter(
        "q",
        {"type": "string", "minLength": 1, "maxLength": MAX_TEXT},
        _("A name or address, of today or from before July 2025, with or without accents; or a code."),
        "thị trấn Dương Đông, huyện Phú Quốc, Kiên Giang",
    ),
    Parameter(
        "level",
        {"type": "string", "enum": ["province", "district", "commune"]},
        _("Only units of this level."),
        "commune",
    ),
    Parameter(
        "datetime", {"type": "string", "format": "date"}, _("The day to resolve for (default: today)."), "2026-11-21"
    ),
    Parameter("within", {"type": "string", "pattern": r"^\d{2}$"}, _("Only inside the province with this code."), "91"),
)


def run(query: Query) -> dict[str, Any]:
    """Answer the question. Raises: InvalidParameter naming the parameter that is wrong or missing."""
    parse.reject_unknown(query, [*(parameter.name for parameter in PARAMETERS), "f", "lang"])
    text = parse.single(query, "q")
    if text is None:
        raise InvalidParameter("q", gettext("“q” is missing: the name to resolve."))
    level = parse.single(query, "level")
    day_text = parse.single(query, "datetime")
    day = parse.interval("datetime", day_text).start if day_text else None
    code = parse.single(query, "within")
    resolution = resolve(
        parse.text("q", text, MAX_TEXT),
        parse.one_of("level", level, ("province", "district", "commune")).upper() if level else None,
        day,
        _province(code) if code else None,
    )
    return {
        "q": resolution.text,
        "status": resolution.status,
        "candidates": [_candidate(one) for one in resolution.candidates],
        "others": [_candidate(one) for one in resolution.others[:MAX_OTHERS]],
        "rest": resolution.rest,
        "ignored": resolution.ignored,
    }


def _province(code: str) -> Division:
    province = province_by_code(code)
    if province is None:
        raise InvalidParameter("within", gettext("There is no province with the code %(code)s.") % {"code": code[:20]})
    return province


def _candidate(candidate: Candidate) -> dict[str, Any]:
    division = candidate.division
    shown: dict[str, Any] = {
        "code": division.code,
        "level": division.level.lower(),
        "name": division.full_name,
        "address": ", ".join(address_lines(division)),
        "in_force": division.valid_until is None,
        "reason": candidate.reason,
        "explanation": str(candidate.explanation),
        "is_default": candidate.is_default,
        "point": [division.location.x, division.location.y] if division.location else None,
    }
    if candidate.via is not None:
        shown["via"] = {"code": candidate.via.code, "address": ", ".join(address_lines(candidate.via))}
    if candidate.division.valid_until is not None and division.level != Level.COMMUNE:
        shown["communes"] = list(descendants(division).values_list("code", flat=True))
    return shown


def register_actions() -> None:
    """Publish the action in the kernel's registry."""
    register_action(
        Action(
            name="resolve-division",
            title=_("Resolve a division"),
            description=_(
                "What a typed name of a province, district or commune means today. A split commune and an ambiguous "
                "name return all candidates with reasons, an unknown name none: nothing is chosen for you."
            ),
            parameters=PARAMETERS,
            run=run,
            versions=("divisions",),
        )
    )
