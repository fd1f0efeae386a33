"""Who may do what where: roles given to people, for divisions or records, and who stands in for whom."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from geo.access.models.people import User
from geo.divisions.models import Division
from geo.spatial import calendar
from geo.spatial.models import PublicId


class Role(models.TextChoices):
    """What somebody is to the register."""

    NATIONAL = "national", _("national officer")
    PROVINCIAL = "provincial", _("provincial officer")
    COMMUNAL = "communal", _("communal officer")
    PRODUCER = "producer", _("producer")
    VIEWER = "viewer", _("viewer")


class Span(Func):
    """SQL ``daterange(first, last, bounds)``."""

    function = "DATERANGE"
    output_field = DateRangeField()


class Assignment(models.Model):
    """A role given to somebody, from ``starts_on`` until before ``ends_on`` (null: until further notice).

    ``division`` is a division of any map: what it became by a later decree belongs to the area as well. A producer has
    ``record`` instead, the public id of their producer record. The database checks the division's level.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="assignments", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)
    division = models.ForeignKey(
        Division, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("division")
    )
    record = models.ForeignKey(
        PublicId, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("own record")
    )
    publishes_at_once = models.BooleanField(
        _("publishes at once"), default=False, help_text=_("Given by the province: changes need no approval.")
    )
    starts_on = models.DateField(_("from"), default=calendar.today)
    ends_on = models.DateField(_("until before"), null=True, blank=True)

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ("user", "role", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(role__in=["national", "viewer"], division__isnull=True, record__isnull=True)
                | Q(role__in=["provincial", "communal"], division__isnull=False, record__isnull=True)
                | Q(role="producer", division__isnull=True, record__isnull=False),
                name="access_assignment_for",
                violation_error_message=_(
                    "A provincial or communal officer has a division, a producer has a record, others have neither."
                ),
            ),
            models.CheckConstraint(
                condition=Q(publishes_at_once=False) | Q(role__in=["communal", "producer"]),
                name="access_assignment_publishes",
                violation_error_message=_("Only communal officers and producers are given the right to publish."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="access_assignment_span",
                violation_error_message=_("The assignment would end before it begins."),
            ),
            # Also serves the look-up of somebody's assignments.
            ExclusionConstraint(
                name="access_assignment_once",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (Coalesce("division", Value(0)), RangeOperators.EQUAL),
                    (Coalesce("record", Value("")), RangeOperators.EQUAL),
                    (Span("starts_on", "ends_on", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This person has this role there already."),
            ),
        ]
        indexes: ClassVar = [
            # Whose area is it: the officers of a division.
            models.Index(fields=["division", "role"], name="access_assignment_division"),
        ]

    def __str__(self) -> str:
        where = self.division or self.record_id or ""
        return f"{self.user}: {self.get_role_display()} {where}".strip()


class Cover(models.Model):
    """Somebody stands in for somebody, from ``starts_on`` to ``ends_on`` (the last day of it)."""

    absent = models.ForeignKey(User, on_delete=models.CASCADE, related_name="covered_by", verbose_name=_("absent"))
    acting = models.ForeignKey(User, on_delete=models.CASCADE, related_name="covers", verbose_name=_("stands in"))
    starts_on = models.DateField(_("from"), default=calendar.today)
    ends_on = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("acting cover")
        verbose_name_plural = _("acting covers")
        ordering = ("-starts_on", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(absent=F("acting")),
                name="access_cover_not_itself",
                violation_error_message=_("Nobody stands in for themselves."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="access_cover_span",
                violation_error_message=_("The last day comes before the first."),
            ),
            ExclusionConstraint(
                name="access_cover_once",
                expressions=[
                    ("acting", RangeOperators.EQUAL),
                    ("absent", RangeOperators.EQUAL),
                    (
                        Span("starts_on", "ends_on", RangeBoundary(inclusive_upper=True)),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("This person stands in for the other in that time already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.acting} → {self.absent}"
