"""Scanned pages of a submission are read by machine before its pages are made."""

import shutil

import pypdfium2
import pytest

from evidence.decisions.models import Act
from evidence.documents import scans
from evidence.documents.models import Rendition, SubmissionText
from evidence.documents.name_check import require_clear
from evidence.errors import NotReadyError
from evidence.files.storage import archive
from evidence.intake.examine import release, settle
from evidence.intake.finding_messages import in_a_sentence
from evidence.jobs.models import Job
from evidence.jobs.queue import ask
from evidence.lifecycle import Disclosure, Status
from evidence.pdf.sandbox import tesseract
from evidence.submissions.models import Submission
from tests.evidence.bundles.bundle_builders import a_bundle, pages
from tests.evidence.pdf.damaged_pdfs import damaged_page
from tests.evidence.pdf.scans import ENGLISH, WELSH, scan
from tests.factories import a_member, a_submission, decide
from tests.jobs import breaks, replace_job, without_pauses

pytestmark = [pytest.mark.django_db, pytest.mark.ocr]
needs_tesseract = pytest.mark.skipif(
    shutil.which("tesseract") is None, reason="tesseract is not installed"
)
OTHER = "Quite different sentences stand here which nobody reading this page would ever notice"


def prepared(work, content: bytes, **sender: str) -> Submission:
    submission = a_submission(content=content, file_name="scan.pdf", **sender)
    work()
    submission.refresh_from_db()
    return submission


def codes(submission: Submission) -> dict[str, str]:
    return dict(submission.findings.values_list("code", "severity"))


def words_of_pdf(submission: Submission) -> str:
    rendition = submission.renditions.get(form=Rendition.Form.PDF)
    with (
        archive().read(rendition.sha256) as stream,
        pypdfium2.PdfDocument(stream.read()) as document,
    ):
        return " ".join(page.get_textpage().get_text_range() for page in document)


@needs_tesseract
def test_scanned_page_is_read_searched_counted_and_said_to_be_read_by_machine(work):
    submission = prepared(work, scan(ENGLISH, ENGLISH))

    assert submission.status == Status.PREPARED
    assert codes(submission) == {"read-by-machine": "info"}
    finding = submission.findings.get().finding
    assert (finding.parameters["count"], finding.parameters["confidence"] > 85) == (2, True)
    sentence = in_a_sentence(finding)
    assert "read by machine (2 in all, 9" in sentence
    assert "(pages 1 (9" in sentence
    assert submission.words == 2 * len(" ".join(ENGLISH).split())
    text = SubmissionText.objects.get(submission=submission).text
    assert text.startswith("[Read by machine, 9")
    assert "miles each morning" in text
    assert "library" in words_of_pdf(submission)
    assert "Read by machine" not in words_of_pdf(submission)
    reading = scans.reading_of(submission.attachments.get())
    assert [page.confidence > 85 for page in reading.pages] == [True, True]


@needs_tesseract
def test_name_of_a_protected_witness_on_a_scan_holds_the_submission(work):
    lines = (*ENGLISH[:3], "Signed by Zebedee Quillfeather, teacher")
    submission = prepared(
        work, scan(lines), name="Zebedee Quillfeather", disclosure=Disclosure.NAME_WITHHELD
    )

    assert submission.status == Status.HELD
    assert codes(submission)["names-witness"] == "hold"


@needs_tesseract
def test_welsh_form_is_read_as_welsh(work):
    submission = prepared(work, scan(WELSH), email="a@b.example", language="cy")

    assert scans.reading_of(submission.attachments.get()).languages == "cym+eng"
    assert "disgyblion yn cerdded" in SubmissionText.objects.get(submission=submission).text


@needs_tesseract
def test_layer_of_words_that_the_page_does_not_show_holds_the_submission_with_the_page(work):
    submission = prepared(work, scan(ENGLISH, layer=OTHER))

    assert submission.status == Status.HELD
    row = submission.findings.get(code="text-differs")
    assert (row.severity, row.finding.location.number) == ("hold", 1)
    assert "different sentences" in row.finding.words

    release(submission, by=a_member(submission.inquiry), note="The layer is of another version.")
    work()
    submission.refresh_from_db()
    assert submission.status == Status.PREPARED
    text = SubmissionText.objects.get(submission=submission).text
    assert "different sentences" in text
    assert "miles each morning" in text


