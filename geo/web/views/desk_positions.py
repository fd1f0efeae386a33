"""Settling at the desk where a place is: somewhere in its commune, in another commune, or right as it stands."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from geo.access.permissions import require
from geo.access.rules import Action
from geo.divisions.models import Division
from geo.places.areas import spot
from geo.spatial.problems import InvalidParameter
from geo.stewardship.models import Proposal
from geo.stewardship.positions import settling
from geo.web.private_pages import desk_page, person, safe_next
from geo.web.views.desk import place_at


@require_POST
@desk_page
def settle_position(request: HttpRequest, public_id: str) -> HttpResponse:
    """Settle a doubt about a position by one press (``how``: vague, keep, or the key of a commune)."""
    place, user = place_at(public_id), person(request)
    require(user, Action.CHECK, spot(place))
    text, how = request.POST.get("version", ""), request.POST.get("how", "")
    version = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
    if how == "keep":
        settling.accept(user, place, version)
        messages.success(request, _("Noted: the position of “%(name)s” is right.") % {"name": place.name})
    else:
        if how == "vague":
            outcome = settling.somewhere_in_commune(user, place, version)
        else:
            outcome = settling.other_commune(user, place, _commune(how), version)
        if isinstance(outcome, Proposal):
            said = _("Your proposal is on its way. Until it is approved, the map shows what was there.")
            messages.success(request, said)
            return HttpResponseRedirect(reverse("web:proposal", args=[outcome.pk]))
        messages.success(request, _("Saved: “%(name)s”. The map shows it now.") % {"name": place.name})
    fallback = reverse("web:desk-task", args=["nowhere"])
    return HttpResponseRedirect(safe_next(request, request.POST.get("next") or fallback))


def _commune(text: str) -> Division:
    """Return the division with that key. Raises: InvalidParameter (``how``)."""
    wanted = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
    found = Division.objects.select_related("parent").filter(pk=wanted).first()
    if found is None:
        raise InvalidParameter("how", _("Choose one of the candidates."))
    return found
