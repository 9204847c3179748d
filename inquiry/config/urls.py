"""URLs of the site. Pages for the public and for witnesses are also under /cy/, in Welsh."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import path

from evidence.web import urls as pages

urlpatterns = [
    path("admin/", admin.site.urls),
    *pages.staff,
    *pages.published_files,
    *pages.plain,
    *i18n_patterns(*pages.public, *pages.witness, prefix_default_language=False),
]
