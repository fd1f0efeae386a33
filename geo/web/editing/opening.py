"""Which record and which form an address of the desk means."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from geo.access.permissions import require
from geo.access.rules import Action
from geo.catalog.models import Producer
from geo.spatial import public_ids
from geo.spatial.problems import NotFound
from geo.spatial.provenance import SourceKind
from geo.stewardship.plain import Plain
from geo.stewardship.writers import KINDS, Subject, kind_of, spot_of
from geo.web.editing.forms import EditForm
from geo.web.editing.place_form import PlaceForm
from geo.web.editing.record_forms import ProducerForm, ProductForm
from geo.web.editing.reported import reported, said
from geo.web.private_pages import person

FORMS: Mapping[str, type[EditForm]] = {"place": PlaceForm, "product": ProductForm, "producer": ProducerForm}


def record_at(public_id: str, kind: str = "") -> Subject:
    """Return the record with a public id, of one kind or of any. Raises: NotFound."""
    wanted = public_ids.parse(public_id)
    for model in [KINDS[kind]] if kind else KINDS.values():
        found = model._default_manager.filter(public_id=wanted).first()
        if found is not None:
            return found
    raise NotFound(_("There is no record with the number %(id)s.") % {"id": public_id})


def form_of(request: HttpRequest, kind: str, record: Subject | None) -> EditForm:
    """Return the form of a record, or of a new one, with what was sent. Raises: Forbidden outside of one's area."""
    user = person(request)
    if record is not None:
        require(user, Action.PROPOSE, spot_of(record))
    else:
        require(user, Action.PROPOSE)
    data: Any = request.POST if request.method == "POST" else None
    files: Any = request.FILES if request.method == "POST" else None
    return FORMS[kind](data, files, record=record, given=_first(request) if record is None else None)


def _first(request: HttpRequest) -> Plain:
    """Return what a new record says before anybody has typed: its source, and whose it is."""
    user = person(request)
    report = reported(request)
    if report is not None:
        return {"source_kind": SourceKind.SURVEY.value, "source_name": str(user), **said(report)}
    own = next((one.record_id for one in user.assignments.filter(role="producer") if one.record_id), None)
    producer = Producer.objects.filter(public_id=own).first() if own else None
    if producer is None:
        return {"source_kind": SourceKind.SURVEY.value, "source_name": str(user)}
    where = {"province": producer.province_id, "commune": producer.commune_id}
    return {"source_kind": SourceKind.PRODUCER.value, "source_name": producer.name, "producer": producer.pk, **where}


def kind_at(record: Subject) -> str:
    """Return the kind of a record as addresses name it."""
    return kind_of(type(record))
