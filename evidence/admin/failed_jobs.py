"""The desk's page of jobs that failed or are late: who may sees them, and what they can do."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from evidence.errors import EvidenceError
from evidence.permissions import Action, Person, inquiries_where
from evidence.tasks import failed_jobs
from evidence.tasks.failed_jobs import FailedJob
from evidence.web.staff.auth import signed_in
from inquiry.calls.models import Inquiry

ACTS = {"retry": failed_jobs.retry, "dismiss": failed_jobs.dismiss}
DONE = {
    "retry": "It is being tried again. If it does not appear here again, it went well.",
    "dismiss": "Dismissed. It is not tried again.",
}
# Where the subject of a job has a page of its own.
PAGES = {
    "submission": "admin:evidence_submission_change",
    "letter": "admin:evidence_letter_change",
    "bundle": "bundle",
}


def urls(site: AdminSite) -> list[URLPattern]:
    def page(request: HttpRequest) -> HttpResponse:
        return _page(site, request)

    return [
        path("jobs/", site.admin_view(page), name="jobs"),
        path("jobs/retry-all/", site.admin_view(_retry_all), name="jobs-retry-all"),
        path("jobs/<int:key>/<slug:act>/", site.admin_view(_act), name="job-act"),
    ]


def _page(site: AdminSite, request: HttpRequest) -> HttpResponse:
    reader, inquiry = _reader(request), _inquiry(request)
    jobs = failed_jobs.listed(reader, inquiry)
    shown = jobs[: failed_jobs.MOST_SHOWN]
    context: dict[str, Any] = {
        **site.each_context(request),
        "title": "Failed and late jobs",
        "inquiry": inquiry,
        "rows": [(job, address_of(job)) for job in shown],
        "more": len(jobs) > len(shown),
        "failed": sum(not job.is_late for job in jobs),
        "here": request.get_full_path(),
    }
    return TemplateResponse(request, "admin/failed_jobs.html", context)


def _act(request: HttpRequest, key: int, act: str) -> HttpResponse:
    reader = _reader(request)
    job = failed_jobs.find(key, reader)
    if job is None or act not in ACTS or request.method != "POST":
        raise Http404
    try:
        ACTS[act](job, by=signed_in(request))
    except EvidenceError as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, DONE[act])
    return redirect(_back(request))


def _retry_all(request: HttpRequest) -> HttpResponse:
    """All that were given up; what is only late is tried again by itself."""
    reader = _reader(request)
    if request.method != "POST":
        raise Http404
    tried, problems = 0, set()
    for job in failed_jobs.listed(reader, _inquiry(request)):
        if job.is_late:
            continue
        try:
            failed_jobs.retry(job, by=signed_in(request))
            tried += 1
        except EvidenceError as problem:
            problems.add(f"{job.title}, {job.label}: {problem}")
    for sentence in sorted(problems):
        messages.error(request, sentence)
    if tried:
        messages.success(request, f"{tried} {'is' if tried == 1 else 'are'} being tried again.")
    return redirect(_back(request))


def address_of(job: FailedJob) -> str:
    """The page of what the job is about, if it has one."""
    if job.subject is None or (name := PAGES.get(job.subject._meta.model_name or "")) is None:
        return ""
    return reverse(name, args=[job.subject.pk])


def _reader(request: HttpRequest) -> Person:
    """Whoever may deal with no job learns nothing, not even that there is such a page."""
    if not failed_jobs.deals_with_jobs(request.user):
        raise Http404
    return request.user


def _inquiry(request: HttpRequest) -> Inquiry | None:
    """The one the page is narrowed to. Any but the reader's own is answered like none at all."""
    key = request.GET.get("inquiry", "")
    if not key:
        return None
    own = Inquiry.objects.filter(pk__in=inquiries_where(request.user, Action.MEND_JOBS))
    inquiry = next((one for one in own if str(one.pk) == key), None)
    if inquiry is None:
        raise Http404
    return inquiry


def _back(request: HttpRequest) -> str:
    """To the page on which the button stood."""
    there = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(there, allowed_hosts=None):
        return there
    return reverse("admin:jobs")
