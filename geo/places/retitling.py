"""Places and producers follow a division whose type or name alone was changed by a decree."""

from collections.abc import Mapping

from geo.access.history import audit
from geo.catalog.models import Producer
from geo.places.models import Place


def follow_divisions(became: Mapping[int, int]) -> int:
    """Point rows from the divisions that were closed to those that took their place; return how many rows moved."""
    moved = 0
    with audit(None, "division retitled by decree", "load_divisions"):
        for before, after in became.items():
            for model in (Place, Producer):
                for column in ("province_id", "commune_id"):
                    moved += model._default_manager.filter(**{column: before}).update(**{column: after})
    return moved
