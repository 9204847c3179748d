"""URLs of the inbox; each page asks the site who may use the desk."""

from django.contrib.admin import AdminSite
from django.urls import URLPattern, path

from evidence.admin.inbox import acts, page, triage


def urls(site: AdminSite) -> list[URLPattern]:
    """The inbox's URLs, wrapped by `site`."""
    wrap = site.admin_view
    return [
        path("inbox/", wrap(page.show), name="inbox"),
        path("inbox/assign/", wrap(page.assign_many), name="inbox-assign"),
        path("inbox/snooze/", wrap(page.snooze_many), name="inbox-snooze"),
        path("inbox/institutions/", wrap(triage.institutions), name="inbox-institutions"),
        path("inbox/<uuid:key>/", wrap(triage.show), name="triage"),
        path("inbox/<uuid:key>/here/", wrap(triage.others_here), name="triage-here"),
        path("inbox/<uuid:key>/propose/", wrap(acts.propose), name="triage-propose"),
        path("inbox/<uuid:key>/tags/", wrap(acts.tags), name="triage-tags"),
        path("inbox/<uuid:key>/note/", wrap(acts.note), name="triage-note"),
        path(
            "inbox/<uuid:key>/note/<uuid:note>/done/", wrap(acts.note_done), name="triage-note-done"
        ),
        path("inbox/<uuid:key>/assign/", wrap(acts.assign_one), name="triage-assign"),
        path("inbox/<uuid:key>/snooze/", wrap(acts.snooze_one), name="triage-snooze"),
        path("inbox/<uuid:key>/checklist/", wrap(acts.checklist), name="triage-checklist"),
        path("inbox/<uuid:key>/clear/<uuid:finding>/", wrap(acts.clear), name="triage-clear"),
        path("inbox/<uuid:key>/act/<slug:name>/", wrap(acts.act), name="triage-act"),
        path("inbox/<uuid:key>/undo/", wrap(acts.undo), name="triage-undo"),
    ]
