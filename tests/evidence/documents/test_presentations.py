"""Presentations as extra files: the slides that are shown become pages, notes never do."""

import io
import zipfile
from pathlib import Path

import pytest
from document_builders import by_pandoc, changed, codes

from evidence.documents.errors import UnreadableFileError
from evidence.documents.libreoffice import as_pages
from evidence.documents.models import Rendition
from evidence.errors import FileRefusedError
from evidence.files.accepted_types import Kind
from evidence.intake.file_checks import inspect
from evidence.lifecycle import Status
from evidence.pdf.sandbox.text_extraction import extract_text
from evidence.submissions import receive as receiving
from evidence.submissions.models import Submission
from evidence.submissions.receive import Envelope, Sender, receive, take_in
from tests.factories import CallFactory, docx

needs_office = pytest.mark.skipif(
    not Path("/usr/lib/libreoffice/program/libsdlo.so").exists(),
    reason="LibreOffice Impress is not installed",
)
SLIDES = (
    "# Shown\n\nSeen words.\n\n::: notes\nSpoken words.\n:::\n\n"
    "# Hidden\n\nUnseen words.\n\n# Last\n\nFinal words.\n"
)


@pytest.fixture(scope="module")
def slides(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three slides, of which the second is hidden and the first has notes."""
    made = by_pandoc(tmp_path_factory.mktemp("slides"), SLIDES, "pptx")
    name = "ppt/slides/slide2.xml"
    with zipfile.ZipFile(made) as archive:
        slide = archive.read(name).decode()
    assert "Unseen" in slide
    return changed(made, {name: slide.replace("<p:sld ", '<p:sld show="0" ', 1)})


def test_hidden_slides_and_notes_are_reported(slides: Path) -> None:
    findings = codes(inspect(slides, Kind.PPTX))

    assert findings["hidden-slide"].words == "Hidden Unseen words."
    assert findings["hidden-slide"].location.within.number == 2
    assert findings["speaker-notes"].words == "Spoken words."
    assert "hold" not in {finding.severity for finding in findings.values()}


@needs_office
@pytest.mark.office
def test_slides_that_are_shown_become_pages(slides: Path) -> None:
    with as_pages(slides, Kind.PPTX) as pages:
        text = extract_text(pages).pages

    assert ["Seen words." in page for page in text] == [True, False]
    assert "Final words." in text[1]
    assert not any("Unseen" in page or "Spoken" in page for page in text)


def test_without_libreoffice_the_reason_says_what_to_do(slides: Path) -> None:
    with pytest.raises(UnreadableFileError, match="ask for a PDF"), as_pages(slides, Kind.PPTX):
        pass


def test_without_libreoffice_a_presentation_is_refused_at_once(slides: Path, monkeypatch) -> None:
    monkeypatch.setattr(receiving.shutil, "which", lambda _program: None)

    with slides.open("rb") as stream, pytest.raises(FileRefusedError, match="Save it as a PDF"):
        take_in(stream, name="slides.pptx", extra=True)


@needs_office
@pytest.mark.office
@pytest.mark.django_db
def test_presentation_is_published_as_pages_beside_the_document(slides: Path, work) -> None:
    parcels = [
        take_in(io.BytesIO(content), name=name, extra=True)
        for name, content in (("a.docx", docx()), ("slides.pptx", slides.read_bytes()))
    ]
    envelope = Envelope("key", [Sender(name="Dr Ann Othername")])
    submission = receive(CallFactory(), parcels, envelope, from_staff=True)
    work()

    submission = Submission.objects.get(pk=submission.pk)
    assert submission.status == Status.PREPARED
    pages = Rendition.objects.get(attachment__position=1, form=Rendition.Form.PDF)
    assert pages.pages >= 2
    assert "Seen words." in submission.submission_text.text
    assert "Unseen" not in submission.submission_text.text
