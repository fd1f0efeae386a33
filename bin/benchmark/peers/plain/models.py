"""The facts as ordinary models, over the tables that are there."""

from django.contrib.gis.db import models


class Division(models.Model):
    """A province or commune."""

    full_name = models.TextField()
    code = models.TextField()

    class Meta:
        managed = False
        db_table = "divisions_division"


class Producer(models.Model):
    """Who makes the products."""

    public_id = models.TextField()
    name = models.TextField()

    class Meta:
        managed = False
        db_table = "catalog_producer"


class Category(models.Model):
    """A node of the catalogue of products."""

    code = models.TextField()

    class Meta:
        managed = False
        db_table = "catalog_productcategory"


class Product(models.Model):
    """A product of a producer."""

    public_id = models.TextField(unique=True)
    name = models.TextField()
    category = models.ForeignKey(Category, models.DO_NOTHING, null=True)

    class Meta:
        managed = False
        db_table = "catalog_product"


class Certificate(models.Model):
    """A certificate of a product, by the product's public id."""

    subject = models.ForeignKey(Product, models.DO_NOTHING, to_field="public_id", related_name="certificates")
    scheme = models.TextField(db_column="scheme_id")
    stars = models.IntegerField(null=True)
    valid_until = models.DateField(null=True)

    class Meta:
        managed = False
        db_table = "catalog_certificate"


class Schedule(models.Model):
    """Opening hours."""

    expression = models.TextField()

    class Meta:
        managed = False
        db_table = "places_openingschedule"


class Place(models.Model):
    """A place with its position."""

    public_id = models.TextField(unique=True)
    name = models.TextField()
    folded = models.TextField()
    kind = models.TextField()
    outlet = models.TextField()
    status = models.TextField()
    address = models.TextField()
    phone = models.TextField()
    location = models.PointField(null=True)
    location_accuracy = models.TextField()
    checked_on = models.DateField(null=True)
    source_kind = models.TextField()
    source_name = models.TextField()
    source_licence = models.TextField()
    province = models.ForeignKey(Division, models.DO_NOTHING, related_name="+")
    commune = models.ForeignKey(Division, models.DO_NOTHING, null=True, related_name="+")
    producer = models.ForeignKey(Producer, models.DO_NOTHING, null=True)
    schedule = models.ForeignKey(Schedule, models.DO_NOTHING, null=True)
    products = models.ManyToManyField(Product, through="PlaceProduct")

    class Meta:
        managed = False
        db_table = "places_place"
        ordering = ("folded", "public_id")


class PlaceProduct(models.Model):
    """What a place grows, makes or sells."""

    place = models.ForeignKey(Place, models.DO_NOTHING, related_name="place_products")
    product = models.ForeignKey(Product, models.DO_NOTHING)
    role = models.TextField()

    class Meta:
        managed = False
        db_table = "places_placeproduct"
