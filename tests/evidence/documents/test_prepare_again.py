"""Pages are made again after decisions: for every file, with its contents, and only if
necessary."""

import io
import secrets

import pikepdf
import pypdfium2
import pytest
from PIL import Image as Picture

from evidence.decisions.models import Act
from evidence.documents import libreoffice as office
from evidence.documents.models import Rendition, SubmissionText
from evidence.documents.prepare import prepare, render
from evidence.files.storage import archive
from evidence.jobs.models import Job
from evidence.lifecycle import Status
from evidence.pdf.exceptions import TextExtractionError
from evidence.submissions.models import Submission
from evidence.submissions.receive import Envelope, Sender, receive, take_in
from tests.factories import CallFactory, a_member, a_submission, decide, docx

pytestmark = pytest.mark.django_db
Form = Rendition.Form


def a_pdf(*pages: str) -> bytes:
    """A small PDF with a line of text on each page."""
    made = pikepdf.new()
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    for words in pages:
        page = made.add_blank_page(page_size=(595, 842))
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        page.Contents = made.make_stream(f"BT /F1 12 Tf 72 700 Td ({words}) Tj ET".encode())
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def a_picture(colour: str) -> bytes:
    out = io.BytesIO()
    Picture.new("RGB", (40, 30), colour).save(out, "PNG")
    return out.getvalue()


def submission_with_files(*files: tuple[str, bytes], name: str = "Dr A. Name") -> Submission:
    parcels = [
        take_in(io.BytesIO(content), name=called, extra=bool(place))
        for place, (called, content) in enumerate(files)
    ]
    envelope = Envelope(idempotency_key=f"test:{secrets.token_hex(8)}", senders=[Sender(name=name)])
    return receive(CallFactory(), parcels, envelope)


def words_of(submission: Submission, position: int = 0, form: str = Form.PDF) -> list[str]:
    made = submission.renditions.get(form=form, attachment__position=position)
    with archive().read(made.sha256) as stream, pypdfium2.PdfDocument(stream.read()) as document:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


def stored_renditions(submission: Submission) -> set[tuple[object, ...]]:
    return set(
        submission.renditions.values_list("attachment", "form", "name", "sha256", "heading_digest")
    )


def test_decision_replaces_the_heading_page_of_a_pdf_and_keeps_its_pages(work):
    submission = submission_with_files(("mine.pdf", a_pdf("First page words", "Second page words")))
    work()
    before = words_of(submission)
    decide(submission, Act.ACCEPT, by=a_member(submission.inquiry))
    work()

    after = words_of(submission)
    assert after[-2:] == before[-2:] == ["First page words", "Second page words"]
    assert submission.reference not in " ".join(before)
    assert submission.reference in after[0]
    assert submission.renditions.get(form=Form.PDF).pages == len(after)


def test_each_file_shows_the_new_heading_after_a_decision(work):
    submission = submission_with_files(
        ("mine.txt", b"The letter."), ("more.txt", b"The annex."), name="Zeb Quill"
    )
    work()
    assert "Annex 1 to written evidence submitted by Zeb Quill" in words_of(submission, 1)[0]

    decide(submission, Act.ACCEPT, Act.WITHHOLD_NAME, by=a_member(submission.inquiry))
    work()

    for position, own in enumerate(("The letter.", "The annex.")):
        words = " ".join(words_of(submission, position))
        assert own in words
        assert submission.reference in words
        assert "Name withheld" in words
        assert "Quill" not in words


def test_pictures_remain_after_a_decision(work, tmp_path):
    (tmp_path / "view.png").write_bytes(a_picture("red"))
    submission = a_submission(
        content=docx(f"Before.\n\n![A view]({tmp_path / 'view.png'})\n\nAfter."),
        file_name="mine.docx",
    )
    work()
    decide(submission, Act.ACCEPT, by=a_member(submission.inquiry))
    work()

    made = submission.renditions.get(form=Form.PDF)
    with archive().read(made.sha256) as stream, pikepdf.open(io.BytesIO(stream.read())) as pdf:
        assert sum(len(page.get_images()) for page in pdf.pages) == 1


def test_unchanged_heading_rerenders_nothing(work):
    submission = submission_with_files(
        ("mine.txt", b"The letter."), ("view.png", a_picture("blue"))
    )
    work()
    decide(submission, Act.ACCEPT, by=a_member(submission.inquiry))
    work()
    before = (
        stored_renditions(submission),
        list(submission.renditions.values_list("made_at", flat=True)),
    )

    render(submission)

    assert (
        stored_renditions(submission),
        list(submission.renditions.values_list("made_at", flat=True)),
    ) == before


def test_preparing_after_a_second_check_replaces_the_renditions(work):
    submission = submission_with_files(("mine.txt", b"The letter."))
    work()
    before = stored_renditions(submission)
    Submission.objects.filter(pk=submission.pk).update(status=Status.CHECKED)
    submission.refresh_from_db()

    prepare(submission)

    assert stored_renditions(submission) == before
    assert SubmissionText.objects.get(submission=submission).text.split() == [
        "1.",
        "The",
        "letter.",
    ]


def test_submission_withdrawn_meanwhile_is_not_prepared(work):
    submission = submission_with_files(("mine.txt", b"The letter."))
    Submission.objects.filter(pk=submission.pk).update(status=Status.WITHDRAWN)
    submission.refresh_from_db()

    prepare(submission)

    assert not submission.renditions.exists()
    submission.refresh_from_db()
    assert submission.status == Status.WITHDRAWN


def test_one_unreadable_file_holds_the_submission_and_is_named(work):
    whole = a_pdf("Words that are read")
    submission = submission_with_files(
        ("mine.txt", b"The letter."), ("broken.pdf", whole[: len(whole) // 3])
    )
    work()

    submission.refresh_from_db()
    assert submission.status == Status.HELD
    (annex,) = submission.attachments.filter(position=1)
    assert {finding.attachment for finding in submission.findings.holding()} == {annex}
    assert not annex.renditions.exists()


def test_pdf_without_readable_text_is_held_with_the_reason(work, monkeypatch):
    def cannot(_path):
        raise TextExtractionError("The words of this PDF cannot be read.")

    monkeypatch.setattr("evidence.documents.prepare.extract_text", cannot)
    submission = submission_with_files(("mine.pdf", a_pdf("Words")))
    work()

    submission.refresh_from_db()
    assert submission.status == Status.HELD
    assert submission.findings.holding().get().message == (
        "The file could not be read. The words of this PDF cannot be read."
    )
    assert Job.objects.get(name="prepare").attempts == 1


def test_submission_is_prepared_without_a_facsimile_if_libreoffice_is_missing(work, monkeypatch):
    monkeypatch.setattr(office, "_program", lambda: None)
    submission = a_submission(content=docx("Seen."), file_name="mine.docx")
    work()

    submission.refresh_from_db()
    assert submission.status == Status.PREPARED
    assert not submission.renditions.filter(form=Form.OFFICE).exists()
