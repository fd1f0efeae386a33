"""Watching a search: asked for with an e-mail, confirmed by the link in a mail, ended by another."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from geo.access import outbox
from geo.access.floods import admitted
from geo.sourcing.asking import demand
from geo.sourcing.mails import post
from geo.sourcing.watching.looking import look, query_of, written
from geo.sourcing.watching.models import Watch
from geo.sourcing.watching.rules import kept
from geo.spatial import calendar
from geo.spatial.problems import Conflict, NotFound

WATCHES_A_DAY = 5
"""Searches one address may ask to have watched in a day."""
MOST_PER_EMAIL = 20
"""Searches that are watched for one e-mail address."""
WAITING_PER_EMAIL = 3
"""Searches that may wait for one address to confirm them; of more, nothing is mailed there."""
UNCONFIRMED_DAYS = 7
CONFIRM, NEWS = "watch", "news"
"""What mail in the outbox is about."""


@transaction.atomic
def receive(
    email: str, title: str, given: Mapping[str, Sequence[str]], *, address: str, language: str = "vi", form: str = ""
) -> Watch:
    """Store a search that waits for its confirmation; the same form sent twice is one.

    What is answered never depends on the e-mail address: whether it is known here is nobody's business.
    Raises: TooManySent, InvalidParameter naming what is wrong with the search.
    """
    known = Watch.objects.filter(form=form).first() if form else None
    if known is not None:
        return known
    asked = demand(given)
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
    """Begin to watch: what stands now counts as told. Twice is once.

    Raises: Conflict when so many are watched for the address already; InvalidParameter, NotFound.
    """
    stored = Watch.objects.select_for_update().filter(pk=watch.pk).first()
    if stored is None:
        raise NotFound(_("This search is not watched, or no longer."))
    if stored.confirmed_at is None:
        others = Watch.objects.filter(email__iexact=stored.email, confirmed_at__isnull=False)
        if others.count() >= MOST_PER_EMAIL:
            raise Conflict(
                _("So many searches are watched for this address that it takes no more. End one of them first.")
            )
        now = look(stored.query)
        stored.said, stored.said_at = written(kept(now.suppliers, now.demand.today)), calendar.now()
        stored.confirmed_at = calendar.now()
        stored.save()
    return stored


def end(key: str) -> None:
    """End what a secret opens: nothing of it is kept. Twice is once."""
    for pk in Watch.objects.filter(key=key).values_list("pk", flat=True):
        outbox.drop([f"{CONFIRM}:{pk}", f"{NEWS}:{pk}"])
        Watch.objects.filter(pk=pk).delete()


def sweep() -> int:
    """Erase what nobody confirmed in time; return how many."""
    before = calendar.now() - timedelta(days=UNCONFIRMED_DAYS)
    return Watch.objects.filter(confirmed_at=None, created_at__lt=before).delete()[0]


@transaction.atomic
def ask(
    email: str,
    title: str,
    given: Mapping[str, Sequence[str]],
    *,
    address: str,
    site: str,
    language: str = "vi",
    form: str = "",
) -> Watch:
    """Store a search and mail the link by which it is confirmed. Raises: as ``receive``."""
    made = receive(email, title, given, address=address, language=language, form=form)
    waiting = Watch.objects.filter(email__iexact=made.email, confirmed_at=None).count()
    if made.confirmed_at is None and waiting <= WAITING_PER_EMAIL and not outbox.waits(f"{CONFIRM}:{made.pk}"):
        ask_to_confirm(made, site)
    return made


def ask_to_confirm(watch: Watch, site: str) -> None:
    """Mail the link by which the search is confirmed."""
    with translation.override(watch.language):
        href = site + reverse("web:watch", args=[watch.key])
        subject = _("OCOP map: confirm that you want mail about a search")
    context = {"watch": watch, "href": href, "days": UNCONFIRMED_DAYS}
    post("watch_confirm", subject, watch.email, context, language=watch.language, about=f"{CONFIRM}:{watch.pk}")
