"""Imports of people without the right to publish: sent to whoever has it, who applies them or says why not.

The import waits as a whole. What is changed by others meanwhile isn't overwritten: applying compares again.
"""

from django.utils.translation import gettext as _

from geo.access.history import audit
from geo.access.models import User
from geo.access.permissions import require
from geo.access.records import require_reason
from geo.access.rules import Action
from geo.spatial import calendar
from geo.spatial.folding import nfc
from geo.spatial.problems import Conflict, Forbidden, InvalidParameter
from geo.stewardship import decision_mail
from geo.stewardship.imports.applying import lock_import
from geo.stewardship.imports.models import Import
from geo.stewardship.imports.rights import is_own, may_apply, may_decide, written

State = Import.State


def send(actor: User, reason: str, batch: Import) -> Import:
    """Ask whoever may publish there to apply the import. Raises: Forbidden, Conflict, InvalidParameter."""
    said = nfc(require_reason(reason))
    with audit(actor, said):
        lock_import(batch, State.CHECKED)
        _require_own(actor, batch)
        if not batch.spots:
            raise Conflict(_("There is nothing to write in this import."))
        if may_apply(actor, batch):
            raise Conflict(_("You may apply this import yourself."))
        require(actor, Action.IMPORT, *written(batch))
        batch.state, batch.sent_at, batch.sent_note = State.WAITING, calendar.now(), said[:300]
        batch.save()
        decision_mail.import_waits(batch)
    return batch


def withdraw(actor: User, batch: Import) -> Import:
    """Take an import back from those who were asked. Raises: Forbidden, Conflict."""
    with audit(actor, _("withdrawn")):
        lock_import(batch, State.WAITING)
        _require_own(actor, batch)
        batch.state, batch.sent_at = State.CHECKED, None
        batch.save()
    return batch


def decline(actor: User, answer: str, batch: Import) -> Import:
    """Refuse an import that waits, in words for whoever sent it. Raises: Forbidden, Conflict, InvalidParameter."""
    said = nfc(answer).strip()
    if not said:
        raise InvalidParameter("answer", _("Write a sentence for whoever sent the file."))
    with audit(actor, said):
        lock_import(batch, State.WAITING)
        if not may_decide(actor, batch):
            raise Forbidden(_("Your role doesn't allow this."))
        batch.state, batch.answer = State.DECLINED, said[:500]
        batch.answered_at, batch.answered_by = calendar.now(), actor
        batch.save()
        decision_mail.import_decided(batch)
    return batch


def _require_own(actor: User, batch: Import) -> None:
    if not is_own(actor, batch):
        raise Forbidden(_("This import belongs to somebody else."))
