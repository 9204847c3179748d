"""Takes in a paper of the committee's own and makes pages of it that a bundle can link."""

import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, cast

from django.conf import settings
from django.db import transaction

from evidence.custody.record import record
from evidence.errors import NotYet
from evidence.files.scan import scan
from evidence.files.shelves import archive, put_bytes, put_file
from evidence.files.sniff import Kind
from evidence.house.errors import CannotRead
from evidence.house.opening import opened
from evidence.house.render import Face, to_pdf
from evidence.papers.models import Paper
from evidence.pdf.clean import clean
from evidence.pdf.fragment import VERSION
from evidence.pdf.fragments_apart import prepare as prepare_fragment
from evidence.pdf.mention_places import place_in
from evidence.pdf.problems import CannotClean, CannotReadText, PieceUnusable
from evidence.pdf.text import read_words
from evidence.permissions import Action, require
from evidence.submissions.receive import at_the_door
from evidence.work.claim import Settle, ask
from inquiry.calls.models import Inquiry
from inquiry.people.models import User


@dataclass(frozen=True)
class Told:
    """What is said of a paper: its kind and title, whether it tells of protected witnesses."""

    sort: Paper.Sort
    title: str
    for_cleared: bool = False


@transaction.atomic
def add_paper(inquiry: Inquiry, stream: IO[bytes], told: Told, *, name: str, by: User) -> Paper:
    """Keep a file and ask for its pages. Raises `NotPermitted`, and `FileRefused` with what to
    do about the file."""
    require(by, Action.BUNDLE, inquiry)
    if told.for_cleared:
        require(by, Action.READ_CONFIDENTIAL, inquiry)
        require(by, Action.SEE_IDENTITY, inquiry)
    with at_the_door(stream, name=name) as seen:
        stored = put_file(archive(), seen.path)
        paper = Paper.objects.create(
            inquiry=inquiry,
            sort=told.sort,
            title=told.title,
            for_cleared=told.for_cleared,
            kind=seen.kind.value,
            sha256=stored.sha256,
            size=stored.size,
            added_by=by,
        )
    record("paper added", paper, by=by, inquiry=inquiry, sha256=paper.sha256)
    ask("prepare_paper", paper.pk)
    return paper


@transaction.atomic
def put_away(paper: Paper, *, by: User) -> None:
    """Take a paper off the list. Bundles that hold it keep it."""
    require(by, Action.BUNDLE, paper.inquiry_id)
    if Paper.objects.filter(pk=paper.pk, put_away=False).update(put_away=True):
        record("paper put away", paper, by=by, inquiry=paper.inquiry_id)


def prepare_paper(paper: Paper, *, within: Settle = transaction.atomic) -> None:
    """PREPARING → READY, or FAILED with what to do. The same file gives the same pages."""
    if paper.state == Paper.State.READY:
        with within():
            return
    try:
        _scanned(paper)
        with archive().local(paper.sha256) as path:
            pdf, pages, ours = _pages(paper, path)
    except (CannotRead, CannotClean) as problem:
        fail_paper(paper, reason=str(problem), within=within)
        return
    stored = put_bytes(archive(), pdf)
    try:
        fragment = put_bytes(archive(), prepare_fragment(pdf, ours=ours, pages=pages)).sha256
    except PieceUnusable as problem:
        fail_paper(paper, reason=str(problem), within=within)
        return
    with within():
        Paper.objects.filter(pk=paper.pk).update(
            state=Paper.State.READY,
            reason="",
            pages=pages,
            ours=ours,
            pdf_sha256=stored.sha256,
            pdf_size=stored.size,
            fragment_sha256=fragment,
            fragment_version=VERSION,
        )


def fail_paper(paper: Paper, *, reason: str, within: Settle) -> None:
    """PREPARING → FAILED, with a reason a person can read."""
    with within():
        Paper.objects.filter(pk=paper.pk, state=Paper.State.PREPARING).update(
            state=Paper.State.FAILED, reason=reason[:500]
        )


@transaction.atomic
def prepare_paper_again(paper: Paper, *, by: User) -> None:
    """FAILED → PREPARING: try it once more."""
    require(by, Action.BUNDLE, paper.inquiry_id)
    failed = Paper.objects.filter(pk=paper.pk, state=Paper.State.FAILED)
    if failed.update(state=Paper.State.PREPARING, reason=""):
        record("paper tried again", paper, by=by, inquiry=paper.inquiry_id)
        ask("prepare_paper", paper.pk)


def _scanned(paper: Paper) -> None:
    if not settings.CLAMD_URL:
        return
    with archive().read(paper.sha256) as stream:
        verdict = scan(cast("BinaryIO", stream), address=settings.CLAMD_URL)
    match verdict.kind:
        case "infected":
            raise CannotRead("A virus was found in this file. It is not used.")
        case "too-large":
            raise CannotRead("The virus scanner does not take a file of this size.")
        case "unreachable":
            raise NotYet("The virus scanner cannot be reached.")


def _pages(paper: Paper, path: Path) -> tuple[bytes, int, int]:
    """The PDF, its pages, and how many of them are set by us."""
    if paper.kind == Kind.PDF:
        with tempfile.TemporaryDirectory(prefix="paper-") as folder:
            target = Path(folder) / "clean.pdf"
            cleaned = clean(path, target)
            # A brief that cannot be read is bound all the same, without links to the evidence.
            with suppress(CannotReadText):
                place_in(target, read_words(target).mentions)
            return target.read_bytes(), cleaned.pages, 0
    reading = opened(path, Kind(paper.kind))
    inquiry = paper.inquiry
    face = Face(
        committee=inquiry.committee.name,
        inquiry=inquiry.title,
        heading=paper.title,
        reference="",
        date="",
    )
    rendered = to_pdf(reading.document, reading.images, face)
    return rendered.pdf, rendered.pages, rendered.pages
