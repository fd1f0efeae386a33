"""What becomes of a form that was sent: saved, proposed, or a choice field by field where others were quicker."""

from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from geo.access import parts
from geo.access.models import User
from geo.spatial.problems import Conflict
from geo.stewardship.differences import FieldConflict, collisions, merged
from geo.stewardship.editing import Saved, save_or_propose
from geo.stewardship.models import Proposal
from geo.stewardship.plain import plain, plain_of
from geo.stewardship.writers import Subject
from geo.web.editing.forms import EditForm

TRIES = 3
"""How often a save begins anew because somebody else saved other fields of the record in between."""


def settle(actor: User, form: EditForm, reason: str) -> Saved | Proposal:
    """Save or propose what ``form`` changes; changes of others in other fields stay, whoever came first.

    Raises: FieldConflict when others have changed the same fields, and the form doesn't say whose value stays;
    InvalidParameter, Forbidden.
    """
    values = form.wanted()
    if form.record is None:
        return save_or_propose(actor, reason, None, values, version=None, model=form.model)
    for _attempt in range(TRIES):
        record = _fresh(form.record)
        kept = _kept(form, record, values)
        try:
            return save_or_propose(actor, reason, record, kept, version=record.version)
        except FieldConflict:
            raise
        except Conflict:
            continue
    raise Conflict(_("Others are saving this record at this very moment. Please try again."))


def _fresh(record: Subject) -> Subject:
    return type(record)._default_manager.get(pk=record.pk)


def _kept(form: EditForm, record: Subject, values: dict[str, Any]) -> dict[str, Any]:
    """Return the values to write: not those fields where the editor lets the other's value stay."""
    if record.version == form.base.version:
        return values
    model: type[Model] = type(record)
    base, theirs = form.base.values, plain_of(record, values)
    seen = {**base, **parts.held(base, (name for name in values if parts.is_part(name)))}
    found = merged(model, seen, plain(model, values), theirs)
    chosen = _choices(form, record.version)
    undecided = [one for one in collisions(found) if one.field not in chosen]
    if undecided:
        raise FieldConflict(record, found)
    left = {one.field for one in collisions(found) if chosen[one.field] == "theirs"}
    return _revived({name: value for name, value in values.items() if name not in left}, base, theirs)


def _revived(values: dict[str, Any], base: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    """Return values in which a part that others removed, and this editor keeps, is written whole again."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        part, row, group = parts.named(name) if parts.is_part(name) else (None, "", "")
        if part is None or not group or theirs[name] is not None:
            found[name] = value
            continue
        whole = f"{part.name}/{part.again(row)}"
        found[whole] = {**(found.get(whole) or base[f"{part.name}/{row}"]), group: value}
    return found


def _choices(form: EditForm, version: int) -> dict[str, str]:
    """Return the choices that were made against this very version of the record."""
    data: Any = form.data
    if data.get("against") != str(version):
        return {}
    found = {name.removeprefix("choice-"): data[name] for name in data if name.startswith("choice-")}
    return {name: choice for name, choice in found.items() if choice in ("yours", "theirs")}
