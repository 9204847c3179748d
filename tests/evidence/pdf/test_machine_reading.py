"""Pages without text are read by machine, and the words are laid under what the page shows."""

import io
import shutil

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array

from evidence.pdf.machine_reading import MachineReading, PageReading, differing_words
from evidence.pdf.sandbox import text_extraction
from evidence.pdf.sandbox.tesseract import languages_for, read_page
from evidence.pdf.sanitize.lay_words import lay_words
from evidence.pdf.sanitize.sanitize import sanitize
from tests.evidence.pdf.damaged_pdfs import saved
from tests.evidence.pdf.hostile_pdfs import document
from tests.evidence.pdf.scans import ENGLISH, WELSH, scan

pytestmark = pytest.mark.ocr
needs_tesseract = pytest.mark.skipif(
    shutil.which("tesseract") is None, reason="tesseract is not installed"
)
LAYER = " ".join(ENGLISH)
OTHER = "Quite different sentences stand here which nobody reading this page would ever notice"


@pytest.fixture
def clean(tmp_path):
    def make(raw: bytes):
        (tmp_path / "source.pdf").write_bytes(raw)
        sanitize(tmp_path / "source.pdf", tmp_path / "clean.pdf")
        return tmp_path / "clean.pdf"

    return make


def test_scans_are_told_from_pages_with_text_and_from_empty_pages(clean, tmp_path):
    scans = text_extraction.extract_text(clean(scan(ENGLISH, ENGLISH))).scans
    assert (scans.without_text, scans.doubtful) == ((1, 2), ())
    scans = text_extraction.extract_text(clean(scan(ENGLISH, layer=LAYER))).scans
    assert (scans.without_text, scans.doubtful) == ((), (1,))
    scans = text_extraction.extract_text(clean(scan(ENGLISH, shown="Received 3 May"))).scans
    assert (scans.without_text, scans.doubtful) == ((1,), ())
    printed = " ".join(["words that are printed on a photograph"] * 4)
    scans = text_extraction.extract_text(clean(scan(ENGLISH, shown=printed))).scans
    assert (scans.without_text, scans.doubtful) == ((), ())
    with document("words", "") as pdf:
        pdf.pages[1].obj.Contents = pdf.make_stream(b"")
        pdf.save(tmp_path / "plain.pdf")
    scans = text_extraction.extract_text(tmp_path / "plain.pdf").scans
    assert (scans.without_text, scans.doubtful) == ((), ())


@needs_tesseract
@pytest.mark.parametrize(
    ("turn", "rotate"), [(0, 0), (90, 0), (180, 0), (90, 90), (0, 90), (270, 180)]
)
def test_words_are_found_where_the_page_shows_them_however_it_lies(turn, rotate, clean):
    path = clean(scan(ENGLISH, turn=turn, rotate=rotate))

    reading = read_page(path, 1, languages="eng")
    lay_words(path, {1: reading.words})

    assert reading.confidence > 85
    assert " ".join(reading.text.split()) == LAYER
    laid = str(text_extraction.answer(str(path))["pages"][0]).split()
    # PDFium gives the words of a line that is upside down in another order.
    assert sorted(laid) == sorted(LAYER.split())
    dark = shown_at(path, "library")
    assert dark < 200, "there is ink where the word is said to be"


@needs_tesseract
def test_words_are_found_where_a_cropped_page_in_larger_units_shows_them(clean):
    with pikepdf.open(io.BytesIO(scan(ENGLISH, rotate=90))) as pdf:
        page = pdf.pages[0].obj
        page.MediaBox = Array([-40, -30, 420, 300])
        page.CropBox = Array([-20, -10, 410, 290])
        page.UserUnit = 2
        path = clean(saved(pdf))

    reading = read_page(path, 1, languages="eng")
    lay_words(path, {1: reading.words})

    assert shown_at(path, "library") < 200


def shown_at(path, word: str) -> float:
    """The mean brightness of what the page shows where this word is found."""
    with pypdfium2.PdfDocument(path) as pdf:
        page = pdf[0]
        index, count = page.get_textpage().search(word).get_next()
        boxes = [page.get_textpage().get_charbox(at) for at in range(index, index + count)]
        page.set_cropbox(
            min(box[0] for box in boxes), min(box[1] for box in boxes),
            max(box[2] for box in boxes), max(box[3] for box in boxes),
        )  # fmt: skip
        shown = page.render(scale=2).to_pil().convert("L")
    return sum(shown.tobytes()) / len(shown.tobytes())


@needs_tesseract
def test_welsh_is_read_with_the_language_of_the_form(clean):
    reading = read_page(clean(scan(WELSH)), 1, languages=languages_for("cym"))

    assert languages_for("cym") == "cym+eng"
    assert "disgyblion yn cerdded bob bore" in reading.text


@needs_tesseract
def test_reading_is_the_same_after_it_was_kept(clean):
    page = read_page(clean(scan(ENGLISH)), 1, languages="eng")
    reading = MachineReading("eng", (page, PageReading(2, 0, ())))

    kept = MachineReading.from_json(reading.to_json())

    assert kept == reading
    assert kept.confidence == page.confidence


@needs_tesseract
def test_layer_of_words_is_compared_with_what_the_page_shows(clean):
    page = read_page(clean(scan(ENGLISH)), 1, languages="eng")

    assert differing_words(LAYER, page) == ""
    assert "different sentences" in differing_words(OTHER, page)
    assert "quite different" in differing_words(f"{LAYER} {OTHER}", page)
    assert differing_words("\ue001\ue002\ue003 \ue004\ue005\ue006", page)


def test_page_that_was_read_badly_is_compared_with_nothing():
    assert differing_words(OTHER, PageReading(1, 30, ())) == ""
