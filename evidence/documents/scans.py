"""Reads the scanned pages of PDFs by machine, if tesseract is installed (ADR 17).

A submission waits for this before its pages are made, so what was read is searched for the
witness's name like all other text. The job takes a few pages at a time, when nothing else is due.
"""

import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from django.db import transaction

from evidence.documents.errors import UnreadableFileError
from evidence.documents.libreoffice import PAGED, as_pages
from evidence.documents.models import Rendition
from evidence.errors import RetryLaterError
from evidence.files.file_types import Kind
from evidence.files.storage import archive, put_bytes
from evidence.findings import Finding, Location, Parameter, Severity
from evidence.jobs.models import Job
from evidence.jobs.queue import IDLE, Settle, ask
from evidence.lifecycle import Disclosure, Status
from evidence.pdf.exceptions import PdfError, TextExtractionError
from evidence.pdf.machine_reading import MachineReading, PageReading, differing_words
from evidence.pdf.sandbox import tesseract
from evidence.pdf.sandbox.scanned_pages import ScannedPages
from evidence.pdf.sandbox.text_extraction import ExtractedText, extract_text
from evidence.pdf.sanitize.invisible_words import Word
from evidence.pdf.sanitize.lay_words import lay_words
from evidence.pdf.sanitize.sanitize import sanitize
from evidence.submissions.models import Attachment, Submission
from evidence.witnesses.models import Contact

JOB: Final = "read_scans"
PAGES_AT_ONCE: Final = 8
# Further pages of one file are not read.
MOST_PAGES: Final = 1_000
WELSH: Final = "cym"
MARK: Final = "[Read by machine, {confidence} % sure]"
# A clerk is warned where the machine was less sure than this.
FAIRLY_SURE: Final = 80
READ, UNREAD, DIFFERS = "read-by-machine", "not-searchable", "text-differs"
# Codes that say more about pages without text than the file checks do.
ABOUT_SCANS: Final = frozenset({READ, UNREAD})


@dataclass
class ReadPages:
    """The text of each page of a PDF, with what was read by machine, and what a clerk should
    know of it. `laid` are the words to put under the pages."""

    texts: list[str]
    findings: list[Finding] = field(default_factory=list)
    laid: dict[int, Sequence[Word]] = field(default_factory=dict)
    confidences: dict[int, int] = field(default_factory=dict)

    @property
    def marked(self) -> list[str]:
        """The texts, each that was read by machine with a line that says so. The line is no word
        of the witness and is not counted."""
        return [
            f"{MARK.format(confidence=self.confidences[number])}\n{text}"
            if number in self.confidences
            else text
            for number, text in enumerate(self.texts, start=1)
        ]


def reading_of(attachment: Attachment) -> MachineReading | None:
    """What was read by machine so far."""
    kept = attachment.renditions.filter(form=Rendition.Form.READING).first()
    if kept is None:
        return None
    with archive().read(kept.sha256) as stream:
        return MachineReading.from_json(stream.read())


def unread_pages(scans: ScannedPages, reading: MachineReading | None) -> list[int]:
    """The pages that a machine is still to read."""
    numbers = sorted({*scans.without_text, *scans.doubtful})[:MOST_PAGES]
    return [number for number in numbers if reading is None or reading.page(number) is None]


def can_be_read(submission: Submission) -> bool:
    """Whether pages are read by machine here, and the job for it has not yet ended, well or not,
    since the submission passed its checks."""
    if not tesseract.is_installed():
        return False
    ended = Job.objects.filter(name=JOB, subject_id=submission.pk).exclude(
        state__in=[Job.State.WAITING, Job.State.RUNNING]
    )
    last = submission.moves.last()
    return not ended.filter(finished_at__gte=last.made_at).exists() if last else True


def with_reading(
    extracted: ExtractedText, reading: MachineReading | None, disclosure: str
) -> ReadPages:
    """The text of a PDF and of its scanned pages. Without a reading, says which pages have none."""
    pages = ReadPages(list(extracted.pages))
    scans = extracted.scans
    read = [reading.page(number) for number in scans.without_text] if reading else []
    sure = [page for page in read if page is not None and page.words]
    for page in sure:
        # What was stamped on a scan is kept, however it was read.
        stamp = pages.texts[page.number - 1].strip()
        pages.texts[page.number - 1] = "\n".join(filter(None, (page.text, stamp)))
        pages.laid[page.number] = page.words
        pages.confidences[page.number] = page.confidence
    if reading and sure:
        pages.findings.append(_read_by_machine(sure))
    numbers = {page.number for page in sure}
    if unread := [number for number in scans.without_text if number not in numbers]:
        # Nobody can say whether the witness is named there.
        severity: Severity = "hold" if disclosure == Disclosure.NAME_WITHHELD else "warn"
        kind = "tried" if reading else ""
        parameters: dict[str, Parameter] = {"kind": kind, "count": len(unread)}
        pages.findings.append(Finding(UNREAD, severity, parameters, _pages(unread)))
    for number in scans.doubtful:
        if reading and (doubtful := reading.page(number)):
            _compare(pages, doubtful)
    return pages


