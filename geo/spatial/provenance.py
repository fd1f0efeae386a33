"""Where a row comes from: every record carries its source and licence."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SourceKind(models.TextChoices):
    """What kind of source a fact has."""

    REGISTER = "register", _("public register")
    DECISION = "decision", _("official decision")
    PRESS = "press", _("news")
    SURVEY = "survey", _("survey or officer")
    PRODUCER = "producer", _("said by the producer")
    GENERATED = "generated", _("generated for tests")
    SAMPLE = "sample", _("sample data")


class Trust(models.TextChoices):
    """How far a source can be trusted, as used by the fixtures."""

    A = "A", _("official decision")
    B1 = "B1", _("government or state news")
    B2 = "B2", _("other press")
    C = "C", _("undocumented list")


SOURCE_FIELDS = (
    "source_kind",
    "source_name",
    "source_url",
    "source_licence",
    "source_date",
    "trust",
    "external_id",
)
"""The fields of ``Sourced`` that people write, in the order of forms."""


class Sourced(models.Model):
    """A row with its source, licence and trust. ``is_sample`` rows say so wherever they are shown."""

    source_kind = models.CharField(_("kind of source"), max_length=12, choices=SourceKind.choices)
    source_name = models.CharField(_("source"), max_length=300, blank=True)
    source_url = models.URLField(_("source address"), max_length=1000, blank=True)
    source_licence = models.CharField(_("licence"), max_length=100, blank=True)
    source_date = models.DateField(_("date of the source"), null=True, blank=True)
    trust = models.CharField(_("trust"), max_length=2, choices=Trust.choices, blank=True)
    external_id = models.CharField(_("id in the source"), max_length=80, blank=True)
    is_sample = models.GeneratedField(
        expression=models.Q(source_kind__in=[SourceKind.GENERATED, SourceKind.SAMPLE]),  # type: ignore[arg-type]
        output_field=models.BooleanField(),
        db_persist=True,
    )

    class Meta:
        abstract = True
