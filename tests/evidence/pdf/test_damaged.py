"""PDFs that break the rules of PDF and that other programs show: they are mended or drawn."""

import re
from pathlib import Path

import damaged_pdfs as damaged
import pikepdf
import pypdfium2
import pytest
from hostile_pdfs import document
from pikepdf import Dictionary, Name
from PIL import Image

from evidence.intake.finding_messages import in_a_sentence
from evidence.pdf.exceptions import SanitizeError
from evidence.pdf.fragment.prepend_pages import answer as with_front
from evidence.pdf.sandbox import text_extraction
from evidence.pdf.sanitize import inspect, password
from evidence.pdf.sanitize import sanitize_by_drawing as sanitizing
from evidence.pdf.sanitize.sanitize import sanitize


@pytest.fixture
def file(tmp_path: Path):
    def write(raw: bytes) -> Path:
        path = tmp_path / "source.pdf"
        path.write_bytes(raw)
        return path

    return write


def words_of(path: Path) -> list[str]:
    return [str(text).strip() for text in text_extraction.answer(str(path))["pages"]]


def picture(path: Path, page: int) -> Image.Image:
    with pypdfium2.PdfDocument(path) as document:
        return document[page].render(scale=1).to_pil().convert("L")


def difference(first: Image.Image, second: Image.Image) -> float:
    """How much the pictures differ, from 0 to 255, on average."""
    assert first.size == second.size
    pairs = zip(first.tobytes(), second.tobytes(), strict=True)
    return sum(abs(left - right) for left, right in pairs) / len(first.tobytes())


def codes(path: Path) -> dict[str, str]:
    return {row["code"]: row["severity"] for row in inspect.answer(str(path))}


@pytest.mark.parametrize("turn", [0, 90])
def test_page_with_a_damaged_stream_becomes_a_picture_with_its_words(turn, file, tmp_path):
    source, target = file(damaged.damaged_page(turn)), tmp_path / "target.pdf"

    cleaned = sanitize(source, target)

    assert (cleaned.pages, cleaned.drawn, cleaned.all_drawn) == (3, (2,), False)
    assert words_of(target) == ["first page", "kept words", "third page"]
    assert difference(picture(source, 1), picture(target, 1)) < 4
    with pikepdf.open(target) as made:
        assert "/Rotate" not in made.pages[1].obj
        assert "/XObject" not in made.pages[0].obj.Resources


def test_words_under_a_picture_stand_where_the_picture_shows_them(file, tmp_path):
    source, target = file(damaged.damaged_page(90)), tmp_path / "target.pdf"
    sanitize(source, target)

    with pypdfium2.PdfDocument(target) as made:
        searcher = made[1].get_textpage().search("kept words")
        index, _count = searcher.get_next()
        left, _bottom, _right, top = made[1].get_textpage().get_charbox(index)
    # Turned by 90 degrees, what begins 50 up and 10 in begins 50 in and 190 high.
    assert (round(left, -1), round(top, -1)) == (50, 190)


def test_damaged_drawing_in_a_page_makes_a_picture_of_the_page(file, tmp_path):
    cleaned = sanitize(file(damaged.damaged_form()), tmp_path / "target.pdf")

    assert cleaned.drawn == (1,)
    assert "words of the page" in words_of(tmp_path / "target.pdf")[0]


def test_drawn_page_is_a_finding_that_names_the_page(file, tmp_path):
    source = file(damaged.damaged_page())

    assert codes(source) == {"page-as-picture": "warn"}
    (finding,) = sanitize(source, tmp_path / "target.pdf").findings
    assert in_a_sentence(finding) == (
        "The content of this page is damaged. We show the page as a picture, as other programs "
        "show it. Compare it with the original (page 2)."
    )


@pytest.mark.parametrize("how", damaged.TRAILERS)
def test_trailer_that_breaks_the_rules_gives_a_sound_copy(how, file, tmp_path):
    source = file(damaged.TRAILERS[how](damaged.plain("first page", "second page")))
    target, joined = tmp_path / "target.pdf", tmp_path / "joined.pdf"

    made = sanitizing.answer(str(source), str(target))
    document("our heading").save(tmp_path / "front.pdf")
    with_front(str(tmp_path / "front.pdf"), str(target), str(joined))

    assert (made["pages"], made["all_drawn"]) == (2, False)
    assert words_of(joined) == ["our heading", "first page", "second page"]
    with pikepdf.open(joined) as pdf:
        assert pdf.check_pdf_syntax() == []


@pytest.mark.parametrize("key", damaged.CATALOG)
@pytest.mark.parametrize("kind", damaged.WRONG)
def test_catalog_entry_of_the_wrong_kind_harms_nothing(key, kind, file, tmp_path):
    source = file(damaged.with_catalog(key, damaged.WRONG[kind]))

    made = sanitizing.answer(str(source), str(tmp_path / "target.pdf"))

    assert made["pages"] == 2
    assert words_of(tmp_path / "target.pdf") == ["first page", "second page"]
    assert "hold" not in codes(source).values()


