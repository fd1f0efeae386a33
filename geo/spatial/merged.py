"""Numbers of records that were merged into others: they lead on, for ever and in one step."""

from collections.abc import Iterable

from geo.spatial.models import PublicId


def merged_into(ids: Iterable[str]) -> dict[str, str]:
    """Return where those of the public ids lead that belong to merged records."""
    wanted = sorted(set(ids))
    found = PublicId.objects.filter(pk__in=wanted, merged_into__isnull=False) if wanted else PublicId.objects.none()
    return dict(found.values_list("pk", "merged_into_id"))


def followed(ids: Iterable[str]) -> tuple[str, ...]:
    """Return the public ids, each merged one replaced by the one it leads to; sorted, each once."""
    asked = set(ids)
    known = merged_into(asked)
    return tuple(sorted({known.get(one, one) for one in asked}))
