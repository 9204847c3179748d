"""Makes the renditions of a checked submission: document, text, PDF with heading, facsimile.

Each PDF gets a fragment, from which bundles are linked quickly. The original file itself is
never passed on. The slow part runs outside any transaction. Its files are named by their content,
so running it twice makes the same files. The outcome is written in one transaction.
"""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import UUID

from django.db import transaction

from evidence.documents import name_check, scans
from evidence.documents.document import Document
from evidence.documents.errors import UnreadableFileError
from evidence.documents.heading import SubmissionHeading, submission_heading
from evidence.documents.libreoffice import PAGED, as_pages
from evidence.documents.metadata import without_false_claims
from evidence.documents.metadata_check import check_document, check_pdf
from evidence.documents.models import Rendition, SubmissionText
from evidence.documents.name_check import Words
from evidence.documents.read import Reading
from evidence.documents.readers.any_format import opened
from evidence.documents.renderers.pdf import to_pdf, to_text
from evidence.documents.text_cleaning import count_words
from evidence.files.file_types import Kind
from evidence.files.storage import Stored, archive, put_bytes, put_file
from evidence.findings import Finding, Location
from evidence.intake.models import SubmissionFinding
from evidence.jobs.queue import IDLE, Settle, ask
from evidence.lifecycle import Status
from evidence.pdf.exceptions import PdfError, UnusableItemError
from evidence.pdf.fragment.file_format import VERSION
from evidence.pdf.fragment.prepare_in_sandbox import prepare as prepare_fragment
from evidence.pdf.fragment.prepend_pages import with_front
from evidence.pdf.fragment.reference_destinations import place_in as place_mentions
from evidence.pdf.sandbox.text_extraction import extract_text
from evidence.pdf.sanitize.sanitize import DETAILS, sanitize
from evidence.submissions.models import Attachment, Submission

Form = Rendition.Form
Sign = tuple[UUID, str]
CANNOT_READ = "cannot-read"
# Codes of the file checks for which preparation gives a better finding, with words and place.
REPEATED_HERE = frozenset(
    {
        "tracked-changes",
        "comment",
        "embedded",
        "hidden-text",
        "metadata-author",
        "metadata-company",
        "metadata-last-modified-by",
    }
)

# Made by other jobs.
KEPT = (Form.OFFICE, Form.READING)
DRAWN = frozenset({"page-as-picture", "pages-as-pictures"})


