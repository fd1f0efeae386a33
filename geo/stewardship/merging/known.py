"""Records that others still know by the id of one that was merged into them."""

from collections.abc import Collection

from geo.stewardship.merging.models import Merge


def merged_by_external_id(kind: str, ids: Collection[str]) -> dict[str, str]:
    """Return, for those of the ids in the source that a merged record had, the public id of the record it became."""
    found = Merge.objects.filter(kind=kind, external_id__in=ids, external_id__gt="", undone_at__isnull=True)
    rows = found.order_by("pk").values_list("external_id", "dropped__merged_into")
    return {known: now for known, now in rows if now is not None}
