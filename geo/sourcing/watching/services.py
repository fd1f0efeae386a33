"""Watching a search: asked for with an e-mail, confirmed by the link in a mail, ended by another."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from geo.access.floods import admitted
from geo.sourcing.asking import demand
from geo.sourcing.mails import send
from geo.sourcing.watching.looking import look, query_of, written
from geo.sourcing.watching.models import Watch
from geo.sourcing.watching.rules import kept
from geo.spatial import calendar
from geo.spatial.problems import InvalidParameter, NotFound

WATCHES_A_DAY = 5
"""Searches one address may ask to have watched in a day."""
MOST_PER_EMAIL = 20
UNCONFIRMED_DAYS = 7


@transaction.atomic
def receive(
    email: str, title: str, given: Mapping[str, Sequence[str]], *, address: str, language: str = "vi", form: str = ""
) -> Watch:
    """Store a search that waits for its confirmation; the same form sent twice is one.

    Raises: TooManySent, InvalidParameter naming what is wrong with the search.
    """
    known = Watch.objects.filter(form=form).first() if form else None
    if known is not None:
        return known
    asked = demand(given)
    if Watch.objects.filter(email__iexact=email).count() >= MOST_PER_EMAIL:
        raise InvalidParameter("email", _("So many searches are watched for this address that it takes no more."))
    sender = admitted(
        Watch.objects.all(),
        address,
        WATCHES_A_DAY,
        _("Many requests have come from this connection today. Please try again tomorrow."),
    )
    return Watch.objects.create(
        email=email,
        title=title,
        query=query_of(given, asked),
        language=language,
        sender=sender,
        form=form or None,
    )


def find(key: str) -> Watch:
    """Return the watched search that a secret opens. Raises: NotFound."""
    found = Watch.objects.filter(key=key).first()
    if found is None:
        raise NotFound(_("This search is not watched, or no longer."))
    return found


@transaction.atomic
def confirm(watch: Watch) -> Watch:
    """Begin to watch: what stands now counts as told. Twice is once. Raises: InvalidParameter, NotFound."""
    stored = Watch.objects.select_for_update().filter(pk=watch.pk).first()
    if stored is None:
        raise NotFound(_("This search is not watched, or no longer."))
    if stored.confirmed_at is None:
        now = look(stored.query)
        stored.said, stored.said_at = written(kept(now.suppliers, now.demand.today)), calendar.now()
        stored.confirmed_at = calendar.now()
        stored.save()
    return stored


def end(key: str) -> None:
    """End what a secret opens: nothing of it is kept. Twice is once."""
    Watch.objects.filter(key=key).delete()


def sweep() -> int:
    """Erase what nobody confirmed in time; return how many."""
    before = calendar.now() - timedelta(days=UNCONFIRMED_DAYS)
    return Watch.objects.filter(confirmed_at=None, created_at__lt=before).delete()[0]


def ask_to_confirm(watch: Watch, site: str) -> bool:
    """Mail the link by which the search is confirmed."""
    with translation.override(watch.language):
        href = site + reverse("web:watch", args=[watch.key])
        subject = _("OCOP map: confirm that you want mail about a search")
    context = {"watch": watch, "href": href, "days": UNCONFIRMED_DAYS}
    return send("watch_confirm", subject, watch.email, context, language=watch.language)
