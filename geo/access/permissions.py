"""The one place where permission is asked, by screens, services and the API alike."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from geo.access import areas, spots
from geo.access.areas import Person
from geo.access.rules import Action, Spot, Verdict, decide
from geo.divisions.models import Division
from geo.spatial.problems import Forbidden

NAMES_AT_MOST = 3


class OutsideArea(Forbidden):
    """The record is in the area of others; ``message`` says whose."""

    code = "outside-area"


class NeedsApproval(Forbidden):
    """The change is possible as a proposal only."""

    code = "needs-approval"


def may(user: Person, action: Action, *spots: Spot) -> Verdict:
    """Return whether ``user`` may do ``action`` on all ``spots`` (none: anywhere at all), and why."""
    return decide(areas.grants_of(user), action, spots)


def require(user: Person | None, action: Action, *spots: Spot) -> Verdict | None:
    """Return the verdict that allows it; the system itself (``None``) may everything.

    Raises: Forbidden (403) with words that say whose area it is or what is missing.
    """
    if user is None:
        return None
    verdict = may(user, action, *spots)
    if verdict.allowed:
        return verdict
    if verdict.reason == "outside" and verdict.spot is not None:
        raise OutsideArea(_outside(user, verdict.spot))
    if verdict.reason == "approval":
        raise NeedsApproval(_("Here you may propose changes. The province can give you the right to publish at once."))
    if verdict.reason == "nobody":
        raise Forbidden(_("Your account has no role yet. Ask the office of your province for one."))
    raise Forbidden(_("Your role doesn't allow this."))


def require_together(user: Person | None, agreed: Sequence[Person], action: Action, *spots: Spot) -> None:
    """As ``require``, where those who ``agreed`` lend their right for the spots that are theirs.

    Raises: Forbidden when a spot is covered by none of them, in words for ``user``.
    """
    for spot in spots:
        if not any(may(one, action, spot).allowed for one in agreed):
            require(user, action, spot)


def _outside(user: Person, spot: Spot) -> str:
    """Say where a record is, who looks after it, and what the user's own area is."""
    where = _named([pk for pk in (spot.commune, spot.province) if pk is not None])
    people = [str(officer) for officer in areas.officers_of(spot.commune, spot.province)[:NAMES_AT_MOST]]
    own = area_words(user)
    said = [_("This record is in the area of %(where)s.") % {"where": where or _("an unknown division")}]
    if people:
        said.append(_("It is looked after by %(people)s.") % {"people": ", ".join(people)})
    if own:
        said.append(_("Your own area: %(area)s.") % {"area": own})
    return " ".join(said)


def _named(ids: Iterable[int]) -> str:
    wanted = list(ids)
    names = dict(Division.objects.filter(pk__in=wanted).values_list("pk", "full_name"))
    return ", ".join(names[pk] for pk in wanted if pk in names)


def area_words(user: Person) -> str:
    """Return the names of what ``user`` looks after, in words for a heading."""
    found: list[str] = []
    for assignment in areas.held(user):
        if assignment.division is not None:
            division = assignment.division
            inside = f", {division.parent.full_name}" if division.parent is not None else ""
            found.append(f"{division.full_name}{inside}")
        elif assignment.record_id:
            found.append(spots.called(assignment.record_id))
        else:
            found.append(_("the whole country"))
    if not found and getattr(user, "is_superuser", False):
        found.append(_("the whole country"))
    return "; ".join(dict.fromkeys(found))
