from django.contrib.admin.apps import SimpleAdminConfig
from django.utils.module_loading import autodiscover_modules

DESKS = (
    "admin.submissions",
    "admin.meetings",
    "admin.letters_and_custody",
    "admin.late_codes",
    "admin.reference_data",
)


class DeskConfig(SimpleAdminConfig):
    """Puts the clerks' desk in the place of Django's own admin site.

    The desks are loaded by name. If `evidence.admin` imported them, the site, which is in the same
    package, would be made twice.
    """

    default_site = "evidence.admin.site.Desk"

    def ready(self) -> None:
        super().ready()
        autodiscover_modules(*DESKS)