@pytest.mark.parametrize("kind", damaged.WRONG)
def test_thing_among_the_pages_that_is_no_page_does_not_stop_the_others(kind, file, tmp_path):
    source = file(damaged.with_strange_kid(damaged.WRONG[kind]))

    sanitizing.answer(str(source), str(tmp_path / "target.pdf"))

    assert [text for text in words_of(tmp_path / "target.pdf") if text] == [
        "first page",
        "second page",
    ]


def test_file_that_cannot_be_copied_is_drawn_page_by_page(file, tmp_path):
    source, target = file(damaged.that_only_pdfium_opens()), tmp_path / "target.pdf"

    cleaned = sanitize(source, target)

    assert (cleaned.pages, cleaned.all_drawn) == (2, True)
    assert words_of(target) == ["first page", "second page"]
    for page in (0, 1):
        assert difference(picture(source, page), picture(target, page)) < 4
    assert [finding.code for finding in cleaned.findings] == ["pages-as-pictures"]
    assert codes(source) == {"pages-as-pictures": "warn"}


def test_reason_for_a_file_nobody_opens_is_free_of_jargon(file, tmp_path):
    source = file(damaged.with_page_tree("Kids", damaged.WRONG["number"]))

    with pytest.raises(SanitizeError) as refusal:
        sanitize(source, tmp_path / "target.pdf")

    assert str(refusal.value) == (
        "No safe copy of this PDF can be made. No program here can open it. Ask the witness to "
        "print it to a new PDF and send that."
    )


@pytest.mark.parametrize("rest", [b"<html>" * 500, b"\n12 0 obj\n<< /Half of a revi" + b"x" * 3000])
def test_bytes_after_the_end_are_left_out_and_told(rest, file, tmp_path):
    source = file(damaged.plain("first page", "second page") + rest)

    sanitizing.answer(str(source), str(tmp_path / "target.pdf"))

    assert codes(source) == {"after-the-pdf": "warn"}
    assert words_of(tmp_path / "target.pdf") == ["first page", "second page"]
    (finding,) = inspect.answer(str(source))
    assert finding["parameters"]["count"] == len(rest.strip())


def test_two_documents_in_one_file_are_still_held(file):
    source = file(damaged.plain("first") + damaged.plain("second", "third") + b"z" * 3000)

    assert "hold" in codes(source).values()


def test_pdf_that_locks_only_its_attachments_is_opened_without_them(file, tmp_path):
    source = file(damaged.with_locked_attachment())
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(source)

    assert not password.answer(str(source))
    assert codes(source)["pdf-attachment"] == "warn"
    assert "hold" not in codes(source).values()
    sanitizing.answer(str(source), str(tmp_path / "target.pdf"))
    assert words_of(tmp_path / "target.pdf") == ["words for all"]
    with pikepdf.open(tmp_path / "target.pdf") as made:
        everything = b"".join(thing.unparse() for thing in made.objects)
        assert not re.search(rb"EmbeddedFile|Filespec", everything)


def test_pdf_that_restricts_printing_needs_no_password(file, tmp_path):
    rules = pikepdf.Encryption(
        owner="o", user="", allow=pikepdf.Permissions(print_lowres=False, extract=False)
    )
    source = file(damaged.saved(document("words for all"), encryption=rules))

    assert not password.answer(str(source))
    assert codes(source) == {"pdf-restricted": "info"}
    sanitizing.answer(str(source), str(tmp_path / "target.pdf"))
    assert words_of(tmp_path / "target.pdf") == ["words for all"]


def test_pdf_whose_pages_need_a_password_is_not_opened(file):
    rules = pikepdf.Encryption(owner="o", user="u")

    assert password.answer(str(file(damaged.saved(document("secret"), encryption=rules))))


def test_page_that_nobody_can_show_leaves_the_others_their_numbers(file, tmp_path):
    source, target = file(damaged.with_page_nobody_shows()), tmp_path / "target.pdf"

    made = sanitizing.answer(str(source), str(target))

    assert (made["pages"], made["all_drawn"]) == (3, True)
    assert words_of(target) == ["first page", "", "third page"]
    assert codes(source)["unreadable-page"] == "hold"


def test_name_that_is_no_text_stops_nothing(file, tmp_path):
    raw = damaged.with_catalog("OpenAction", lambda _pdf: Dictionary(S=Name("/Jav#b1Script")))
    source = file(raw.replace(b"/Jav#23b1Script", b"/Jav#b1Script  "))

    assert "hold" not in codes(source).values()
    sanitizing.answer(str(source), str(tmp_path / "target.pdf"))
    assert words_of(tmp_path / "target.pdf") == ["first page", "second page"]
