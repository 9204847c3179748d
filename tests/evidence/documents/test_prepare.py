"""Preparing a checked submission: its renditions, their headings, and findings that hold it."""

import pypdfium2
import pytest

from evidence.decisions.models import Act
from evidence.documents.errors import UnreadableFileError
from evidence.documents.models import Rendition
from evidence.documents.prepare import prepare, render
from evidence.errors import NotReadyError
from evidence.files.storage import archive
from evidence.findings import Finding, Location
from evidence.intake import examine as examining
from evidence.intake.examine import release, try_again
from evidence.jobs.models import Job
from evidence.lifecycle import Status
from tests.factories import a_member, a_submission, decide, docx

pytestmark = pytest.mark.django_db
Form = Rendition.Form
HIDDEN = b"<!doctype html><html><body><p>Words.</p><p style='display:none'>secret</p></body></html>"


@pytest.fixture
def suspicious_file(monkeypatch):
    """A first look that finds something a clerk has to see, whatever the file."""
    control = Finding("activex", "hold", location=Location("file-part", name="a part"))
    real = examining.inspect
    monkeypatch.setattr(examining, "inspect", lambda path, kind: [*real(path, kind), control])


def prepared_submission(work, **kinds):
    submission = a_submission(**kinds)
    work()
    submission.refresh_from_db()
    return submission


def bytes_of(submission, form) -> bytes:
    rendition = submission.renditions.get(form=form, attachment__position=0)
    with archive().read(rendition.sha256) as stream:
        return stream.read()


def pdf_words(content: bytes) -> list[str]:
    with pypdfium2.PdfDocument(content) as document:
        return [page.get_textpage().get_text_range() for page in document]


def test_word_file_gets_a_document_text_and_pdf(work):
    submission = prepared_submission(
        work, content=docx("# Title\n\nWords of evidence."), file_name="a.docx"
    )

    forms = set(submission.renditions.exclude(form=Form.OFFICE).values_list("form", flat=True))
    assert forms == {Form.DOCUMENT, Form.TEXT, Form.PDF, Form.FRAGMENT}
    assert bytes_of(submission, Form.PDF).startswith(b"%PDF-")
    assert b"Words of evidence." in bytes_of(submission, Form.TEXT)
    assert submission.words >= 4
    assert submission.pages == submission.renditions.get(form=Form.PDF).pages > 0


def test_preparing_twice_makes_the_same_files_once(work):
    submission = prepared_submission(work, text="Words of evidence.")
    before = list(submission.renditions.values_list("form", "sha256"))

    prepare(submission)
    render(submission)

    assert list(submission.renditions.values_list("form", "sha256")) == before
    assert submission.moves.filter(after=Status.PREPARED).count() == 1


def test_original_file_is_unchanged(work):
    sent = docx("Words of evidence.")
    submission = prepared_submission(work, content=sent, file_name="a.docx")

    with archive().read(submission.attachments.get().sha256) as stream:
        assert stream.read() == sent


def test_decision_rerenders_the_pages_with_a_new_heading_once(work):
    submission = prepared_submission(work)
    first = submission.renditions.get(form=Form.PDF)
    decide(submission, Act.ACCEPT, by=a_member(submission.inquiry))
    work()
    second = submission.renditions.get(form=Form.PDF)
    assert second.heading_digest != first.heading_digest
    assert second.sha256 != first.sha256

    Job.objects.filter(name="render").update(state=Job.State.WAITING)
    work()

    assert submission.renditions.get(form=Form.PDF).sha256 == second.sha256


def test_pages_do_not_show_a_withheld_name(work):
    submission = prepared_submission(
        work, name="Zebedee Quillfeather", organisation="Orphanage of Umberwick"
    )
    decide(submission, Act.ACCEPT, Act.WITHHOLD_NAME, by=a_member(submission.inquiry))
    work()

    words = " ".join(pdf_words(bytes_of(submission, Form.PDF)))
    assert "Name withheld" in words
    assert "Quillfeather" not in words
    assert "Umberwick" not in words
    heading = submission.renditions.get(form=Form.PDF).heading_digest
    decide(submission, Act.OPEN, by=a_member(submission.inquiry))
    work()
    assert submission.renditions.get(form=Form.PDF).heading_digest != heading


def test_hidden_text_found_after_a_clearance_holds_the_submission(work, suspicious_file):
    """What a clerk lets past is what a clerk has seen, and nothing that is found later."""
    submission = prepared_submission(work, content=HIDDEN, file_name="page.html")
    assert submission.status == Status.HELD
    release(submission, by=a_member(submission.inquiry), note="The control does nothing.")
    work()

    submission.refresh_from_db()
    assert submission.status == Status.HELD
    assert submission.findings.holding().filter(code="hidden-text").exists()


def test_finding_resolved_by_a_clerk_stays_resolved_with_their_name(work):
    submission = prepared_submission(work, content=HIDDEN, file_name="page.html")
    clerk = a_member(submission.inquiry)
    release(submission, by=clerk, note="A left-over of a draft.")
    work()

    submission.refresh_from_db()
    assert submission.status == Status.PREPARED
    assert not submission.findings.holding().exists()
    settled = submission.findings.get(code="hidden-text")
    assert (settled.settled_by, settled.settled_note) == (clerk, "A left-over of a draft.")


def test_trying_again_does_not_clear_findings(work):
    submission = prepared_submission(work, content=HIDDEN, file_name="page.html")
    try_again(submission, by=a_member(submission.inquiry))
    work()

    submission.refresh_from_db()
    assert submission.status == Status.HELD
    assert submission.findings.holding().filter(code="hidden-text").exists()


def test_unreadable_file_is_held_again_on_each_attempt(work, monkeypatch):
    def cannot(*_args, **_options):
        raise UnreadableFileError("The file cannot be read.")

    monkeypatch.setattr("evidence.documents.readers.any_format.read", cannot)
    submission = prepared_submission(work)
    clerk = a_member(submission.inquiry)
    assert submission.status == Status.HELD

    release(submission, by=clerk, note="It opens here.")
    work()

    submission.refresh_from_db()
    assert submission.status == Status.HELD
    assert submission.findings.holding().get().code == "cannot-read"
    with pytest.raises(NotReadyError):
        release(submission, by=clerk, note="")
