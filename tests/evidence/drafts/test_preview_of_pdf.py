"""A PDF is previewed page by page, as it would be published and with nothing hidden in it."""

import io

import pikepdf
import pypdfium2
import pytest
from django.core.files.storage import storages
from PIL import Image

from evidence.drafts.models import DraftFile
from tests.evidence.drafts.test_files_of_a_form import stored_draft_files
from tests.evidence.drafts.witness import AtTheForm, begin, file
from tests.factories import CallFactory

AUTHOR = "Hidden Author"
pytestmark = pytest.mark.django_db


def a_pdf(*pages: str, author: str = AUTHOR) -> bytes:
    """A PDF with these words, one page each."""
    out = io.BytesIO()
    with pikepdf.new() as made:
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        for words in pages:
            page = made.add_blank_page(page_size=(595, 842))
            page.Contents = made.make_stream(f"BT /F1 24 Tf 72 700 Td ({words}) Tj ET".encode())
            page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        made.docinfo["/Author"] = author
        made.save(out)
    return out.getvalue()


@pytest.fixture
def form(work) -> AtTheForm:
    form = begin(CallFactory())
    form.fill_in()
    form.upload(file(a_pdf(*(f"Words of page {n}" for n in range(1, 7))), "evidence.pdf"))
    work()
    return form


def draft_file() -> DraftFile:
    return DraftFile.objects.get()


def picture(form: AtTheForm, number: int) -> Image.Image:
    answer = form.get("form-page-picture", draft_file().pk, number)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Cache-Control"] == "no-store, private"
    return Image.open(io.BytesIO(answer.content))


def test_preview_shows_pages_with_their_words_a_few_at_a_time(form):
    page = form.words("form-preview")
    pk = draft_file().pk
    assert form.address("form-page-picture", pk, 0) in page
    assert form.address("form-page-picture", pk, 4) in page
    assert form.address("form-page-picture", pk, 5) not in page
    assert 'alt="Page 2. Words of page 2"' in page
    assert "Pages 1 to 4 of 6" in page

    more = form.client.get(form.address("form-preview"), {"of": pk.hex, "from": "5"})
    assert "Pages 5 to 6 of 6" in more.content.decode()
    assert form.address("form-page-picture", pk, 0) not in more.content.decode()


@pytest.mark.parametrize("start", ["0", "-1", "99999999999999999999", "x", "²"])
def test_preview_answers_for_any_page_requested(form, start):
    answer = form.client.get(
        form.address("form-preview"), {"of": draft_file().pk.hex, "from": start}
    )
    assert answer.status_code == 200


def test_preview_page_is_drawn_once_and_deleted_with_its_file(
    form, django_capture_on_commit_callbacks
):
    shown = picture(form, 1)
    assert shown.width == 1100
    assert shown.convert("L").getextrema()[0] < 100
    (drawn,) = [name for name in stored_draft_files() if "page-" in name]
    with storages["drafts"].open(drawn.lstrip("/"), "wb") as target:
        Image.new("RGB", (5, 5)).save(target, "JPEG")
    assert picture(form, 1).width == 5

    with django_capture_on_commit_callbacks(execute=True):
        form.post("form-file-remove", draft_file().pk)
    assert stored_draft_files() == []


def test_preview_heading_page_follows_the_answers(form):
    before = form.get("form-page-picture", draft_file().pk, 0).content
    form.say("disclosure", wish="name_withheld", reasons="Reasons.")
    assert form.get("form-page-picture", draft_file().pk, 0).content != before


def test_previewed_pdf_equals_the_one_that_would_be_published(form):
    answer = form.get("form-pages-pdf", draft_file().pk)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "no-store, private"
    assert "evidence" not in answer["Content-Disposition"]
    with pikepdf.open(io.BytesIO(answer.content)) as made:
        assert len(made.pages) == 7
        assert AUTHOR not in str(made.docinfo)
    document = pypdfium2.PdfDocument(answer.content)
    assert "Dr Ann Othername" in document[0].get_textpage().get_text_range()
    assert "Words of page 6" in document[6].get_textpage().get_text_range()
    document.close()


def test_previewed_pdf_does_not_show_a_withheld_name(form):
    form.say("disclosure", wish="name_withheld", reasons="Reasons.")
    answer = form.get("form-pages-pdf", draft_file().pk)
    document = pypdfium2.PdfDocument(answer.content)
    front = document[0].get_textpage().get_text_range()
    document.close()
    assert "Name withheld" in front
    assert "Othername" not in front


def test_preview_has_no_page_after_the_last(form):
    for number in (7, 1_000_000):
        assert form.get("form-page-picture", draft_file().pk, number).status_code == 404


def test_file_that_is_no_pdf_or_unread_has_no_preview_pages(work):
    form = begin(CallFactory())
    form.upload(file(b"Words."))
    form.upload(file(a_pdf("Words"), "evidence.pdf"))
    for uploaded in form.draft.files.all():
        assert form.get("form-page-picture", uploaded.pk, 1).status_code == 404
        assert form.get("form-pages-pdf", uploaded.pk).status_code == 404
    assert "We are still checking a file." in form.words("form-preview")
    work()
    text, pdf = form.draft.files.all()
    assert form.get("form-pages-pdf", text.pk).status_code == 404
    assert form.get("form-pages-pdf", pdf.pk).status_code == 200


def test_page_that_cannot_be_drawn_is_missing_and_its_words_are_shown(form):
    body = f"{draft_file().folder}/pdf"
    storages["drafts"].delete(body)
    with storages["drafts"].open(body, "wb") as target:
        target.write(b"%PDF-1.7 broken")
    assert form.get("form-page-picture", draft_file().pk, 1).status_code == 404
    assert "Words of page 1" in form.words("form-preview")
