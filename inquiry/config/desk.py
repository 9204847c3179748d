from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    """Puts the clerks' desk in the place of Django's own admin site."""

    default_site = "evidence.admin.site.Desk"
