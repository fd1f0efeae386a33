"""“Is it still right?”, asked by a link in Zalo or a mail: looking changes nothing, one button answers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from geo.stewardship import desk as services
from geo.web.heads import site
from geo.web.private_pages import private_page
from geo.web.records.common import Base
from geo.web.records.reading import read_record


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def check(request: HttpRequest, token: str) -> HttpResponse:
    """Show the place of a link; a POST confirms it, once."""
    done = request.method == "POST"
    if done:
        place = services.confirm_by_link(token)
        made_by = None
    else:
        link, place = services.link_behind(token)
        made_by = link.made_by
    context = {
        "record": read_record(place.public_id, Base(site(request))),
        "place": place,
        "made_by": made_by,
        "done": done,
        "home": reverse("web:map"),
    }
    return render(request, "web/desk/check.html", context)
