"""Pages of text: what this is, how to use it, where the data come from."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from geo.web.data_sources import sources
from geo.web.heads import addresses
from geo.web.security import public_page


def _text(request: HttpRequest, template: str, **more: object) -> HttpResponse:
    context = {"home": reverse("web:map"), **addresses(request), **more}
    return render(request, template, context)


@require_safe
@public_page
def about(request: HttpRequest) -> HttpResponse:
    """Say what the map is and isn't."""
    return _text(request, "web/about.html")


@require_safe
@public_page
def help_page(request: HttpRequest) -> HttpResponse:
    """Say how to search, what the signs mean, how to report an error."""
    return _text(request, "web/help.html")


@require_safe
@public_page
def data(request: HttpRequest) -> HttpResponse:
    """Say where the data come from, under which licence, and how to take them away."""
    return _text(request, "web/data.html", sources=sources())
