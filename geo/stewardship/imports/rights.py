"""Who may see, apply, approve and take back an import: asked of ``geo.access`` about everywhere it writes."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from geo.access import areas
from geo.access.models import User
from geo.access.permissions import may, require
from geo.access.rules import Action, Spot, decide
from geo.spatial.problems import Forbidden
from geo.stewardship.imports.models import Import

SHOWN = 50
LOOKED_THROUGH = 300
"""Imports of others that are looked through for those of one's area, the newest first."""


def written(batch: Import) -> list[Spot]:
    """Return where the import writes, as found when it was checked."""
    return [Spot(province, commune) for province, commune in batch.spots]


def publishing(batch: Import) -> Action:
    """Return the right that writing this kind of record at once needs."""
    return Action.CERTIFY if batch.kind == Import.Kind.CERTIFICATES else Action.EDIT


def may_apply(user: User, batch: Import) -> bool:
    """Tell whether ``user`` may write all that the import would."""
    return may(user, publishing(batch), *written(batch)).allowed


def may_decide(user: User, batch: Import) -> bool:
    """Tell whether ``user`` may approve or refuse what somebody else would import."""
    return bool(batch.spots) and may(user, Action.APPROVE, *written(batch)).allowed and may_apply(user, batch)


def is_own(user: User, batch: Import) -> bool:
    """Tell whether ``user`` has uploaded it, or stands in for who has."""
    return batch.created_by_id in (user.pk, *areas.covered_by(user))


def require_sight(user: User, batch: Import) -> None:
    """Let in who uploaded the file and who may decide about all it writes. Raises: Forbidden."""
    if is_own(user, batch):
        require(user, Action.IMPORT)
    elif not _decides(user, batch):
        raise Forbidden(_("This import belongs to somebody else."))


def _decides(user: User, batch: Import) -> bool:
    if batch.spots and may(user, Action.APPROVE, *written(batch)).allowed:
        return True
    return may(user, Action.ADMINISTER).allowed


def own(user: User) -> list[Import]:
    """Return the latest imports of ``user`` and of those they stand in for."""
    mine = Import.objects.filter(created_by__in=[user.pk, *areas.covered_by(user)])
    return list(mine.select_related("created_by")[:SHOWN])


def waiting_for(user: User) -> list[Import]:
    """Return the imports of others that wait for ``user`` to approve them, the oldest first."""
    waiting = Import.objects.filter(state=Import.State.WAITING).select_related("created_by").order_by("sent_at")
    return [one for one in _of_area(user, waiting) if not is_own(user, one)]


def of_others(user: User) -> list[Import]:
    """Return the latest imports that others applied in the area where ``user`` approves."""
    done = Import.objects.filter(state__in=[Import.State.APPLIED, Import.State.REVERTED]).select_related("created_by")
    mine = (user.pk, *areas.covered_by(user))
    return [one for one in _of_area(user, done[:LOOKED_THROUGH]) if one.created_by_id not in mine][:SHOWN]


def _of_area(user: User, imports: Iterable[Import]) -> list[Import]:
    grants = areas.grants_of(user)
    if not decide(grants, Action.APPROVE).allowed:
        return []
    return [one for one in imports if one.spots and decide(grants, Action.APPROVE, written(one)).allowed]
