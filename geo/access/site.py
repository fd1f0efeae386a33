"""The admin pages: for the national office, behind the same sign-in as everything else."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from geo.access.permissions import may
from geo.access.rules import Action


class OfficeSite(AdminSite):
    """Open to those who may administer; what they may do with each model is said by ``NationalBackend``."""

    site_header = _("OCOP map: administration")
    site_title = _("OCOP map")

    def has_permission(self, request: HttpRequest) -> bool:
        """Ask the one place where permission is asked."""
        return may(request.user, Action.ADMINISTER).allowed

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Send to the sign-in page: the admin has no door of its own that a second factor could be passed by."""
        wanted = request.GET.get("next") or reverse("admin:index")
        if request.user.is_authenticated:
            return HttpResponseRedirect(reverse("web:account"))
        return HttpResponseRedirect(f"{reverse('web:sign-in')}?{urlencode({'next': wanted})}")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Send to the account's own page."""
        return HttpResponseRedirect(reverse("web:password"))

    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Sign out by the site's own page."""
        return HttpResponseRedirect(reverse("web:account"))
