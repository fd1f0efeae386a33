"""Against guessing: every attempt is noted before it is checked, so that parallel tries can't slip past a limit.

Three limits at once: one person from one network (a forgotten password), one person from anywhere (many networks), one
network for anybody (many names). Refused attempts aren't counted, so that nobody can lock somebody out for longer.
"""

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import ngettext

from geo.access.models import SignInAttempt
from geo.spatial import calendar
from geo.spatial.folding import nfc
from geo.spatial.problems import TooManyRequests

KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``most`` attempts in ``minutes``, counted by these columns."""

    columns: tuple[str, ...]
    most: int
    minutes: int


LIMITS: dict[str, tuple[Limit, ...]] = {
    SignInAttempt.Kind.PASSWORD: (
        Limit(("name", "address"), 5, 15),
        Limit(("name",), 30, 60),
        Limit(("address",), 100, 15),
    ),
    SignInAttempt.Kind.CODE: (Limit(("name",), 10, 15),),
    SignInAttempt.Kind.RESET: (Limit(("name",), 5, 60), Limit(("address",), 20, 60)),
    SignInAttempt.Kind.TOKEN: (Limit(("address",), 60, 15),),
}


class TooManyAttempts(TooManyRequests):
    """Wait: ``minutes`` until the next attempt is looked at."""

    code = "too-many-attempts"

    def __init__(self, minutes: int) -> None:
        said = ngettext(
            "Too many attempts. Please wait %(minutes)d minute, then try again.",
            "Too many attempts. Please wait %(minutes)d minutes, then try again.",
            minutes,
        )
        super().__init__(said % {"minutes": minutes}, minutes)


def attempt(kind: str, name: str, address: str | None) -> SignInAttempt:
    """Note an attempt by ``name`` (as typed, or a primary key) from ``address``. Raises: TooManyAttempts."""
    noted = SignInAttempt.objects.create(kind=kind, name=keyed(name), address=network(address), at=calendar.now())
    for limit in LIMITS[kind]:
        since = noted.at - timedelta(minutes=limit.minutes)
        values = {column: getattr(noted, column) for column in limit.columns}
        if None in values.values():
            continue
        tried = SignInAttempt.objects.filter(kind=kind, at__gt=since, pk__lte=noted.pk, **values)
        if tried.count() > limit.most:
            oldest = tried.order_by("-at")[limit.most].at
            noted.delete()
            left = oldest + timedelta(minutes=limit.minutes) - calendar.now()
            raise TooManyAttempts(max(1, -(-int(left.total_seconds()) // 60)))
    return noted


def succeeded(noted: SignInAttempt) -> None:
    """Forget the attempts of this person from this network, and whatever is old."""
    SignInAttempt.objects.filter(kind=noted.kind, name=noted.name, address=noted.address).delete()
    SignInAttempt.objects.filter(at__lt=calendar.now() - KEPT).delete()


def keyed(name: str) -> str:
    """Return the keyed hash of a name in whatever case: people type passwords into the wrong field."""
    return hmac.new(settings.SECRET_KEY.encode(), nfc(name).strip().casefold().encode(), hashlib.sha256).hexdigest()


def network(address: str | None) -> str | None:
    """Return an IPv4 address, or the /64 that an IPv6 address belongs to; ``None`` for anything else."""
    try:
        found = ipaddress.ip_address((address or "").strip())
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False).network_address)
    return str(found)


def client_address(request: HttpRequest) -> str:
    """Return the visitor's network address: the last one that the proxy in front added, if there is one."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.PUBLIC_URL else ""
    return forwarded.rsplit(",", 1)[-1].strip() or str(request.META.get("REMOTE_ADDR", ""))
