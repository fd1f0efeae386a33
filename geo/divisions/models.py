"""Administrative divisions of Viet Nam, with validity in time (đơn vị hành chính).

One row is one unit *as one decree left it*: a change of type, name or parent closes the row (``valid_until``) and opens
another one. Neither a code without a date nor a name without a province is a key: almost every commune code of July
2025 had been used before, mostly for another area.
"""

from django.contrib.gis.db import models
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

WGS84_SRID = 4326


class Decree(models.Model):
    """A resolution or decree that changes divisions (nghị quyết, nghị định), from the day it takes effect."""

    number = models.CharField(max_length=60, unique=True, help_text=_("As printed, for example 202/2025/QH15."))
    title = models.TextField(blank=True)
    effective_on = models.DateField()
    issued_on = models.DateField(null=True, blank=True)
    source_url = models.URLField(max_length=500, blank=True)
    note = models.TextField(blank=True, help_text=_("What is known and what is not."))

    class Meta:
        ordering = ["effective_on", "number"]
        verbose_name = _("decree")
        verbose_name_plural = _("decrees")

    def __str__(self) -> str:
        return self.number


class Level(models.TextChoices):
    """Level of a division. Districts exist only in history: they were abolished on 2025-07-01."""

    PROVINCE = "PROVINCE", _("Province")
    DISTRICT = "DISTRICT", _("District")
    COMMUNE = "COMMUNE", _("Commune")


