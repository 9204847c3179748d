"""Published evidence: the list, the pages and the PDFs. Shows only what is frozen."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from evidence.files.download_names import neutral
from evidence.files.download_response import serve
from evidence.files.storage import archive
from evidence.publication.filters import PublishedFilter
from evidence.publication.models import Publication, PublishedFile
from evidence.search.paging import Order, list_page
from evidence.submissions.models import Submission
from evidence.web.document_parts import Part, picture_response, read_part

PER_PAGE = 25
NEWEST = Order("published_at", "publication_key")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List published evidence, filtered as the reader asks.

    Signed-in staff see the same as the public: the filter always uses an anonymous reader.
    """
    published = (
        Submission.objects.published()
        .filter(publications__ended_at__isnull=True, publications__published_at__isnull=False)
        .annotate(
            published_title=F("publications__title"),
            published_names=F("publications__names"),
            published_at=F("publications__published_at"),
            publication_key=F("publications__pk"),
        )
        .select_related("inquiry__committee")
    )
    filters = PublishedFilter(request.GET, queryset=published, reader=AnonymousUser())
    page = list_page(filters, request.GET, order=NEWEST, per_page=PER_PAGE)
    rows = [(submission, page.snippets.get(submission.pk)) for submission in page.rows]
    here = {"filter": filters, "page": page, "rows": rows, "query": request.GET.urlencode()}
    return render(request, "public/published.html", here)


@require_safe
def submission(request: HttpRequest, reference: str) -> HttpResponse:
    publication = _publication(reference)
    parts = [_part(file, reference) for file in publication.files.all()]
    return render(
        request,
        "public/submission.html",
        {"publication": publication, "submission": publication.submission, "parts": parts},
    )


def _part(file: PublishedFile, reference: str) -> Part:
    pdf = reverse("published-pdf", args=[reference, file.position])
    return read_part(
        file.position,
        pages=file.pages,
        document=file.document_sha256,
        text=file.text_sha256,
        pdf=pdf,
        picture=lambda name: reverse("published-picture", args=[reference, file.position, name]),
    )


@require_safe
def pdf(request: HttpRequest, reference: str, position: int) -> HttpResponseBase:
    file = get_object_or_404(_publication(reference).files, position=position)
    tail = f"-annex-{position}" if position else ""
    return serve(
        request,
        archive(),
        file.pdf_sha256,
        name=neutral(f"{reference}{tail}", "pdf"),
        media_type="application/pdf",
        size=file.pdf_size,
        inline=True,
    )


@require_safe
def picture(request: HttpRequest, reference: str, position: int, name: str) -> HttpResponseBase:
    file = get_object_or_404(_publication(reference).files, position=position)
    if name not in file.pictures:
        raise Http404
    return picture_response(file.pictures[name])


def _publication(reference: str) -> Publication:
    """The current publication of a submission the public may see; else 404, whatever the reason."""
    return get_object_or_404(
        Publication.objects.current()
        .filter(submission__in=Submission.objects.published())
        .select_related("submission__inquiry__committee"),
        submission__reference=reference,
    )
