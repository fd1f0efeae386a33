"""One write of a feature: the record under a lock, the version its writer saw, the services, the answer."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias

from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from geo.access import parts, records
from geo.api import features
from geo.api.callers import Caller
from geo.spatial.collections import Collection
from geo.spatial.problems import (
    Conflict,
    InvalidParameter,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
)
from geo.spatial.writing import Values, Writing
from geo.stewardship.editing import save_or_propose
from geo.stewardship.proposal_model import Proposal
from geo.stewardship.writers import Saved

Outcome: TypeAlias = Saved | Proposal
Change: TypeAlias = Callable[[Mapping[str, Any], Any], Values]
_TAG = re.compile(r'(?:W/)?"(\d{1,9})(?:\.[0-9a-f]*)?"')
_LONGEST = 300
ANY = "*"


class AlreadyThere(Conflict):
    """A record with the same id in the same source is there, and differs; ``address`` is its own."""

    code = "already-there"

    def __init__(self, message: str, address: str) -> None:
        super().__init__(message)
        self.address = address

    def headers(self) -> dict[str, str]:
        """Say where it is."""
        return {"Location": self.address}


def versions_seen(if_match: str | None) -> frozenset[int] | None:
    """Return the versions of the record an ``If-Match`` names; ``None``: whichever (``*``).

    Only the part of our validator before the point is compared: it names the record's version, so a validator that a
    proxy made weak by compressing still does. Raises: PreconditionRequired without the header.
    """
    if not (if_match or "").strip():
        raise PreconditionRequired(
            _("Say which state you change: send the ETag of the feature as If-Match (or “*”, whatever its state).")
        )
    text = str(if_match)[:4000]
    if text.strip() == ANY:
        return None
    return frozenset(int(found[1]) for found in _TAG.finditer(text))


def why(caller: Caller, said: str) -> str:
    """Return the reason that stays in the history."""
    if said.strip():
        return said.strip()[:_LONGEST]
    if caller.program:
        return (_("through the API, by “%(name)s”") % {"name": caller.program})[:_LONGEST]
    return _("through the API")


def create(
    caller: Caller, reason: str, writing: Writing, values: Values, address: Callable[[str], str]
) -> tuple[Outcome, bool]:
    """Return what became of a new record, and whether it is new: the same one sent again is there already.

    Raises: AlreadyThere, and whatever the services refuse.
    """
    known = _twin(writing, values)
    if known is None:
        try:
            with translated(writing), transaction.atomic():
                return save_or_propose(caller.user, reason, None, values, version=None, model=_model(writing)), True
        except (IntegrityError, InvalidParameter):
            # Somebody sent the same one at the same moment.
            known = _twin(writing, values)
            if known is None:
                raise
    return Saved(_same(known, values, address), changed=False), False


def change(
    caller: Caller,
    reason: str,
    collection: Collection[Any],
    feature_id: str,
    seen: frozenset[int] | None,
    wanted: Change,
) -> Outcome:
    """Return what became of a change, whose values ``wanted`` works out from the public feature and the record.

    Raises: NotFound, PreconditionFailed when the record is at none of the versions ``seen``.
    """
    writing = collection.writing
    assert writing is not None
    with transaction.atomic():
        record = _locked(collection, writing, feature_id)
        if seen is not None and record.version not in seen:
            raise PreconditionFailed(
                _("Somebody else has changed this record since you read it. Read it again, then send your change.")
            )
        text = features.read_one(collection, collection.fields, feature_id).text
        if text is None:
            raise _nothing(feature_id)
        values = wanted(json.loads(text), record)
        if not values:
            return Saved(record, changed=False)
        with translated(writing):
            return save_or_propose(caller.user, reason, record, values, version=record.version)


def _locked(collection: Collection[Any], writing: Writing, feature_id: str) -> Any:
    """Return the record under a lock, if the collection has it. Raises: NotFound."""
    rows = collection.select(collection.parse({})).filter(**{collection.id_field: feature_id})
    pk = rows.values_list("pk", flat=True).first()
    if pk is None:
        raise _nothing(feature_id)
    return records.locked(writing.model(pk=pk), None)


def _nothing(feature_id: str) -> NotFound:
    return NotFound(_("There is no “%(id)s” here.") % {"id": feature_id[:40]})


def _model(writing: Writing) -> Any:
    return writing.model


def _twin(writing: Writing, values: Mapping[str, Any]) -> Model | None:
    """Return the record with the same id in the same source, if there is one."""
    if not values.get("external_id"):
        return None
    same = {name: values[name] for name in ("source_kind", "external_id")}
    return writing.model._default_manager.filter(**same).first()


def _same(known: Any, values: Mapping[str, Any], address: Callable[[str], str]) -> Any:
    own, others = parts.apart(values)
    stored = parts.plain_parts(known) if others else {}
    # A new row has no name yet: it is the same as one that is there with the same content.
    differing = [name for name, value in own.items() if getattr(known, name) != value]
    differing += [name for name, value in others.items() if value != stored.get(name) and value not in stored.values()]
    if not differing:
        return known
    raise AlreadyThere(
        _("A record with this id in this source is there already, and differs: change that one."),
        address(str(known.public_id)),
    )


@contextmanager
def translated(writing: Writing) -> Iterator[None]:
    """Name fields of the services as clients know them, in the problems raised inside."""
    try:
        yield
    except InvalidParameter as wrong:
        wrong.name = writing.property_of(wrong.name)
        raise
