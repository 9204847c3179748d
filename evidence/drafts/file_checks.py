"""Reads a file of a draft and records what its witness should know before sending it.

It uses the readers that submissions go through, so the page shows what would be published.
"""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast

from django.conf import settings
from django.db import transaction

from evidence.documents.document import Document, Image, walk
from evidence.documents.errors import UnreadableFileError
from evidence.documents.libreoffice import PAGED, as_pages
from evidence.documents.readers.any_format import opened
from evidence.documents.readers.image_reencode import small
from evidence.documents.renderers.pdf import to_text
from evidence.drafts.files import add_attached
from evidence.drafts.models import DraftFile
from evidence.errors import AlreadySubmittedError, DraftDeletedError, FileRefusedError
from evidence.files import draft_storage as place
from evidence.files.accepted_types import EMAILS, Kind
from evidence.files.clamav import scan
from evidence.findings import Finding
from evidence.intake.file_checks import inspect
from evidence.jobs.queue import Settle, ask
from evidence.pdf.exceptions import PdfError
from evidence.pdf.sandbox.text_extraction import extract_text
from evidence.pdf.sanitize.sanitize import sanitize
from evidence.permissions import Action, require
from evidence.submissions.email_attachments import attachments_of
from inquiry.people.models import User

LONGEST_SHOWN = 2 * 1024 * 1024
"""Bytes of a document: some 250,000 words."""
LARGEST_SHOWN = 100 * 1024
"""Bytes of a picture that the preview shows as it is. Of a larger one it shows a smaller copy."""
BAD = frozenset({"virus", "zip-bomb", "truncated", "unreadable", "cannot-read", "polyglot"})
ATTACHMENT_REFUSED = "email-attachment-refused"


@dataclass
class FileReport:
    """What reading a file found."""

    words: int = 0
    pages: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def bad(self) -> bool:
        return any(finding.code in BAD for finding in self.findings)


def look(file: DraftFile, *, within: Settle = transaction.atomic) -> None:
    """READING → READ, or BAD with the reason. Twice is the same as once."""
    try:
        with place.local(file.original) as path:
            result = _look(file, path)
    except FileNotFoundError:
        result = FileReport(
            findings=[
                Finding("cannot-read", "hold", {"detail": "The file is missing from storage."})
            ]
        )
    with within():
        DraftFile.objects.filter(pk=file.pk).update(
            state=DraftFile.State.BAD if result.bad else DraftFile.State.READ,
            words=result.words,
            pages=result.pages,
            report=json.dumps([finding.to_json() for finding in result.findings]),
        )


def give_up(file: DraftFile, *, within: Settle) -> None:
    """Mark a file as unusable after its readers failed again and again."""
    finding = Finding("cannot-read", "hold")
    with within():
        DraftFile.objects.filter(pk=file.pk).update(
            state=DraftFile.State.BAD, report=json.dumps([finding.to_json()])
        )


@transaction.atomic
def look_again(file: DraftFile, *, by: User) -> None:
    """BAD → READING: check a file again that was given up. Only its witness sees the file."""
    require(by, Action.MEND_JOBS, file.draft.call.inquiry_id)
    bad = DraftFile.objects.filter(pk=file.pk, state=DraftFile.State.BAD)
    if bad.update(state=DraftFile.State.READING, report=""):
        ask("look", file.pk)


def _look(file: DraftFile, path: Path) -> FileReport:
    kind = Kind(file.kind)
    result = FileReport()
    if settings.CLAMD_URL and _infected(path):
        result.findings.append(Finding("virus", "hold"))
        return result
    result.findings.extend(inspect(path, kind))
    if result.bad:
        return result
    try:
        if kind in EMAILS:
            result.findings.extend(_take_attachments(file, path))
        if kind in PAGED:
            with as_pages(path, kind) as pages:
                _read_pdf(file, pages, result)
        else:
            _read_text(file, path, kind, result)
    except (UnreadableFileError, PdfError) as problem:
        result.findings.append(Finding("cannot-read", "hold", {"detail": str(problem)}))
    return result


