"""Mail about watched searches: what is new since the last one, said once. One that fails stops no other.

What is said is noted in the transaction that puts the mail into the outbox: it is neither lost nor said twice.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from geo.catalog.models import CertificateScheme
from geo.sourcing.demand import Month
from geo.sourcing.mails import number, post
from geo.sourcing.unit_names import unit_name
from geo.sourcing.watching.looking import Look, look, months_left, read, written
from geo.sourcing.watching.models import Watch
from geo.sourcing.watching.rules import Item, kept, news
from geo.sourcing.watching.services import NEWS
from geo.spatial import calendar

logger = logging.getLogger(__name__)


@dataclass
class Counts:
    """What became of the searches."""

    watched: int = 0
    mailed: int = 0
    same: int = 0
    ended: int = 0
    postponed: int = 0
    failed: int = 0


def alert(site: str, *, dry_run: bool = False) -> Counts:
    """Mail the owners of confirmed searches what is new. With ``dry_run`` nothing is sent and nothing is written."""
    counts = Counts()
    for pk in Watch.objects.filter(confirmed_at__isnull=False).order_by("pk").values_list("pk", flat=True):
        try:
            with transaction.atomic():
                outcome = _one(pk, site, dry_run)
        except Exception:
            logger.exception("watched search %d could not be looked at", pk)
            outcome = "failed"
        if outcome:
            counts.watched += 1
            setattr(counts, outcome, getattr(counts, outcome) + 1)
    return counts


def _one(pk: int, site: str, dry_run: bool) -> str:
    """Deal with one search and return what became of it; another run that holds it deals with it itself."""
    watch = Watch.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
    if watch is None:
        return ""
    if not months_left(watch.query):
        if not dry_run:
            _tell(watch, "watch_over", site, {})
            watch.delete()
        return "ended"
    now = look(watch.query)
    if not now.whole:
        return "postponed"
    today = now.demand.today
    items = news(read(watch.said), now.suppliers, now.months, today)
    if items and not dry_run:
        _tell(watch, "watch_news", site, {"news": told(items, now, watch.language)}, f"{NEWS}:{watch.pk}")
    if not dry_run:
        watch.said = written(kept(now.suppliers, today))
        watch.said_at = calendar.now() if items else watch.said_at
        watch.save(update_fields=["said", "said_at"])
    return "mailed" if items else "same"


def told(items: list[Item], now: Look, language: str) -> list[dict[str, Any]]:
    """Return the news as a mail writes it."""
    is_vietnamese = language.startswith("vi")
    names = {one.code: one.name_vi if is_vietnamese else one.name_en for one in CertificateScheme.objects.all()}
    with translation.override(language):
        return _told(items, now, names, now.demand.unit.kind)


def _told(items: list[Item], now: Look, names: Mapping[str, str], unit: str) -> list[dict[str, Any]]:
    return [
        {
            "kind": item.kind.value,
            "name": item.name,
            "place": item.key.partition("-")[0],
            "before": _amounts(item.before, now, unit),
            "after": _amounts(item.after, now, unit),
            "scheme": names.get(item.scheme, item.scheme),
            "ends": date.fromisoformat(item.ends) if item.ends else None,
        }
        for item in items
    ]


def _amounts(amounts: Mapping[str, float], now: Look, unit: str) -> str:
    parts = [(f"{month.first:%m/%Y}", amounts.get(_key(month), 0.0)) for month in now.demand.months]
    values = {value for _name, value in parts}
    if len(values) == 1:
        (value,) = values
        return _counted(value, unit)
    return ", ".join(f"{name}: {_counted(value, unit)}" for name, value in parts)


def _counted(value: float, unit: str) -> str:
    return f"{number(value)} {unit_name(unit, value)}"


def _key(month: Month) -> str:
    return f"{month.year}-{month.month:02}"


def _tell(watch: Watch, template: str, site: str, context: dict[str, Any], about: str = "") -> None:
    with translation.override(watch.language):
        href = site + reverse("web:watch", args=[watch.key])
        end = site + reverse("web:watch-end", args=[watch.key])
        subject = _("OCOP map: news of your search")
        records = site + reverse("web:map") + "p/"
    headers = {"List-Unsubscribe": f"<{end}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    post(
        template,
        subject,
        watch.email,
        {**context, "watch": watch, "href": href, "end": end, "records": records},
        language=watch.language,
        headers=headers,
        about=about,
    )
