"""Saying at the desk in which part of a split commune a record is."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from geo.divisions.models import Division
from geo.spatial.problems import InvalidParameter
from geo.stewardship.decrees.models import Doubt
from geo.stewardship.decrees.settling import settle
from geo.web.private_pages import desk_page, person, safe_next


@require_POST
@desk_page
def settle_doubt(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the record where the officer says it is, and go on with the list."""
    doubt = get_object_or_404(Doubt.objects.select_related("former", "subject"), pk=pk)
    text = request.POST.get("to", "")
    to = Division.objects.select_related("parent").filter(pk=int(text)).first() if text.isdecimal() else None
    if to is None:
        raise InvalidParameter("to", _("Choose one of the candidates."))
    record = settle(person(request), doubt, to)
    messages.success(request, _("Noted: “%(name)s” is in %(where)s.") % {"name": record.name, "where": to.full_name})
    fallback = reverse("web:desk-task", args=["doubts"])
    return HttpResponseRedirect(safe_next(request, request.POST.get("next") or fallback))
