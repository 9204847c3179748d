"""The list of bundles, and a bundle's page, progress, files and comparison."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from evidence.bundles.build.progress import standing
from evidence.bundles.compare import differences
from evidence.bundles.downloads import MEDIA_TYPES, issue
from evidence.bundles.models import Bundle, SavedSpecification
from evidence.bundles.requests import build_again, cancel
from evidence.bundles.retention import keep
from evidence.bundles.spec.continuation import MADE
from evidence.errors import EvidenceError
from evidence.files.download_response import serve
from evidence.files.storage import archive
from evidence.permissions import Action, inquiries_where, may, may_anywhere
from evidence.web.staff.auth import signed_in
from inquiry.calls.models import Inquiry
from inquiry.people.models import User


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    reader = signed_in(request)
    if not may_anywhere(reader, Action.BUNDLE):
        raise Http404
    bundles = Bundle.objects.visible_to(reader).select_related("inquiry", "requested_by")
    page = Paginator(bundles, 30).get_page(request.GET.get("page"))
    specifications = SavedSpecification.objects.visible_to(reader).select_related(
        "inquiry", "made_by"
    )
    archives = Inquiry.objects.filter(pk__in=inquiries_where(reader, Action.ARCHIVE))
    context = {"page": page, "specifications": specifications, "archives": archives}
    return render(request, "staff/bundles.html", context)


@login_required
@require_safe
def page(request: HttpRequest, key: UUID) -> HttpResponse:
    bundle = _visible(key, signed_in(request))
    return render(
        request,
        "staff/bundle.html",
        {
            "bundle": bundle,
            "standing": standing(bundle, reader=signed_in(request)),
            "keeps": may(signed_in(request), Action.READ_CUSTODY, bundle.inquiry_id),
            "items": bundle.items.filter(elsewhere=False),
            "volumes": bundle.files.filter(form="pdf", in_storage=True),
            "downloads": bundle.downloads.select_related("by")[:50],
            "others": _others(bundle, signed_in(request)),
        },
    )


@login_required
@require_safe
def progress(request: HttpRequest, key: UUID) -> HttpResponse:
    """The state of the progress bar, which the page's script asks for every second."""
    bundle = _visible(key, signed_in(request))
    now = standing(bundle, reader=signed_in(request))
    return JsonResponse({"state": bundle.state, "percent": now.percent, "message": now.sentence})


@login_required
@require_POST
def cancel_build(request: HttpRequest, key: UUID) -> HttpResponse:
    bundle = _visible(key, signed_in(request))
    try:
        cancel(bundle, by=signed_in(request))
    except EvidenceError as problem:
        messages.error(request, str(problem))
    return redirect("bundle", key=bundle.pk)


@login_required
@require_POST
def keep_files(request: HttpRequest, key: UUID) -> HttpResponse:
    """Keeps the files for good, or applies the usual retention again."""
    bundle = _visible(key, signed_in(request))
    try:
        keep(bundle, for_good=request.POST.get("do") == "keep", by=signed_in(request))
    except EvidenceError as problem:
        messages.error(request, str(problem))
    return redirect("bundle", key=bundle.pk)


@login_required
@require_POST
def again(request: HttpRequest, key: UUID) -> HttpResponse:
    bundle = _visible(key, signed_in(request))
    build_again(bundle, by=signed_in(request))
    return redirect("bundle", key=bundle.pk)


@login_required
@require_safe
def compare(request: HttpRequest, key: UUID, other: UUID) -> HttpResponse:
    """Compares a bundle with an earlier one of the same inquiry."""
    reader = signed_in(request)
    bundle, before = _visible(key, reader), _visible(other, reader)
    if bundle.inquiry_id != before.inquiry_id:
        raise Http404
    changes = differences(
        before.items.filter(elsewhere=False), bundle.items.filter(elsewhere=False)
    )
    context = {"bundle": bundle, "before": before, "changes": changes}
    return render(request, "staff/bundle_compare.html", context)


@login_required
@require_safe
def download(request: HttpRequest, key: UUID, form: str, volume: int = 1) -> HttpResponseBase:
    if form not in MEDIA_TYPES:
        raise Http404
    reader = signed_in(request)
    bundle = _visible(key, reader)
    try:
        issued = issue(bundle, form=form, by=reader, volume=volume)
    except EvidenceError as problem:
        messages.error(request, str(problem))
        return redirect("bundle", key=bundle.pk)
    return serve(
        request,
        archive(),
        issued.sha256,
        name=issued.name,
        media_type=issued.media_type,
        size=issued.size,
    )


def _others(bundle: Bundle, reader: User) -> list[Bundle]:
    """Earlier bundles of the inquiry to compare with; the one it continues comes first."""
    ready = Bundle.objects.visible_to(reader).filter(
        inquiry=bundle.inquiry_id, state__in=MADE, requested_at__lt=bundle.requested_at
    )
    return sorted(ready[:10], key=lambda other: other.pk != bundle.previous_id)


def _visible(key: UUID, reader: User) -> Bundle:
    bundles = Bundle.objects.visible_to(reader).select_related("inquiry__committee")
    return get_object_or_404(bundles, pk=key)
