"""Counting and removing generated rows."""

from django.db import connection

from geo.access.history import audit
from geo.places import marks
from geo.places.generation.bulk import foreign_keys_rechecked, triggers_off
from geo.places.generation.generate import BATCH
from geo.places.models import Place
from geo.spatial.provenance import SourceKind

_TABLES = ("places_place", "catalog_product", "catalog_producer")


def counted() -> tuple[int, int]:
    """Return how many places are generated and how many are not."""
    generated = Place.objects.filter(source_kind=SourceKind.GENERATED).count()
    return generated, Place.objects.exclude(source_kind=SourceKind.GENERATED).count()


def remove_generated() -> int:
    """Delete every generated place, product, producer and certificate with their public ids; return the places' number.

    Raises: IntegrityError, with nothing removed, when a real row refers to a generated one.
    """
    kind = SourceKind.GENERATED.value
    reason = "generated places removed"
    with audit(None, reason, BATCH), foreign_keys_rechecked(), triggers_off(), connection.cursor() as cursor:
        ids = " UNION ALL ".join(f"SELECT public_id FROM {table} WHERE source_kind = %s" for table in _TABLES)
        cursor.execute(f"CREATE TEMP TABLE generated_ids ON COMMIT DROP AS {ids}", [kind] * len(_TABLES))
        cursor.execute(
            "CREATE TEMP TABLE generated_places ON COMMIT DROP AS SELECT id FROM places_place WHERE source_kind = %s",
            [kind],
        )
        cursor.execute("ANALYZE generated_places, generated_ids")
        cursor.execute("DELETE FROM catalog_certificate WHERE source_kind = %s", [kind])
        # Foreign keys are checked at the end, so the places can go first: nothing is done for a place about to go.
        cursor.execute("DELETE FROM places_place WHERE source_kind = %s", [kind])
        removed: int = cursor.rowcount
        for part in ("places_placeproduct", "places_placesearch", "places_feature"):
            cursor.execute(f"DELETE FROM {part} USING generated_places AS place WHERE place.id = place_id")
        for table in ("catalog_product", "catalog_producer"):
            cursor.execute(f"DELETE FROM {table} WHERE source_kind = %s", [kind])
        cursor.execute("DELETE FROM spatial_publicid USING generated_ids WHERE id = public_id")
        cursor.execute("DROP TABLE generated_ids, generated_places")
        marks.rebuild()
    return removed
