"""Writes of the desk: answering reports, saying that a place is still right, links that ask."""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from geo.access import records
from geo.access.history import audit
from geo.access.models import User
from geo.access.permissions import require
from geo.access.rules import Action, Spot
from geo.access.spots import spot_of
from geo.places import services
from geo.places.areas import spot
from geo.places.models import Place
from geo.spatial import calendar
from geo.spatial.folding import nfc
from geo.spatial.models import PublicId
from geo.spatial.problems import Conflict, InvalidParameter, NotFound
from geo.stewardship.models import CheckLink, Report

LASTS = timedelta(days=30)


def still_right(actor: User, place: Place, version: int | None = None) -> Place:
    """Note that ``place`` is right as it stands today. Raises: Forbidden, Conflict."""
    return services.confirm(actor, _("still right"), place, version=version).place


def settle(actor: User, report: Report, state: str, answer: str, *, close_place: bool = False) -> Report:
    """Accept or refuse ``report`` with a sentence for whoever sent it; ``close_place`` closes its place with it.

    Raises: Forbidden outside of the actor's area, InvalidParameter (``state``, ``answer``), Conflict when somebody has
    answered meanwhile.
    """
    if state not in (Report.State.ACCEPTED, Report.State.REFUSED):
        raise InvalidParameter("state", _("Accept the report or refuse it."))
    said = nfc(answer)
    if not said:
        raise InvalidParameter("answer", _("Write a sentence for whoever reported it."))
    with audit(actor, _("report %(id)s: %(answer)s") % {"id": report.public_id, "answer": said}):
        stored = records.locked(report, None)
        require(actor, Action.SETTLE, spot_of_report(stored))
        if stored.state != Report.State.NEW:
            raise Conflict(_("Somebody has answered this report already."))
        stored.state, stored.answer = state, said
        stored.settled_at, stored.settled_by = calendar.now(), actor
        records.check(stored, exclude=("public_id",))
        stored.save()
        if close_place and state == Report.State.ACCEPTED:
            place = Place.objects.filter(public_id=stored.subject_id).first()
            if place is not None and place.status == Place.Status.OPEN:
                services.close(actor, _("report %(id)s: %(answer)s") % {"id": report.public_id, "answer": said}, place)
    return stored


def spot_of_report(report: Report) -> Spot:
    """Return where a report belongs: where its record does, else where the missing place was said to be."""
    if report.subject is not None:
        return spot_of(report.subject)
    return Spot(province=report.province_id, commune=report.commune_id)


def make_link(actor: User, place: Place) -> str:
    """Return the token of a link that asks whether ``place`` is still right. Raises: Forbidden."""
    require(actor, Action.CHECK, spot(place))
    token = secrets.token_urlsafe(24)
    now = calendar.now()
    entry = PublicId.objects.get(pk=place.public_id)
    CheckLink.objects.create(place=entry, made_by=actor, digest=_digest(token), made_at=now, expires_at=now + LASTS)
    return token


def link_behind(token: str) -> tuple[CheckLink, Place]:
    """Return the link of a token and its place. Raises: NotFound when it was used, has expired or never was."""
    link = CheckLink.objects.select_related("made_by").filter(digest=_digest(token)).first()
    if link is None or link.used_at is not None or link.expires_at <= calendar.now():
        raise NotFound(_("This link has been used or has expired. Ask for a new one."))
    place = Place.objects.select_related("commune", "province", "producer").filter(public_id=link.place_id).first()
    if place is None:
        raise NotFound(_("There is no record with the number %(id)s.") % {"id": link.place_id})
    return link, place


def confirm_by_link(token: str) -> Place:
    """Confirm the place of a link, once, in the name of whoever made it. Raises: NotFound, Forbidden."""
    with transaction.atomic():
        CheckLink.objects.select_for_update().filter(digest=_digest(token)).first()
        link, place = link_behind(token)
        saved = services.confirm(link.made_by, _("still right, by a link of %(name)s") % {"name": link.made_by}, place)
        link.used_at = calendar.now()
        link.save(update_fields=["used_at"])
    return saved.place


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
