"""Preparing a checked piece: its forms, its faces, and what a clerk has to look at first."""

import pypdfium2
import pytest

from evidence.decisions.models import Act
from evidence.errors import NotReady
from evidence.files.shelves import archive
from evidence.house.errors import CannotRead
from evidence.house.models import Rendition
from evidence.house.prepare import prepare, render
from evidence.intake import examine as examining
from evidence.intake.checks import Concern
from evidence.intake.examine import release, try_again
from evidence.lifecycle import Status
from evidence.work.models import Step
from tests.factories import a_member, a_piece, decide, docx

pytestmark = pytest.mark.django_db
Form = Rendition.Form
HIDDEN = b"<!doctype html><html><body><p>Words.</p><p style='display:none'>secret</p></body></html>"


@pytest.fixture
def suspicious(monkeypatch):
    """A first look that finds something a clerk has to see, whatever the file."""
    found = Concern("activex", "hold", "The document contains a control (ActiveX).", "a part")
    real = examining.inspect
    monkeypatch.setattr(examining, "inspect", lambda path, kind: [*real(path, kind), found])


def brought(work, **kinds):
    piece = a_piece(**kinds)
    work()
    piece.refresh_from_db()
    return piece


def bytes_of(piece, form) -> bytes:
    rendition = piece.renditions.get(form=form, attachment__position=0)
    with archive().read(rendition.sha256) as stream:
        return stream.read()


def pdf_words(content: bytes) -> list[str]:
    with pypdfium2.PdfDocument(content) as document:
        return [page.get_textpage().get_text_range() for page in document]


def test_a_word_file_gets_house_form_text_and_pdf(work):
    piece = brought(work, content=docx("# Title\n\nWords of evidence."), file_name="a.docx")

    forms = set(piece.renditions.exclude(form=Form.OFFICE).values_list("form", flat=True))
    assert forms == {Form.HOUSE, Form.TEXT, Form.PDF, Form.FRAGMENT}
    assert bytes_of(piece, Form.PDF).startswith(b"%PDF-")
    assert b"Words of evidence." in bytes_of(piece, Form.TEXT)
    assert piece.words >= 4
    assert piece.pages == piece.renditions.get(form=Form.PDF).pages > 0


def test_preparing_twice_makes_the_same_files_once(work):
    piece = brought(work, text="Words of evidence.")
    before = list(piece.renditions.values_list("form", "sha256"))

    prepare(piece)
    render(piece)

    assert list(piece.renditions.values_list("form", "sha256")) == before
    assert piece.moves.filter(after=Status.PREPARED).count() == 1


def test_the_file_as_sent_is_still_what_was_sent(work):
    sent = docx("Words of evidence.")
    piece = brought(work, content=sent, file_name="a.docx")

    with archive().read(piece.attachments.get().sha256) as stream:
        assert stream.read() == sent


def test_a_decision_gives_the_pages_a_new_face_and_only_once(work):
    piece = brought(work)
    first = piece.renditions.get(form=Form.PDF)
    decide(piece, Act.ACCEPT, by=a_member(piece.inquiry))
    work()
    second = piece.renditions.get(form=Form.PDF)
    assert second.face != first.face
    assert second.sha256 != first.sha256

    Step.objects.filter(verb="render").update(state=Step.State.WAITING)
    work()

    assert piece.renditions.get(form=Form.PDF).sha256 == second.sha256


def test_where_the_name_is_withheld_the_pages_do_not_bear_it(work):
    piece = brought(work, name="Zebedee Quillfeather", organisation="Orphanage of Umberwick")
    decide(piece, Act.ACCEPT, Act.WITHHOLD_NAME, by=a_member(piece.inquiry))
    work()

    words = " ".join(pdf_words(bytes_of(piece, Form.PDF)))
    assert "Name withheld" in words
    assert "Quillfeather" not in words
    assert "Umberwick" not in words
    face = piece.renditions.get(form=Form.PDF).face
    decide(piece, Act.OPEN, by=a_member(piece.inquiry))
    work()
    assert piece.renditions.get(form=Form.PDF).face != face


def test_hidden_text_found_after_a_clerk_let_something_else_past_holds_the_piece(work, suspicious):
    """What a clerk lets past is what a clerk has seen, and nothing that is found later."""
    piece = brought(work, content=HIDDEN, file_name="page.html")
    assert piece.status == Status.HELD
    release(piece, by=a_member(piece.inquiry), note="The control does nothing.")
    work()

    piece.refresh_from_db()
    assert piece.status == Status.HELD
    assert piece.findings.holding().filter(code="hidden-text").exists()


def test_what_a_clerk_has_settled_stays_settled_with_their_name(work):
    piece = brought(work, content=HIDDEN, file_name="page.html")
    clerk = a_member(piece.inquiry)
    release(piece, by=clerk, note="A left-over of a draft.")
    work()

    piece.refresh_from_db()
    assert piece.status == Status.PREPARED
    assert not piece.findings.holding().exists()
    settled = piece.findings.get(code="hidden-text")
    assert (settled.settled_by, settled.settled_note) == (clerk, "A left-over of a draft.")


def test_trying_again_is_not_letting_past(work):
    piece = brought(work, content=HIDDEN, file_name="page.html")
    try_again(piece, by=a_member(piece.inquiry))
    work()

    piece.refresh_from_db()
    assert piece.status == Status.HELD
    assert piece.findings.holding().filter(code="hidden-text").exists()


def test_a_file_nobody_can_read_is_held_again_and_says_so_each_time(work, monkeypatch):
    def cannot(*_args, **_options):
        raise CannotRead("The file cannot be read.")

    monkeypatch.setattr("evidence.house.opening.read", cannot)
    piece = brought(work)
    clerk = a_member(piece.inquiry)
    assert piece.status == Status.HELD

    release(piece, by=clerk, note="It opens here.")
    work()

    piece.refresh_from_db()
    assert piece.status == Status.HELD
    assert piece.findings.holding().get().code == "cannot-read"
    with pytest.raises(NotReady):
        release(piece, by=clerk, note="")