def _take_attachments(file: DraftFile, path: Path) -> Iterator[Finding]:
    """Makes what is attached to an email files of the draft, once; a finding for each that is
    refused."""
    taken_before = DraftFile.objects.filter(pk=file.pk, attachments_taken=True).exists()
    # Not in one transaction: others could not write while the files are checked and copied.
    with attachments_of(path) as attachments:
        for name, content in attachments:
            try:
                add_attached(file.draft, content, name=name, only_check=taken_before)
            except FileRefusedError:
                yield Finding.quoting(ATTACHMENT_REFUSED, "warn", name)
            except (AlreadySubmittedError, DraftDeletedError):
                return
        DraftFile.objects.filter(pk=file.pk).update(attachments_taken=True)


def _infected(path: Path) -> bool:
    """Whether the scanner finds a virus now. If it is not available, the submission is scanned
    later."""
    with path.open("rb") as stream:
        return scan(cast("BinaryIO", stream), address=settings.CLAMD_URL).kind == "infected"


def _read_pdf(file: DraftFile, path: Path, result: FileReport) -> None:
    with tempfile.TemporaryDirectory(prefix="look-") as folder:
        target = Path(folder) / "clean.pdf"
        result.pages = sanitize(path, target).pages
        text = "\n\f".join(extract_text(target).pages)
        place.put(f"{file.folder}/pdf", target)
    place.put_bytes(f"{file.folder}/text", text.encode())
    result.words = len(text.split())
    if not result.words:
        result.findings.append(Finding("no-text-at-all", "warn"))


def _read_text(file: DraftFile, path: Path, kind: Kind, result: FileReport) -> None:
    reading = opened(path, kind)
    known = {(finding.code, finding.words) for finding in result.findings}
    result.findings += (
        finding for finding in reading.findings if (finding.code, finding.words) not in known
    )
    result.words = reading.words
    place.put_bytes(f"{file.folder}/document", reading.document.to_json())
    place.put_bytes(f"{file.folder}/text", to_text(reading.document).encode())
    for name, content in reading.images.items():
        place.put_bytes(f"{file.folder}/{name}", content)
        if len(content) > LARGEST_SHOWN:
            place.put_bytes(f"{file.folder}/small-{name}", small(content))


def document_of_file(file: DraftFile) -> Document | None:
    """The document made from the file; None for a PDF, and until it is read."""
    name = f"{file.folder}/document"
    return Document.from_json(place.read(name)) if place.has(name) else None


def has_document(file: DraftFile) -> bool:
    return place.has(f"{file.folder}/document")


@contextmanager
def words_on_disk(file: DraftFile, *, pages: bool) -> Iterator[Path]:
    """The stored text of a file: the words of its `pages`, or its document.

    Raises `FileNotFoundError` until it is read.
    """
    with place.local(f"{file.folder}/{'text' if pages else 'document'}") as path:
        yield path


def is_too_long_to_show(file: DraftFile) -> bool:
    """Whether showing the file would slow down the site for others."""
    return has_document(file) and place.size(f"{file.folder}/document") > LONGEST_SHOWN


def text_of(file: DraftFile) -> str:
    """Its text; pages of a PDF are separated by form feeds."""
    name = f"{file.folder}/text"
    return place.read(name).decode() if place.has(name) else ""


def picture_of(file: DraftFile, name: str) -> bytes:
    """A picture of the file for the preview: a large one is a smaller JPEG.

    Raises `FileNotFoundError`.
    """
    document = document_of_file(file)
    blocks = document.blocks if document else ()
    if name not in {block.name for block in walk(blocks) if isinstance(block, Image)}:
        raise FileNotFoundError(name)
    reduced = f"{file.folder}/small-{name}"
    return place.read(reduced if place.has(reduced) else f"{file.folder}/{name}")
