"""Making plans, making them anew, sharing and erasing them. A plan belongs to who has its key."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from geo.access.floods import admitted
from geo.sourcing.plans.asking import read
from geo.sourcing.plans.computing import compute
from geo.sourcing.plans.models import Plan, PlanVersion, new_token
from geo.spatial import calendar
from geo.spatial.folding import nfc
from geo.spatial.problems import Conflict, InvalidParameter, NotFound

KEPT = timedelta(days=400)
"""A plan that nobody has opened for so long is erased."""
MOST_VERSIONS = 50
PLANS_A_DAY = 100
"""Plans that one address may save in a day: an office shares one."""
SWEPT = 20


@dataclass(frozen=True)
class Seen:
    """A plan as one of its secrets opens it: with the ``key`` it may be changed."""

    plan: Plan
    is_own: bool

    @property
    def token(self) -> str:
        """The secret it was opened with."""
        return self.plan.key if self.is_own else self.plan.link or ""


def make(document: dict[str, Any], address: str = "") -> Plan:
    """Work out what ``document`` asks for and keep it; one ``address`` may do so often, but not without end.

    Raises: InvalidParameter, TooManySent, Unavailable.
    """
    asked = read(document)
    sender = _sender(address) if address else ""
    found = compute(asked)
    with transaction.atomic():
        plan = Plan.objects.create(title=asked.title, day=asked.day, sender=sender)
        PlanVersion.objects.create(plan=plan, number=1, asked=_kept(document), found=found)
    _sweep()
    return plan


def _sender(address: str) -> str:
    return admitted(
        Plan.objects.all(),
        address,
        PLANS_A_DAY,
        _("Many plans have been saved from this connection today. Please try again tomorrow."),
        since_column="made_at",
    )


def find(token: str) -> Seen:
    """Return the plan that a secret opens. Raises: NotFound."""
    plan = Plan.objects.filter(key=token).first()
    is_own = plan is not None
    plan = plan or Plan.objects.filter(link=token).first()
    if plan is None:
        raise _gone()
    if plan.opened_on != calendar.today():
        Plan.objects.filter(pk=plan.pk).update(opened_on=calendar.today())
    return Seen(plan, is_own)


def _gone() -> NotFound:
    return NotFound(_("There is no such plan, or it is no longer shared."))


def newest(plan: Plan) -> PlanVersion:
    """Return the version that counts. Raises: NotFound when the plan was erased meanwhile."""
    found = plan.versions.order_by("-number").first()
    if found is None:
        raise _gone()
    return found


def without(plan: Plan, dropped: Collection[int], version: int | None = None) -> PlanVersion:
    """Make the plan anew without the stops that have these numbers in ``version`` (default: the newest).

    Raises: InvalidParameter, Unavailable; Conflict when there is a newer version: its stops have other numbers.
    """
    before = _still(plan, version)
    pickups = before.asked["pickups"]
    numbers = sorted(set(dropped))
    if not numbers or not set(numbers) <= set(range(len(pickups))):
        raise InvalidParameter("dropped", _("Choose the stops that drop out."))
    if len(numbers) == len(pickups):
        raise InvalidParameter("dropped", _("Without any stop there is no plan."))
    kept = [one for number, one in enumerate(pickups) if number not in numbers]
    return _anew(plan, before, {**before.asked, "pickups": kept}, numbers)


def change(plan: Plan, document: dict[str, Any], version: int | None = None) -> PlanVersion:
    """Make the plan anew as ``document`` asks, in place of ``version`` (default: the newest).

    Raises: InvalidParameter, Unavailable; Conflict when there is a newer version, whose changes would be lost.
    """
    return _anew(plan, _still(plan, version), document, [])


def _still(plan: Plan, version: int | None) -> PlanVersion:
    found = newest(plan)
    if version is not None and version != found.number:
        raise _overtaken()
    return found


def _overtaken() -> Conflict:
    return Conflict(_("Somebody else has changed this plan meanwhile. Look at it again, then change it."))


def _anew(plan: Plan, before: PlanVersion, document: dict[str, Any], dropped: list[int]) -> PlanVersion:
    if before.number >= MOST_VERSIONS:
        raise InvalidParameter("plan", _("This plan has been changed very often. Please make a new one."))
    asked = read(document)
    found = compute(asked)
    with transaction.atomic():
        locked = Plan.objects.select_for_update().filter(pk=plan.pk).first()
        if locked is None:
            raise _gone()
        if newest(locked).number != before.number:
            raise _overtaken()
        made = PlanVersion.objects.create(
            plan=locked, number=before.number + 1, asked=_kept(document), found=found, dropped=dropped
        )
        Plan.objects.filter(pk=plan.pk).update(title=asked.title, day=asked.day)
    return made


def share(plan: Plan) -> Plan:
    """Give the plan a new link to look at it; the one before no longer opens it."""
    return _linked(plan, new_token())


def revoke(plan: Plan) -> Plan:
    """Let no link open the plan but the key."""
    return _linked(plan, None)


def _linked(plan: Plan, link: str | None) -> Plan:
    if not Plan.objects.filter(pk=plan.pk).update(link=link):
        raise _gone()
    plan.link = link
    return plan


def erase(plan: Plan) -> None:
    """Erase the plan with all its versions; neither of its secrets opens anything any more."""
    plan.delete()


def _kept(document: dict[str, Any]) -> dict[str, Any]:
    """Return the request as it is stored: without names of places, which the map has, and in characters that every
    file can hold."""
    found: dict[str, Any] = _composed({name: value for name, value in document.items() if name != "save"})
    for one in found["pickups"]:
        if one.get("place"):
            one.pop("name", None)
    return found


def _composed(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _composed(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_composed(one) for one in value]
    return nfc(value) if isinstance(value, str) else value


def _sweep() -> None:
    """Erase a few plans that nobody has opened for long."""
    old = Plan.objects.filter(opened_on__lt=calendar.today() - KEPT).order_by("opened_on")[:SWEPT]
    Plan.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()
