"""Writing one record: locked, compared with the version its editor saw, checked by its model, recorded."""

import re
import time
from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import CharField, Model, TextField
from django.utils.translation import gettext as _

from geo.spatial.problems import Conflict, InvalidParameter

_MARKUP = re.compile(r"<[a-zA-Z/!?]")
ModelT = TypeVar("ModelT", bound=Model)

HOLDERS: list[Callable[[Model], str]] = []
"""Upper rooms register here who may hold a record for long: each returns in words what does so, or nothing."""

PATIENCE_S = 0.2
"""How long a save waits for such a work to end."""


class Overtaken(Conflict):
    """Somebody else has saved ``record`` since it was at ``version``."""

    def __init__(self, record: Model, version: int) -> None:
        super().__init__(_("Somebody else has changed this record since you opened it. Reload it to see the changes."))
        self.record = record
        self.version = version


def require_reason(reason: str) -> str:
    """Return ``reason`` trimmed. Raises: InvalidParameter when it is empty."""
    if not reason.strip():
        raise InvalidParameter("reason", _("Say why: the reason stays in the history of the record."))
    return reason.strip()


def locked(record: ModelT, version: int | None) -> ModelT:
    """Return the stored record under a lock. Raises: Conflict when it is no longer at ``version`` (if one is given).

    The lock lets others refer to the record: an import that adds places of a producer doesn't hold up its editor.
    Somebody else's save is waited for; a large work that holds the record, such as an import, is not: Conflict says
    what it is.
    """
    rows = type(record)._default_manager.select_for_update(of=("self",), no_key=True, skip_locked=True)
    stored = rows.filter(pk=record.pk).first() or _awaited(record)
    if version is not None and getattr(stored, "version", version) != version:
        raise Overtaken(stored, version)
    return stored


def _awaited(record: ModelT) -> ModelT:
    """Return the stored record when whoever holds it lets it go. Raises: Conflict when a large work does."""
    busy = next((words for holder in HOLDERS if (words := holder(record))), "")
    rows = type(record)._default_manager.filter(pk=record.pk)
    if not busy:
        return rows.select_for_update(of=("self",), no_key=True).get()
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        stored = rows.select_for_update(of=("self",), no_key=True, skip_locked=True).first()
        if stored is not None:
            return stored
        time.sleep(PATIENCE_S / 10)
    raise Conflict(busy)


def apply(record: Model, values: Mapping[str, Any], editable: Collection[str]) -> None:
    """Set ``values`` on ``record``. Raises: InvalidParameter for a field that can't be edited."""
    for name, value in values.items():
        if name not in editable:
            raise InvalidParameter(name, _("“%(name)s” can't be edited.") % {"name": name})
        setattr(record, name, value)


def check(record: Model, exclude: Collection[str] = ()) -> None:
    """Run the model's own checks and constraints. Raises: InvalidParameter naming the first field that is wrong."""
    try:
        record.full_clean(exclude=exclude)
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        raise InvalidParameter("" if name == NON_FIELD_ERRORS else name, str(messages[0])) from None


def check_words(record: Model, stored: Model | None) -> None:
    """Refuse markup in texts that were changed: they are words for people, whoever shows them, and where.

    Raises: InvalidParameter naming the field.
    """
    for field in record._meta.concrete_fields:
        if not isinstance(field, CharField | TextField):
            continue
        text = getattr(record, field.attname)
        if not isinstance(text, str) or not _MARKUP.search(text):
            continue
        if stored is None or getattr(stored, field.attname) != text:
            raise InvalidParameter(
                field.name, _("Write plain text without < and >: “%(said)s”.") % {"said": _around(text)}
            )


def _around(text: str) -> str:
    """Return the part of a text that looks like markup."""
    found = _MARKUP.search(text)
    at = found.start() if found else 0
    return text[at : at + 20]


def changed_fields(record: Model, stored: Model | None) -> list[str]:
    """Return the concrete fields in which ``record`` differs from ``stored``."""
    columns = [field.attname for field in record._meta.concrete_fields]
    if stored is None:
        return columns
    return [name for name in columns if getattr(record, name) != getattr(stored, name)]


def store(record: Model, stored: Model | None, changed: Collection[str]) -> None:
    """Write the ``changed`` fields of a record that was ``stored`` before, else all of it.

    Only what differs: an update that names the public id, equal or not, locks out whoever refers to the record.
    """
    record.save(update_fields=list(changed) if stored is not None else None)
    record.refresh_from_db()