@needs_tesseract
def test_layer_of_words_that_the_page_shows_is_kept(work):
    submission = prepared(work, scan(ENGLISH, layer=" ".join(ENGLISH)))

    assert submission.status == Status.PREPARED
    assert codes(submission) == {}
    assert submission.words == len(" ".join(ENGLISH).split())


@needs_tesseract
def test_many_pages_are_read_a_few_at_a_time(work, monkeypatch):
    monkeypatch.setattr(scans, "PAGES_AT_ONCE", 1)
    submission = prepared(work, scan(ENGLISH[:2], ENGLISH[2:], ENGLISH[:1]))

    assert submission.status == Status.PREPARED
    assert len(scans.reading_of(submission.attachments.get()).pages) == 3
    job = Job.objects.get(name=scans.JOB)
    assert (job.state, job.is_idle, job.request_count) == (Job.State.DONE, True, 3)


@needs_tesseract
def test_submission_goes_on_where_reading_fails_for_good(work, monkeypatch):
    replace_job(monkeypatch, scans.JOB, breaks)
    without_pauses(monkeypatch)
    submission = prepared(work, scan(ENGLISH))

    assert submission.status == Status.PREPARED
    assert codes(submission) == {"not-searchable": "warn"}
    assert Job.objects.get(name=scans.JOB).state == Job.State.HELD


@needs_tesseract
def test_submission_does_not_wait_again_for_a_job_that_has_read_nothing(work, monkeypatch):
    def read_nothing(submission, *, within):
        with within():
            ask("prepare", submission.pk)

    replace_job(monkeypatch, scans.JOB, read_nothing)
    submission = prepared(work, scan(ENGLISH))

    assert submission.status == Status.PREPARED
    assert codes(submission) == {"not-searchable": "warn"}
    assert Job.objects.get(name=scans.JOB).request_count == 1


def test_without_tesseract_a_finding_says_which_pages_cannot_be_searched(work, monkeypatch):
    monkeypatch.setattr(tesseract, "_program", lambda: None)
    submission = prepared(work, scan(ENGLISH, ENGLISH))

    assert submission.status == Status.PREPARED
    assert codes(submission) == {"not-searchable": "warn"}
    assert in_a_sentence(submission.findings.get().finding) == (
        "Pages have no text and cannot be searched, and nobody looked for names in them. Read "
        "them before you go on (pages 1, 2)."
    )
    assert not Job.objects.filter(name=scans.JOB).exists()


def test_pages_nobody_can_search_hold_a_submission_whose_witness_is_protected(work, monkeypatch):
    monkeypatch.setattr(tesseract, "_program", lambda: None)
    submission = prepared(work, scan(ENGLISH), disclosure=Disclosure.NAME_WITHHELD)

    assert submission.status == Status.HELD
    assert codes(submission)["not-searchable"] == "hold"


def test_pages_nobody_can_search_stop_publication_once_the_name_is_withheld(work, monkeypatch):
    monkeypatch.setattr(tesseract, "_program", lambda: None)
    submission = prepared(work, scan(ENGLISH))
    clerk = a_member(submission.inquiry)

    decide(submission, Act.ACCEPT, Act.WITHHOLD_NAME, by=clerk)
    work()

    row = submission.findings.holding().get()
    assert (row.code, row.finding.location.number) == ("names-unchecked", 1)
    submission.refresh_from_db()
    with pytest.raises(NotReadyError, match="may say who the witness is"):
        require_clear(submission)
    settle(row, by=clerk, note="I read the page.")
    require_clear(submission)


@needs_tesseract
def test_stamp_on_a_scan_is_kept_beside_what_was_read(work):
    submission = prepared(work, scan(ENGLISH, shown="FIA-27"))

    text = SubmissionText.objects.get(submission=submission).text
    assert "miles each morning" in text
    assert text.rstrip().endswith("FIA-27")
    assert in_a_sentence(submission.findings.get(code="read-by-machine").finding).endswith(
        "may be wrong (page 1)."
    )


@needs_tesseract
def test_what_was_read_and_what_was_drawn_is_found_in_a_bundle(work):
    submission = prepared(work, scan(ENGLISH, rotate=90, turn=90))
    damaged = a_submission(submission.call, content=damaged_page(90), file_name="b.pdf")
    work()
    clerk = a_member(submission.inquiry)
    for each in (submission, damaged):
        decide(each, Act.ACCEPT, by=clerk)
    work()

    text = " ".join(" ".join(pages(a_bundle(submission.call, clerk, work))).split())

    assert "Our pupils walk four miles each morning." in text
    assert "kept words" in text