@dataclass
class Made:
    """The renditions and findings of one file."""

    attachment: Attachment
    text: str = ""
    word_count: int = 0
    pages: int = 0
    renditions: list[tuple[Form, str, Stored, int]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    heading_digest: str = ""
    # Whether nothing was made yet, because pages are to be read by machine first.
    waits_to_be_read: bool = False

    def keep(self, form: Form, content: bytes, *, name: str = "", pages: int = 0) -> None:
        stored = put_bytes(archive(), content)
        self.renditions.append((form, name, stored, pages))

    def keep_pdf(self, pdf: bytes, *, pages: int, ours: int) -> None:
        """Stores the PDF, whose first pages are `ours`, and its fragment."""
        self.pages = pages
        self.keep(Form.PDF, pdf, pages=pages)
        # The bundle tries again, and lists a submission it cannot include with the reason.
        with suppress(UnusableItemError):
            self.keep(Form.FRAGMENT, prepare_fragment(pdf, ours=ours, pages=pages), pages=pages)

    @property
    def has_document(self) -> bool:
        """Whether the document was read. If so, these findings replace those of the file checks."""
        return any(form == Form.DOCUMENT for form, *_rest in self.renditions)

    @property
    def replaced(self) -> frozenset[str]:
        """The codes of findings of the file checks for which there are better ones here."""
        codes = {finding.code for finding in self.findings}
        return (
            (REPEATED_HERE if self.has_document else frozenset())
            | (DRAWN if codes & DRAWN else frozenset())
            | (frozenset({"no-text"}) if codes & scans.ABOUT_SCANS else frozenset())
        )

    def holds(self, let_past: Mapping[Sign, UUID]) -> bool:
        return any(
            finding.severity == "hold" and self.sign(finding) not in let_past
            for finding in self.findings
        )

    def words(self) -> Iterator[Words]:
        """The words that would be published, for the searches."""
        by_form = {form: stored for form, _name, stored, _pages in self.renditions}
        document = by_form.get(Form.DOCUMENT)
        if shown := document or by_form.get(Form.TEXT):
            yield Words(self.attachment, shown.sha256, is_document=document is not None)

    def sign(self, finding: Finding) -> Sign:
        """What identifies a finding when the file is read again."""
        return self.attachment.pk, finding.sign


def prepare(submission: Submission, *, within: Settle = transaction.atomic) -> None:
    """CHECKED → PREPARED, or HELD with findings that say why."""
    if submission.status != Status.CHECKED:
        with within():
            return
    made = [_prepare(submission, attachment) for attachment in submission.attachments.all()]
    if any(file.waits_to_be_read for file in made):
        with within():
            ask(scans.JOB, submission.pk, long=IDLE)
        return
    for file in made:
        _compare_with_file_checks(file)
    let_past = _let_past(submission)
    names = name_check.look(submission, [words for file in made for words in file.words()])
    is_held = any(file.holds(let_past) for file in made)
    unreadable = any(file.findings and not file.renditions for file in made)
    with within():
        found_before = SubmissionFinding.objects.filter(
            submission=submission, stage=SubmissionFinding.Stage.PREPARE
        )
        found_before.exclude(pk__in=let_past.values()).delete()
        for file in made:
            file.attachment.findings.filter(
                stage=SubmissionFinding.Stage.EXAMINE, code__in=file.replaced
            ).delete()
        for file in made:
            _write(submission, file, let_past)
        text = "\n\n".join(file.text for file in made if file.text)
        SubmissionText.objects.update_or_create(submission=submission, defaults={"text": text})
        name_check.write(submission, names)
        hold = is_held or unreadable or name_check.holds(submission)
        submission.move_to(
            Status.HELD if hold else Status.PREPARED,
            by=None,
            words=sum(file.word_count for file in made),
            pages=sum(file.pages for file in made),
        )
        if not hold:
            ask("suggest", submission.pk)
            ask("group_family", submission.pk)


def _compare_with_file_checks(made: Made) -> None:
    """Adds a finding for hidden text that the file checks found and the reader did not."""
    hidden_text = made.attachment.findings.filter(
        code="hidden-text", stage=SubmissionFinding.Stage.EXAMINE
    )
    named = any(finding.code == "hidden-text" for finding in made.findings)
    if not named and (row := hidden_text.first()) is not None:
        made.findings.append(replace(row.finding, severity="hold"))


def _let_past(submission: Submission) -> dict[Sign, UUID]:
    """The findings that a clerk cleared in the release that brought the submission here.

    Later findings are new and hold the submission, and so does an unreadable file.
    """
    last = submission.moves.last()
    if last is None or (last.before, last.after) != (Status.HELD, Status.CHECKED):
        return {}
    settled = submission.findings.filter(
        stage=SubmissionFinding.Stage.PREPARE,
        attachment__isnull=False,
        settled_at__gte=last.made_at,
    ).exclude(code=CANNOT_READ)
    return {(row.attachment_id, row.finding.sign): row.pk for row in settled if row.attachment_id}


def _prepare(submission: Submission, attachment: Attachment) -> Made:
    made = Made(attachment)
    heading = submission_heading(submission, position=attachment.position)
    try:
        with archive().local(attachment.sha256) as path:
            if (kind := Kind(attachment.kind)) in PAGED:
                with as_pages(path, kind) as pages:
                    _from_pdf(made, pages, heading)
            else:
                _from_text(made, path, heading)
    except (UnreadableFileError, PdfError) as problem:
        made.renditions.clear()
        made.findings.append(
            Finding(CANNOT_READ, "hold", {"detail": str(problem)}, Location("whole-file"))
        )
    return made


def _from_pdf(made: Made, path: Path, heading: SubmissionHeading) -> None:
    submission = made.attachment.submission
    with tempfile.TemporaryDirectory(prefix="facsimile-") as folder:
        target = Path(folder) / "clean.pdf"
        cleaned = sanitize(path, target)
        extracted = extract_text(target)
        reading = scans.reading_of(made.attachment)
        if scans.unread_pages(extracted.scans, reading) and scans.can_be_read(submission):
            made.waits_to_be_read = True
            return
        pages = scans.with_reading(extracted, reading, submission.disclosure)
        extracted = scans.put_under(target, pages, extracted)
        made.text = "\n\n".join(pages.marked)
        made.word_count = count_words("\n\n".join(pages.texts))
        place_mentions(target, extracted.mentions)
        stored = put_file(archive(), target)
        made.renditions.append((Form.FACSIMILE, "", stored, cleaned.pages))
        # Pages are separated by form feeds, as pdftotext does.
        made.keep(Form.TEXT, "\f".join(pages.marked).encode())
        pdf = _front(made, target, cleaned.pages, heading)
        metadata_findings = check_pdf(
            *(cleaned.details, path, target), pdf=pdf, heading=heading, read=made.text
        )
        made.findings.extend((*cleaned.findings, *pages.findings))
        for what in cleaned.removed:
            if not (metadata_findings and what in DETAILS):
                made.findings.append(
                    Finding("removed-from-pdf", "info", {"detail": what}, Location("pdf"))
                )
        made.findings.extend(metadata_findings)


def _front(made: Made, body: Path, pages: int, heading: SubmissionHeading) -> bytes:
    front = to_pdf(Document(blocks=()), {}, heading)
    pdf = with_front(front.pdf, body)
    made.heading_digest = heading.digest()
    made.keep_pdf(pdf, pages=pages + front.pages, ours=front.pages)
    return pdf


def _from_text(made: Made, path: Path, heading: SubmissionHeading) -> None:
    reading = _reading(made, path)
    document, images = reading.document, reading.images
    # The text has paragraph numbers, which are no words of the witness.
    made.text, made.word_count = to_text(document), reading.words
    made.keep(Form.DOCUMENT, document.to_json())
    made.keep(Form.TEXT, made.text.encode())
    for name, content in images.items():
        made.keep(Form.PICTURE, content, name=name)
    pdf = _typeset(made, document, images, heading)
    made.findings.extend(
        check_document(reading.details, document, images, pdf=pdf, heading=heading)
    )
    made.findings = without_false_claims(made.findings)


def _reading(made: Made, path: Path) -> Reading:
    reading = opened(path, Kind(made.attachment.kind))
    made.findings.extend(reading.findings)
    return reading


def _typeset(
    made: Made, document: Document, images: Mapping[str, bytes], heading: SubmissionHeading
) -> bytes:
    rendered = to_pdf(document, images, heading)
    made.findings.extend(rendered.findings)
    made.heading_digest = heading.digest()
    made.keep_pdf(rendered.pdf, pages=rendered.pages, ours=rendered.pages)
    return rendered.pdf


def _write(submission: Submission, made: Made, let_past: Mapping[Sign, UUID]) -> None:
    keep = {(form, name) for form, name, _stored, _pages in made.renditions}
    for rendition in made.attachment.renditions.exclude(form__in=KEPT):
        if (rendition.form, rendition.name) not in keep:
            rendition.delete()
    for form, name, stored, pages in made.renditions:
        _enter(
            made.attachment,
            form,
            stored,
            name=name,
            pages=pages,
            heading_digest=made.heading_digest,
        )
    SubmissionFinding.save_all(
        SubmissionFinding.of(
            finding,
            submission=submission,
            attachment=made.attachment,
            stage=SubmissionFinding.Stage.PREPARE,
        )
        for finding in made.findings
        # Those are saved already, with the name of the clerk who cleared them.
        if made.sign(finding) not in let_past
    )


def _enter(
    attachment: Attachment,
    form: Form,
    stored: Stored,
    *,
    name: str = "",
    pages: int,
    heading_digest: str,
) -> None:
    Rendition.enter(
        attachment,
        form,
        stored,
        name=name,
        pages=pages,
        heading_digest=heading_digest if form == Form.PDF else "",
        version=VERSION if form == Form.FRAGMENT else 0,
    )


def render(submission: Submission, *, within: Settle = transaction.atomic) -> None:
    """Makes the PDF again with the present heading.

    If the name is to be withheld, the pages are searched for it again.
    """
    fresh: list[Made] = []
    for attachment in submission.attachments.prefetch_related("renditions"):
        heading = submission_heading(submission, position=attachment.position)
        forms = {rendition.form: rendition for rendition in attachment.renditions.all()}
        if Form.PDF not in forms or forms[Form.PDF].heading_digest == heading.digest():
            continue
        made = Made(attachment)
        if Form.FACSIMILE in forms:
            with archive().local(forms[Form.FACSIMILE].sha256) as body:
                _front(made, body, forms[Form.FACSIMILE].pages, heading)
        else:
            _typeset(
                made, _kept_document(forms[Form.DOCUMENT]), _kept_pictures(attachment), heading
            )
        fresh.append(made)
    names = name_check.look(submission, name_check.words_of(submission))
    with within():
        name_check.write(submission, names)
        for made in fresh:
            # The fragment of the old pages; the new one is among the renditions entered below.
            made.attachment.renditions.filter(form=Form.FRAGMENT).delete()
            for form, name, stored, pages in made.renditions:
                _enter(
                    made.attachment,
                    form,
                    stored,
                    name=name,
                    pages=pages,
                    heading_digest=made.heading_digest,
                )


def _kept_document(rendition: Rendition) -> Document:
    with archive().read(rendition.sha256) as stream:
        return Document.from_json(stream.read())


def _kept_pictures(attachment: Attachment) -> dict[str, bytes]:
    kept: dict[str, bytes] = {}
    for rendition in attachment.renditions.all():
        if rendition.form == Form.PICTURE:
            with archive().read(rendition.sha256) as stream:
                kept[rendition.name] = stream.read()
    return kept