class Division(models.Model):
    """A province, district or commune during one span of time.

    ``valid_from`` is null when the unit is older than the register remembers; ``valid_until`` is the first day it is no
    longer valid (half-open), null while it is in force. ``location`` is a representative point (lon, lat; EPSG:4326) or
    null: never the point of an address.
    """

    code = models.CharField(max_length=5, help_text=_("Code of the General Statistics Office, zeros kept."))
    level = models.CharField(max_length=8, choices=Level.choices)
    unit_type = models.CharField(max_length=12, help_text=_("In lower case: tỉnh, thành phố, xã, phường, đặc khu …"))
    name = models.CharField(max_length=80, help_text=_("Without the type: Phú Quốc."))
    full_name = models.CharField(max_length=100, help_text=_("With the type: Đặc khu Phú Quốc."))
    name_en = models.CharField(max_length=100, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    validity = models.GeneratedField(
        expression=Func(F("valid_from"), F("valid_until"), function="daterange", output_field=DateRangeField()),
        output_field=DateRangeField(),
        db_persist=True,
    )
    decree = models.ForeignKey(
        Decree, models.PROTECT, null=True, blank=True, related_name="opened", help_text=_("What brought it about.")
    )
    ended_by = models.ForeignKey(
        Decree, models.PROTECT, null=True, blank=True, related_name="closed", help_text=_("What ended it.")
    )
    location = models.PointField(srid=WGS84_SRID, null=True, blank=True, spatial_index=False)
    location_source = models.CharField(max_length=120, blank=True)
    area_km2 = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    source = models.CharField(max_length=120, blank=True, help_text=_("Register the row was taken from, with version."))
    licence = models.CharField(max_length=60, blank=True)
    folded = models.CharField(max_length=100, editable=False, help_text=_("The full name as search folds it."))
    key = models.CharField(max_length=80, editable=False, help_text=_("The short name as resolve compares it."))

    class Meta:
        ordering = ["level", "code"]
        verbose_name = _("division")
        verbose_name_plural = _("divisions")
        constraints = [
            models.CheckConstraint(
                name="division_parent_by_level",
                condition=Q(level=Level.PROVINCE, parent__isnull=True)
                | Q(level__in=[Level.DISTRICT, Level.COMMUNE], parent__isnull=False),
            ),
            models.CheckConstraint(
                name="division_valid_span",
                condition=Q(valid_from__isnull=True) | Q(valid_until__isnull=True) | Q(valid_from__lt=F("valid_until")),
            ),
            models.CheckConstraint(
                name="division_area_positive", condition=Q(area_km2__isnull=True) | Q(area_km2__gt=0)
            ),
            # A code means one unit on any day. Also serves the look-up of a code at a date.
            ExclusionConstraint(
                name="division_code_once_a_day",
                expressions=[
                    ("level", RangeOperators.EQUAL),
                    ("code", RangeOperators.EQUAL),
                    ("validity", RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [
            # Resolving a name: equality on the compact keys of what was typed.
            models.Index(fields=["key"], name="division_key"),
            # Suggesting and "did you mean": trigrams of the folded full name.
            GinIndex(fields=["folded"], opclasses=["gin_trgm_ops"], name="division_folded_trgm"),
            # A code without a date, and codes by prefix of level.
            models.Index(fields=["code", "level"], name="division_code"),
        ]

    def __str__(self) -> str:
        return self.full_name


class DivisionAlias(models.Model):
    """Another spelling or a former name people still type: TP.HCM, Sài Gòn, huyện Tịnh Biên."""

    division = models.ForeignKey(Division, models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=100)
    unit_type = models.CharField(max_length=12, blank=True)
    key = models.CharField(max_length=80)
    kind = models.CharField(
        max_length=8,
        choices=[("spelling", _("Other spelling")), ("former", _("Former name"))],
    )
    source = models.CharField(max_length=120, blank=True)

    class Meta:
        verbose_name = _("other name")
        verbose_name_plural = _("other names")
        constraints = [
            models.UniqueConstraint(name="division_alias_once", fields=["division", "key", "unit_type"]),
        ]
        indexes = [
            # Resolving a name: as division_key, for the other names.
            models.Index(fields=["key"], name="division_alias_key"),
        ]

    def __str__(self) -> str:
        return self.name


class Lineage(models.Model):
    """What became of a unit: predecessor → successor by one decree.

    ``whole`` means that all of the predecessor's area went to the successor, ``part`` that it was split among several.
    ``is_default`` marks the successor the register proposes; of a split unit it is never taken without asking.
    """

    predecessor = models.ForeignKey(Division, models.CASCADE, related_name="became")
    successor = models.ForeignKey(Division, models.CASCADE, related_name="came_from")
    share = models.CharField(max_length=5, choices=[("whole", _("Whole")), ("part", _("Part"))])
    is_default = models.BooleanField(default=False)
    decree = models.ForeignKey(Decree, models.PROTECT, null=True, blank=True, related_name="lineages")

    class Meta:
        verbose_name = _("lineage")
        verbose_name_plural = _("lineages")
        constraints = [
            # Walking forward from an old unit; the index on successor (foreign key) walks back.
            models.UniqueConstraint(name="lineage_once", fields=["predecessor", "successor"]),
            models.UniqueConstraint(name="lineage_whole_once", fields=["predecessor"], condition=Q(share="whole")),
            models.UniqueConstraint(name="lineage_default_once", fields=["predecessor"], condition=Q(is_default=True)),
            models.CheckConstraint(name="lineage_not_itself", condition=~Q(predecessor=F("successor"))),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.successor_id} ({self.share})"


class DivisionContext(models.Model):
    """All a division is or once was inside of, directly or through what it came from or became.

    Derived from parents and lineage by ``loading.refresh_contexts`` after each load: what may stand behind a unit's
    name in an address. Kept apart so that it never counts as a change of the division.
    """

    division = models.OneToOneField(Division, models.CASCADE, primary_key=True, related_name="context")
    within = ArrayField(models.BigIntegerField())

    class Meta:
        verbose_name = _("context")
        verbose_name_plural = _("contexts")

    def __str__(self) -> str:
        return f"context of {self.division_id}"


class DivisionBoundary(models.Model):
    """The imported outline of a division (EPSG:4326), kept apart so that lists never read it by accident."""

    division = models.OneToOneField(Division, models.CASCADE, primary_key=True, related_name="outline")
    boundary = models.MultiPolygonField(srid=WGS84_SRID)
    source = models.CharField(max_length=200)
    source_url = models.URLField(max_length=500, blank=True)
    licence = models.CharField(max_length=120, blank=True)
    loaded_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("boundary")
        verbose_name_plural = _("boundaries")

    def __str__(self) -> str:
        return f"boundary of {self.division_id}"


class DivisionBoundaryPart(models.Model):
    """A piece of a boundary of at most 128 vertices (``ST_Subdivide``), for fast point-in-division.

    Written by the database only, whenever a boundary is written: see migration 0002.
    """

    boundary = models.ForeignKey(DivisionBoundary, models.CASCADE, related_name="parts", db_column="division_id")
    # The spatial index serves division_at: which parts hold this point.
    part = models.PolygonField(srid=WGS84_SRID)

    class Meta:
        verbose_name = _("boundary part")
        verbose_name_plural = _("boundary parts")

    def __str__(self) -> str:
        return f"part of {self.boundary_id}"
