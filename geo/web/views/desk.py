"""The officers' desk: what needs somebody's attention in their area."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from geo.access import areas
from geo.access.permissions import area_words
from geo.web.private_pages import desk_page, person


@require_safe
@desk_page
def desk(request: HttpRequest) -> HttpResponse:
    """Show what somebody looks after."""
    user = person(request)
    context = {"home": reverse("web:map"), "area": area_words(user), "notes": areas.notes(user)}
    return render(request, "web/desk/desk.html", context)
