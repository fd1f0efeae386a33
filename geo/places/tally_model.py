"""Counts of places by cells of the map, kept derived from their marks by statement triggers (``sql/tally.sql``)."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class PlaceTally(models.Model):
    """How many places of one kind, status, province and quality of goods lie in one cell of the map.

    A level ``zoom`` of the pyramid has ``6 × 6`` cells in each tile of that matrix of WebMercatorQuad; ``cell`` is
    ``row * 6 + column``, or -1 for places without a position (in tile 0, 0). ``node`` is one of ``geo.places.atoms``,
    or -1 for every place; a place has one row under each node of its products. ``quality`` is the set of the
    qualities of its products under that node, as bits. The coarsest levels have province 0: all of them. Nodes from -2
    down are sums for frequent questions (``geo.places.tallied``).

    ``sum_x``, ``sum_y`` add up world coordinates times 2**30, ``sum_place`` primary keys (where ``n`` is 1 it is one).
    The least and greatest coordinates only grow: they enclose what is there, or was. ``places_tallydelta`` holds
    changes that are not in these rows yet.
    """

    pk = models.CompositePrimaryKey(
        "zoom", "node", "tile_col", "tile_row", "cell", "province_id", "kind", "status", "quality"
    )
    zoom = models.SmallIntegerField()
    node = models.IntegerField()
    tile_col = models.SmallIntegerField()
    tile_row = models.SmallIntegerField()
    cell = models.SmallIntegerField()
    province_id = models.BigIntegerField()
    kind = models.SmallIntegerField()
    status = models.SmallIntegerField()
    quality = models.BigIntegerField()
    n = models.IntegerField()
    sum_x = models.BigIntegerField()
    sum_y = models.BigIntegerField()
    sum_place = models.BigIntegerField()
    min_x = models.IntegerField(null=True)
    max_x = models.IntegerField(null=True)
    min_y = models.IntegerField(null=True)
    max_y = models.IntegerField(null=True)

    class Meta:
        db_table = "places_tally"
        indexes: ClassVar = [
            # Counts and facets of a province.
            models.Index(fields=["province_id", "node"], condition=Q(zoom=5), name="places_tally_province"),
        ]

    def __str__(self) -> str:
        return f"{self.zoom}/{self.tile_col}/{self.tile_row} {self.n}"


class PlaceTallyDelta(models.Model):
    """A mark that appeared (``sign`` 1) or disappeared (-1) and is not in ``places_tally`` yet."""

    sign = models.SmallIntegerField()
    place_id = models.BigIntegerField()
    kind = models.SmallIntegerField()
    status = models.SmallIntegerField()
    province_id = models.BigIntegerField()
    world_x = models.IntegerField(null=True)
    world_y = models.IntegerField(null=True)
    shelf = ArrayField(models.IntegerField())

    class Meta:
        db_table = "places_tallydelta"

    def __str__(self) -> str:
        return f"{self.sign:+d} {self.place_id}"


class PlaceClusterTile(models.Model):
    """A vector tile of clusters without a filter, as long as no change waits in it (``sql/tally.sql``).

    ``body`` is the tile of the collection of places. One that is missing is made for each reader.
    """

    pk = models.CompositePrimaryKey("zoom", "tile_col", "tile_row")
    zoom = models.SmallIntegerField()
    tile_col = models.SmallIntegerField()
    tile_row = models.SmallIntegerField()
    body = models.BinaryField()

    class Meta:
        db_table = "places_clustertile"

    def __str__(self) -> str:
        return f"{self.zoom}/{self.tile_col}/{self.tile_row}"
