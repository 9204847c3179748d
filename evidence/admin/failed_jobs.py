"""The desk's page of failed and late jobs, with its buttons Retry and Dismiss."""

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
    "retry": "The job is running again. If it does not return to this list, it worked.",
    "dismiss": "Job dismissed. It will not be tried again.",
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
    """Retries all failed jobs. Late jobs are retried automatically."""
    reader = _reader(request)
    if request.method != "POST":
        raise Http404
    retried, problems = 0, set()
    for job in failed_jobs.listed(reader, _inquiry(request)):
        if job.is_late:
            continue
        try:
            failed_jobs.retry(job, by=signed_in(request))
            retried += 1
        except EvidenceError as problem:
            problems.add(f"{job.title}, {job.label}: {problem}")
    for sentence in sorted(problems):
        messages.error(request, sentence)
    if retried:
        messages.success(request, f"{retried} job{'' if retried == 1 else 's'} running again.")
    return redirect(_back(request))


def address_of(job: FailedJob) -> str:
    """The page of what the job is about, if it has one."""
    if job.subject is None or (name := PAGES.get(job.subject._meta.model_name or "")) is None:
        return ""
    return reverse(name, args=[job.subject.pk])


def _reader(request: HttpRequest) -> Person:
    """The reader; 404 for anyone who may not deal with jobs."""
    if not failed_jobs.deals_with_jobs(request.user):
        raise Http404
    return request.user


def _inquiry(request: HttpRequest) -> Inquiry | None:
    """The inquiry the page is narrowed to; 404 if it is not one of the reader's."""
    key = request.GET.get("inquiry", "")
    if not key:
        return None
    own = Inquiry.objects.filter(pk__in=inquiries_where(request.user, Action.MEND_JOBS))
    inquiry = next((row for row in own if str(row.pk) == key), None)
    if inquiry is None:
        raise Http404
    return inquiry


def _back(request: HttpRequest) -> str:
    """The address of the page the button was on."""
    address = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(address, allowed_hosts=None):
        return address
    return reverse("admin:jobs")
