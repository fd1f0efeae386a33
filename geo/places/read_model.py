"""What is read often, kept derived from the facts by statement triggers: marks and texts of places.

No column here is entered by anybody: ``sql/marks.sql`` makes them, ``manage.py refresh_marks`` makes them anew.
"""

from typing import ClassVar

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, GistIndex


class PlaceMark(models.Model):
    """One narrow row per place: everything the map and the common filters ask of it.

    ``kind`` and ``status`` are numbers (``KINDS``, ``STATUSES``); ``point`` is EPSG:3857; ``world_x`` and ``world_y``
    are world coordinates (``geo.spatial.tiles.world``) times 2**30; all three are null without a position.
    ``approximate``: the position is only somewhere in the commune. ``shelf`` holds the atoms of its products
    (``geo.places.atoms``), their states as of the last day rolled.
    """

    KINDS: ClassVar = ("production_site", "processing_facility", "point_of_sale")
    STATUSES: ClassVar = ("open", "closed", "moved")
    WORLD: ClassVar = 2**30

    place = models.OneToOneField(
        "places.Place", primary_key=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="mark"
    )
    public_id = models.CharField(max_length=8)
    folded = models.TextField()
    kind = models.SmallIntegerField()
    status = models.SmallIntegerField()
    province_id = models.BigIntegerField()
    commune_id = models.BigIntegerField(null=True)
    point = models.PointField(srid=3857, null=True, spatial_index=False)
    world_x = models.IntegerField(null=True)
    world_y = models.IntegerField(null=True)
    approximate = models.BooleanField()
    shelf = ArrayField(models.IntegerField())
    name = models.TextField()

    class Meta:
        indexes: ClassVar = [
            # The default order of lists, walked while the filter is read from the rows it meets.
            models.Index(fields=["folded", "public_id"], name="places_mark_name"),
            # A bbox, a tile.
            GistIndex(fields=["point"], name="places_mark_point"),
            # Categories, stars and states of one and the same product, when few places have them.
            GinIndex(fields=["shelf"], name="places_mark_shelf", fastupdate=False),
            # Lists, counts and tiles of a province; of a commune.
            models.Index(fields=["province_id", "kind"], name="places_mark_province"),
            models.Index(fields=["commune_id"], name="places_mark_commune"),
        ]
        db_table = "places_mark"

    def __str__(self) -> str:
        return self.public_id


class PlaceFeature(models.Model):
    """The GeoJSON feature of a place, exactly as the items page writes it with the default fields.

    A change of anything it shows deletes it; it comes back in batches. ``shape`` names the field table it was made by.
    """

    place = models.OneToOneField(
        "places.Place", primary_key=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="feature"
    )
    shape = models.CharField(max_length=16)
    text = models.TextField()

    class Meta:
        db_table = "places_feature"

    def __str__(self) -> str:
        return str(self.pk)


class PlaceItem(models.Model):
    """The whole GeoJSON feature of a place, exactly as its own address gives it, with the place's version.

    Made together with the text of lists (``PlaceFeature``), of which it is a longer form, and gone with it: triggers
    delete it when that is deleted or made anew. A place in ``LatePlace`` has none that holds.
    """

    place = models.OneToOneField(
        "places.Place", primary_key=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="item"
    )
    public_id = models.CharField(max_length=8)
    kind = models.SmallIntegerField()
    version = models.IntegerField()
    shape = models.CharField(max_length=16)
    text = models.TextField()

    class Meta:
        constraints: ClassVar = [
            # One record by its number: text and version in one look-up.
            models.UniqueConstraint(fields=["public_id"], name="places_item_public_id"),
        ]
        db_table = "places_item"

    def __str__(self) -> str:
        return self.public_id


class LatePlace(models.Model):
    """A place whose derived rows somebody held when a fact changed: whoever commits next refreshes them."""

    place_id = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [
            # Whether the kept text of one record still holds.
            models.Index(fields=["place_id"], name="places_late_place"),
        ]
        db_table = "places_late"

    def __str__(self) -> str:
        return str(self.place_id)


class CatalogMark(models.Model):
    """One narrow row per product and producer: what lists of them are asked for most.

    ``kind`` is ``product`` or ``producer``, ``record_id`` the primary key there. ``location`` (EPSG:4326) is where a
    product is made or a producer works, null when nobody knows. ``atoms`` (``geo.places.atoms``) are those of the
    product, or of all products of the producer, their states as of the last day rolled.
    """

    public_id = models.CharField(max_length=8, primary_key=True)
    kind = models.CharField(max_length=8)
    record_id = models.BigIntegerField()
    folded = models.TextField()
    location = models.PointField(srid=4326, null=True, spatial_index=False)
    atoms = ArrayField(models.IntegerField())

    class Meta:
        indexes: ClassVar = [
            # The default order of lists, walked while the filter is read from the rows it meets.
            models.Index(fields=["kind", "folded", "public_id"], name="places_catalogmark_name"),
            # A bbox.
            GistIndex(fields=["location"], name="places_catalogmark_location"),
            # Categories, stars and states that few products have.
            GinIndex(fields=["atoms"], name="places_catalogmark_atoms", fastupdate=False),
        ]
        db_table = "places_catalogmark"

    def __str__(self) -> str:
        return self.public_id


class LateCatalogMark(models.Model):
    """A product or producer whose mark somebody held when a fact changed: whoever commits next refreshes it."""

    public_id = models.CharField(max_length=8)

    class Meta:
        db_table = "places_latecatalog"

    def __str__(self) -> str:
        return self.public_id
