"""Exports the register as it is filtered: a page to choose columns on, and the file."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    QueryDict,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from evidence.custody.record import record
from evidence.search.export import Column, Export, columns_for
from evidence.search.filters import RegisterFilter
from evidence.submissions.models import Submission
from evidence.web.staff.auth import signed_in
from inquiry.calls.models import Inquiry
from inquiry.people.models import User

CHOSEN_AT_FIRST = frozenset(
    ("number", "receipt", "witness", "title", "kind", "status", "disclosure", "received")
)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest, code: str) -> HttpResponseBase:
    """The query string is the register's filter. What is exported is recorded."""
    reader = signed_in(request)
    inquiry = get_object_or_404(Inquiry.objects.filter(memberships__user=reader), code=code)
    columns = columns_for(reader, inquiry.pk)
    submissions = Submission.objects.visible_to(reader).filter(inquiry=inquiry).in_flow_order()
    filters = RegisterFilter(
        request.GET, queryset=submissions, reader=reader, inquiries=[inquiry.pk]
    )
    if not filters.is_valid():
        raise Http404
    if request.method != "POST":
        return _page(request, inquiry, columns)
    chosen = [column for column in columns if column.name in request.POST.getlist("column")]
    answer = ANSWERS.get(request.POST.get("form", ""))
    if answer is None or not chosen:
        return _page(request, inquiry, columns, problem=True)
    _note(inquiry, reader, chosen, request)
    return answer(Export(filters.qs, chosen, reader), f"evidence-{inquiry.code}")


def _page(
    request: HttpRequest, inquiry: Inquiry, columns: list[Column], *, problem: bool = False
) -> HttpResponse:
    query = QueryDict(request.META.get("QUERY_STRING", ""), mutable=True)
    query["inquiry"] = inquiry.code
    return render(
        request,
        "staff/export.html",
        {
            "inquiry": inquiry,
            "columns": [(column, column.name in CHOSEN_AT_FIRST) for column in columns],
            "problem": problem,
            "query": query.urlencode(),
        },
        status=400 if problem else 200,
    )


@transaction.atomic
def _note(inquiry: Inquiry, reader: User, chosen: list[Column], request: HttpRequest) -> None:
    record(
        "list exported",
        inquiry,
        by=reader,
        inquiry=inquiry,
        columns=[column.name for column in chosen],
        form=request.POST.get("form", ""),
    )


def _csv(export: Export, name: str) -> HttpResponseBase:
    return _streamed(export.csv, "text/csv; charset=utf-8", f"{name}.csv")


def _json(export: Export, name: str) -> HttpResponseBase:
    return _streamed(export.json, "application/json", f"{name}.json")


def _streamed(
    parts: Callable[[], Iterator[str]], media_type: str, name: str
) -> StreamingHttpResponse:
    response = StreamingHttpResponse(parts(), content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return _private(response)


def _xlsx(export: Export, name: str) -> HttpResponseBase:
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        export.write_xlsx(Path(file.name))
        # It stays readable until the response has been sent.
        content = Path(file.name).open("rb")  # noqa: SIM115  the response closes it
    response = FileResponse(content, as_attachment=True, filename=f"{name}.xlsx")
    return _private(response)


def _private(response: StreamingHttpResponse) -> StreamingHttpResponse:
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


ANSWERS: dict[str, Callable[[Export, str], HttpResponseBase]] = {
    "csv": _csv,
    "xlsx": _xlsx,
    "json": _json,
}
