"""Versions of collections and the change log, as readers see them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from geo.spatial.models import CollectionVersion


def versions_of(collections: Iterable[str]) -> tuple[int, ...]:
    """Return the versions of the named collections, sorted by name; 0 for one that never changed."""
    names = sorted(set(collections))
    known = dict(CollectionVersion.objects.filter(collection__in=names).values_list("collection", "version"))
    return tuple(known.get(name, 0) for name in names)


@dataclass(frozen=True)
class LoggedChange:
    """The last thing that happened to a feature after a version: operation I, U or D, and the version it got."""

    feature_id: str
    operation: str
    version: int


def changes_since(collection: str, version: int, limit: int = 10_000) -> list[LoggedChange]:
    """Return what changed in ``collection`` after ``version``, in commit order, tombstones (D) included."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT change.feature_id, change.operation, stamp.version
            FROM spatial_changedcollection AS stamp
            JOIN spatial_change AS change USING (transaction, collection)
            WHERE stamp.collection = %s AND stamp.version > %s
            ORDER BY stamp.version, change.id
            LIMIT %s
            """,
            [collection, version, limit],
        )
        return [LoggedChange(*row) for row in cursor.fetchall()]
