"""The table of positions outside of their commune that somebody has looked at and found right."""

from django.conf import settings
from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from geo.divisions.models import Division
from geo.places.models import Place


class AcceptedPosition(models.Model):
    """Says that both are right: this point (EPSG:4326), and the commune it seems to lie outside of.

    Boundaries are simplified and points of communes can be wrong. It holds for these two alone: when the place is
    moved or given another commune, the doubt is there again.
    """

    place = models.OneToOneField(Place, on_delete=models.CASCADE, related_name="+", verbose_name=_("place"))
    point = models.PointField(_("position"), srid=4326, spatial_index=False)
    commune = models.ForeignKey(Division, on_delete=models.CASCADE, related_name="+", verbose_name=_("commune"))
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("accepted by"),
    )
    accepted_at = models.DateTimeField(_("accepted"), auto_now=True)

    class Meta:
        verbose_name = _("position found right")
        verbose_name_plural = _("positions found right")

    def __str__(self) -> str:
        return f"{self.place_id}: {self.commune_id}"
