"""Shows a witness what would be published, before the form is sent."""

import uuid
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from evidence.documents.document import Document
from evidence.documents.heading import heading_of
from evidence.documents.renderers.pdf import to_html
from evidence.drafts import preview as draft_preview
from evidence.drafts.file_checks import document_of_file, is_too_long_to_show, picture_of, text_of
from evidence.drafts.models import Draft, DraftFile
from evidence.drafts.typed_text import MOST_TYPED, document_of
from evidence.errors import BusyError
from evidence.lifecycle import Disclosure
from evidence.submissions.models import NAME_WITHHELD
from evidence.submissions.receive import kind_beside
from evidence.text_language import language_of
from evidence.web.document_parts import picture_of_bytes
from evidence.web.witness.access import unsent
from evidence.web.witness.draft_answers import headings_of, typed_of, wish_of
from evidence.web.witness.file_progress import reading_of
from evidence.web.witness.task_list import context

# Pages of one PDF shown at once.
AT_ONCE = 4
# Seconds until a client that was refused because of load may try again.
SOON = "5"


@require_safe
@unsent
def preview(request: HttpRequest, draft: Draft, handle: str) -> HttpResponse:
    """What the committee would publish, with the heading as it would read."""
    here = context(
        draft,
        handle,
        parts=_parts(request, draft, handle),
        title=draft.answers_by_page.get("title", {}).get("name", ""),
        confidential=wish_of(draft) == Disclosure.CONFIDENTIAL,
        reading=reading_of(request, draft),
    )
    return render(request, "witness/preview.html", here)


def _parts(request: HttpRequest, draft: Draft, handle: str) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = []
    if typed := typed_of(draft):
        parts.append(_of_words(document_of(typed[:MOST_TYPED]), lambda _name: ""))
    for file in draft.files.exclude(state=DraftFile.State.BAD):
        if is_too_long_to_show(file):
            parts.append({"too_long": True})
        elif (document := document_of_file(file)) is not None:
            parts.append(_of_words(document, _pictures(handle, file)))
        elif draft_preview.has_pages(file):
            parts.append(_of_pages(request, file))
        else:
            parts.append({"reading": file.state == DraftFile.State.READING})
    for position, part in enumerate(parts):
        part["heading"] = _heading(draft, position)
    return parts


def _of_pages(request: HttpRequest, file: DraftFile) -> dict[str, Any]:
    """Some pages of a PDF: the first ones, or those that were asked for."""
    first = 1
    if request.GET.get("of") == file.pk.hex and request.GET.get("from", "").isdecimal():
        first = min(max(int(request.GET["from"][:9]), 1), max(file.pages, 1))
    text = text_of(file)
    words = text.split("\f")
    shown = range(first, min(first + AT_ONCE, file.pages + 1))
    return {
        "file": file,
        "language": language_of(text),
        "front": draft_preview.FRONT if first == 1 else None,
        "pages": [
            (number, words[number - 1].strip() if number <= len(words) else "") for number in shown
        ],
        "first": first,
        "last": shown[-1] if shown else first,
        "before": max(first - AT_ONCE, 1) if first > 1 else None,
        "after": first + AT_ONCE if first + AT_ONCE <= file.pages else None,
    }


def _heading(draft: Draft, position: int) -> str:
    """The heading of one part, with the names it would have."""
    wish = wish_of(draft)
    names = headings_of(draft) if wish == Disclosure.OPEN else NAME_WITHHELD
    kind = kind_beside(draft.supplements, wish=Disclosure(wish))
    return heading_of(kind, names or "…", position=position)


def _heading_over(draft: Draft, file: DraftFile) -> str:
    usable = draft.files.exclude(state=DraftFile.State.BAD).values_list("pk", flat=True)
    return _heading(draft, list(usable).index(file.pk) + bool(typed_of(draft)))


def _of_words(document: Document, address: Callable[[str], str]) -> dict[str, Any]:
    """A document, with its language."""
    # to_html escapes every word of the witness and makes the tags itself.
    html = mark_safe(to_html(document, image_url=address))  # noqa: S308
    return {"html": html, "language": document.language}


def _pictures(handle: str, file: DraftFile) -> Callable[[str], str]:
    return lambda name: reverse("form-picture", args=[handle, file.pk, name])


@require_safe
@unsent
def picture(
    request: HttpRequest, draft: Draft, handle: str, *, file: uuid.UUID, name: str
) -> HttpResponseBase:
    """A picture from a document."""
    try:
        content = picture_of(_file(draft, file), name)
    except FileNotFoundError:
        raise Http404 from None
    return picture_of_bytes(content)


@require_safe
@unsent
def page_picture(
    request: HttpRequest, draft: Draft, handle: str, *, file: uuid.UUID, number: int
) -> HttpResponseBase:
    """A page of a PDF as it would be published."""
    draft_file = _file(draft, file)
    try:
        heading = _heading_over(draft, draft_file)
        content = draft_preview.picture_of_page(
            draft_file, number, call=draft.call, heading=heading
        )
    except FileNotFoundError:
        raise Http404 from None
    except BusyError:
        # file_progress.js asks again, or a reload does; until then the page shows the text.
        return HttpResponse(status=503, headers={"Retry-After": SOON})
    return picture_of_bytes(content)


@require_safe
@unsent
def pdf(request: HttpRequest, draft: Draft, handle: str, *, file: uuid.UUID) -> HttpResponseBase:
    """A whole PDF as it would be published, under a neutral file name."""
    draft_file = _file(draft, file)
    try:
        heading = _heading_over(draft, draft_file)
        content = draft_preview.as_published(draft_file, call=draft.call, heading=heading)
    except FileNotFoundError:
        raise Http404 from None
    except BusyError as problem:
        here = {"problems": {"": gettext(str(problem))}, "handle": handle}
        answer = render(request, "witness/wait.html", here, status=503)
        answer.headers["Retry-After"] = SOON
        return answer
    headers = {
        "Content-Disposition": 'inline; filename="form.pdf"',
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _file(draft: Draft, key: uuid.UUID) -> DraftFile:
    """A file of this draft that can be used. Raises `Http404` for any other."""
    draft_file = draft.files.exclude(state=DraftFile.State.BAD).filter(pk=key).first()
    if draft_file is None:
        raise Http404
    return draft_file
