"""Django's admin, installed with our own site."""

from django.contrib.admin.apps import AdminConfig


class OfficeAdminConfig(AdminConfig):
    """Django's admin with our own site: behind the one sign-in, for the national office."""

    default_site = "geo.access.site.OfficeSite"