def _compare(pages: ReadPages, page: PageReading) -> None:
    """Holds the submission where the picture of a page shows other words than its text has."""
    text = pages.texts[page.number - 1]
    if words := differing_words(text, page):
        where = Location("page", page.number)
        pages.findings.append(Finding.quoting(DIFFERS, "hold", words, where))
        # Both are searched for names.
        pages.texts[page.number - 1] = f"{text}\n{page.text}"
        pages.laid[page.number] = page.words


def _read_by_machine(pages: Sequence[PageReading]) -> Finding:
    confidence = round(sum(page.confidence for page in pages) / len(pages))
    severity: Severity = "info" if min(page.confidence for page in pages) >= FAIRLY_SURE else "warn"
    names = ", ".join(f"{page.number} ({page.confidence} %)" for page in pages[:100])
    several = len(pages) > 1
    where = Location("pages", name=names) if several else Location("page", pages[0].number)
    return Finding(READ, severity, {"count": len(pages), "confidence": confidence}, where)


def _pages(numbers: Sequence[int]) -> Location:
    if len(numbers) == 1:
        return Location("page", numbers[0])
    return Location("pages", name=", ".join(map(str, numbers[:100])))


def put_under(target: Path, pages: ReadPages, extracted: ExtractedText) -> ExtractedText:
    """Lays what was read under the pages of a PDF of ours; returns its text then, for the mentions
    of evidence."""
    if not pages.laid:
        return extracted
    lay_words(target, pages.laid)
    return extract_text(target)


def read_scans(submission: Submission, *, within: Settle = transaction.atomic) -> None:
    """Reads some scanned pages of a checked submission, then asks for itself or for the pages.

    Raises `RetryLaterError` on a machine without tesseract.
    """
    if submission.status != Status.CHECKED:
        with within():
            return
    if not tesseract.is_installed():
        raise RetryLaterError("The program tesseract is not installed on this machine.")
    left, is_done = PAGES_AT_ONCE, True
    made: list[tuple[Attachment, MachineReading]] = []
    for attachment in submission.attachments.filter(kind__in=PAGED):
        reading = reading_of(attachment) or MachineReading(_languages(submission))
        fresh, unread = _read(attachment, reading, most=left)
        made.append((attachment, fresh))
        left -= len(fresh.pages) - len(reading.pages)
        is_done = is_done and not unread
    kept = [(attachment, put_bytes(archive(), row.to_json()), row) for attachment, row in made]
    with within():
        for attachment, stored, reading in kept:
            Rendition.enter(attachment, Rendition.Form.READING, stored, pages=len(reading.pages))
        if is_done:
            ask("prepare", submission.pk)
        else:
            ask(JOB, submission.pk, long=IDLE)


def give_up(submission: Submission, *, reason: str, within: Settle) -> None:  # noqa: ARG001
    """The pages are made without what could not be read; a finding says which."""
    with within():
        ask("prepare", submission.pk)


def _read(
    attachment: Attachment, reading: MachineReading, *, most: int
) -> tuple[MachineReading, int]:
    """The reading with at most so many more pages, and how many are left."""
    pages = list(reading.pages)
    with (
        archive().local(attachment.sha256) as path,
        suppress(PdfError, UnreadableFileError),
        as_pages(path, Kind(attachment.kind)) as original,
        tempfile.TemporaryDirectory(prefix="scans-") as folder,
    ):
        target = Path(folder) / "clean.pdf"
        sanitize(original, target)
        unread = unread_pages(extract_text(target).scans, reading)
        pages += (_page(target, number, reading.languages) for number in unread[:most])
        return MachineReading(reading.languages, tuple(pages)), max(len(unread) - most, 0)
    # What cannot be opened at all is found again when the pages are made.
    return reading, 0


def _page(path: Path, number: int, languages: str) -> PageReading:
    try:
        return tesseract.read_page(path, number, languages=languages)
    except TextExtractionError:
        return PageReading(number, 0, ())


def _languages(submission: Submission) -> str:
    contacts = Contact.objects.filter(witness__submission_links__submission=submission)
    wrote_in_welsh = contacts.filter(language__startswith="cy").exists()
    return tesseract.languages_for(*([WELSH] if wrote_in_welsh else []))
