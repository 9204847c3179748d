"""Adds committee papers and makes their pages for bundles."""

import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, cast

from django.conf import settings
from django.db import transaction

from evidence.committee_papers.models import CommitteePaper
from evidence.custody.record import record
from evidence.documents.errors import UnreadableFileError
from evidence.documents.libreoffice import PAGED, as_pages
from evidence.documents.readers.any_format import opened
from evidence.documents.renderers.pdf import PageHeading, to_pdf
from evidence.errors import RetryLaterError
from evidence.files.clamav import scan
from evidence.files.file_types import Kind
from evidence.files.storage import archive, put_bytes, put_file
from evidence.jobs.queue import Settle, ask
from evidence.pdf.exceptions import PdfError, TextExtractionError, UnusableItemError
from evidence.pdf.fragment.file_format import VERSION
from evidence.pdf.fragment.prepare_in_sandbox import prepare as prepare_fragment
from evidence.pdf.fragment.reference_destinations import place_in
from evidence.pdf.sandbox.text_extraction import extract_text
from evidence.pdf.sanitize.sanitize import sanitize
from evidence.permissions import Action, require
from evidence.submissions.receive import at_the_door
from inquiry.calls.models import Inquiry
from inquiry.people.models import User


@dataclass(frozen=True)
class PaperDetails:
    """A paper's kind and title, and whether it identifies protected witnesses."""

    kind: CommitteePaper.Kind
    title: str
    for_cleared: bool = False


@transaction.atomic
def add_paper(
    inquiry: Inquiry, stream: IO[bytes], details: PaperDetails, *, name: str, by: User
) -> CommitteePaper:
    """Save a paper and ask for its pages. Raises `NotPermittedError` and `FileRefusedError`."""
    require(by, Action.BUNDLE, inquiry)
    if details.for_cleared:
        require(by, Action.READ_CONFIDENTIAL, inquiry)
        require(by, Action.SEE_IDENTITY, inquiry)
    with at_the_door(stream, name=name) as checked:
        stored = put_file(archive(), checked.path)
        paper = CommitteePaper.objects.create(
            inquiry=inquiry,
            kind=details.kind,
            title=details.title,
            for_cleared=details.for_cleared,
            file_type=checked.kind.value,
            sha256=stored.sha256,
            size=stored.size,
            added_by=by,
        )
    record("paper added", paper, by=by, inquiry=inquiry, sha256=paper.sha256)
    ask("prepare_paper", paper.pk)
    return paper


@transaction.atomic
def remove_paper(paper: CommitteePaper, *, by: User) -> None:
    """Remove a paper from the list. Bundles that include it keep it."""
    require(by, Action.BUNDLE, paper.inquiry_id)
    if CommitteePaper.objects.filter(pk=paper.pk, removed=False).update(removed=True):
        record("paper put away", paper, by=by, inquiry=paper.inquiry_id)


def prepare_paper(paper: CommitteePaper, *, within: Settle = transaction.atomic) -> None:
    """PREPARING → READY, or FAILED with what to do. The same file gives the same pages."""
    if paper.state == CommitteePaper.State.READY:
        with within():
            return
    try:
        _scanned(paper)
        with archive().local(paper.sha256) as path:
            pdf, pages, ours = _pages(paper, path)
    except (UnreadableFileError, PdfError) as problem:
        fail_paper(paper, reason=str(problem), within=within)
        return
    stored = put_bytes(archive(), pdf)
    try:
        fragment = put_bytes(archive(), prepare_fragment(pdf, ours=ours, pages=pages)).sha256
    except UnusableItemError as problem:
        fail_paper(paper, reason=str(problem), within=within)
        return
    with within():
        CommitteePaper.objects.filter(pk=paper.pk).update(
            state=CommitteePaper.State.READY,
            reason="",
            pages=pages,
            ours=ours,
            pdf_sha256=stored.sha256,
            pdf_size=stored.size,
            fragment_sha256=fragment,
            fragment_version=VERSION,
        )


def fail_paper(paper: CommitteePaper, *, reason: str, within: Settle) -> None:
    """PREPARING → FAILED. `reason` is a sentence for staff."""
    with within():
        CommitteePaper.objects.filter(pk=paper.pk, state=CommitteePaper.State.PREPARING).update(
            state=CommitteePaper.State.FAILED, reason=reason[:500]
        )


@transaction.atomic
def prepare_paper_again(paper: CommitteePaper, *, by: User) -> None:
    """FAILED → PREPARING: try it once more."""
    require(by, Action.BUNDLE, paper.inquiry_id)
    failed = CommitteePaper.objects.filter(pk=paper.pk, state=CommitteePaper.State.FAILED)
    if failed.update(state=CommitteePaper.State.PREPARING, reason=""):
        record("paper tried again", paper, by=by, inquiry=paper.inquiry_id)
        ask("prepare_paper", paper.pk)


def _scanned(paper: CommitteePaper) -> None:
    if not settings.CLAMD_URL:
        return
    with archive().read(paper.sha256) as stream:
        verdict = scan(cast("BinaryIO", stream), address=settings.CLAMD_URL)
    match verdict.kind:
        case "infected":
            raise UnreadableFileError("This file has a virus and cannot be used.")
        case "too-large":
            raise UnreadableFileError("This file is too large for the virus scanner.")
        case "unreachable":
            raise RetryLaterError("The virus scanner cannot be reached.")


def _pages(paper: CommitteePaper, path: Path) -> tuple[bytes, int, int]:
    """The PDF, its number of pages, and how many of them were typeset here."""
    if (kind := Kind(paper.file_type)) in PAGED:
        with (
            tempfile.TemporaryDirectory(prefix="paper-") as folder,
            as_pages(path, kind) as source,
        ):
            target = Path(folder) / "clean.pdf"
            cleaned = sanitize(source, target)
            # A brief that cannot be read is still bound, without links to the evidence.
            with suppress(TextExtractionError):
                place_in(target, extract_text(target).mentions)
            return target.read_bytes(), cleaned.pages, 0
    reading = opened(path, kind)
    inquiry = paper.inquiry
    heading = PageHeading(
        committee=inquiry.committee.name,
        inquiry=inquiry.title,
        heading=paper.title,
        reference="",
        date="",
    )
    rendered = to_pdf(reading.document, reading.images, heading)
    return rendered.pdf, rendered.pages, rendered.pages
