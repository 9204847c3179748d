"""Metadata of a file are not published, and are reported as left out only after a search."""

import base64
import io

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Dictionary, Name
from PIL import ExifTags, Image

from evidence.documents.models import Rendition
from evidence.files.storage import archive
from evidence.intake.examine import release
from evidence.lifecycle import Status
from evidence.word_search import Text, is_worth_finding
from tests.factories import a_member, a_submission, docx

HIDDEN = "Zebedee Quillfeather"
INFO = (
    r"{\info{\title Draft of the Heron paper}{\author Zebedee Quillfeather}"
    r"{\operator Jonquil Ampleforth}{\manager Mr Overseer}{\company Heron House}"
    r"{\subject Herons of old}{\keywords heronry}{\doccomm For Jonquil}"
    r"{\*\userprops{\propname Checked by}\proptype30{\staticval Umber Wickfield}}}"
)
WORDS_OF_INFO = ["Quillfeather", "Ampleforth", "Overseer", "Heron", "heronry", "Wickfield", "Draft"]


def rtf(body: str, info: str = INFO) -> bytes:
    return rb"{\rtf1\ansi\ansicpg1252 " + info.encode("ascii") + body.encode("ascii") + b"}"


def page(body: str, head: str) -> bytes:
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode()


def photograph(**tags: str) -> bytes:
    exif = Image.Exif()
    for name, words in tags.items():
        exif[ExifTags.Base[name]] = words
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(out, "JPEG", exif=exif)
    return out.getvalue()


def pdf(content: str, *, author: str = HIDDEN, **trailer: object) -> bytes:
    made = pikepdf.new()
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    sheet = made.add_blank_page(page_size=(300, 300)).obj
    sheet.Resources = Dictionary(Font=Dictionary(F1=made.make_indirect(font)))
    sheet.Contents = made.make_stream(content.encode())
    made.docinfo["/Author"] = author
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def prepared(work, content: bytes, file_name: str, **kinds):
    submission = a_submission(content=content, file_name=file_name, **kinds)
    work()
    submission.refresh_from_db()
    return submission


def made_of(submission) -> bytes:
    """Every byte that was made of a submission, PDF unpacked."""
    parts = []
    for rendition in submission.renditions.exclude(form=Rendition.Form.OFFICE):
        with archive().read(rendition.sha256) as stream:
            content = stream.read()
        parts.append(content)
        if rendition.form in {Rendition.Form.PDF, Rendition.Form.FACSIMILE}:
            out = io.BytesIO()
            with pikepdf.open(io.BytesIO(content)) as document:
                document.save(out, qdf=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
            parts.append(out.getvalue())
    return b"\n".join(parts)


def text_of(submission) -> str:
    with archive().read(submission.renditions.get(form=Rendition.Form.TEXT).sha256) as stream:
        return stream.read().decode()


def codes(submission) -> dict[str, list[str]]:
    by_code: dict[str, list[str]] = {}
    for finding in submission.findings.all():
        by_code.setdefault(finding.code, []).append(finding.words)
    return by_code


@pytest.mark.django_db
def test_rich_text_properties_never_become_paragraphs(work):
    submission = prepared(work, rtf(r"\pard The first words.\par The next.\par"), "a.rtf")

    assert submission.status == Status.PREPARED
    assert text_of(submission).split("\n\n")[0] == "1. The first words."
    made = made_of(submission)
    assert not [words for words in WORDS_OF_INFO if words.encode() in made]


@pytest.mark.django_db
def test_names_left_out_of_the_pages_are_reported(work):
    submission = prepared(work, rtf(r"\pard The first words.\par"), "a.rtf")

    assert HIDDEN in codes(submission)["metadata-left-out"]
    assert "metadata-carried" not in codes(submission)


@pytest.mark.django_db
def test_names_in_the_text_are_not_reported_as_left_out(work):
    submission = prepared(work, rtf(rf"\pard I am {HIDDEN}.\par"), "a.rtf")

    assert submission.status == Status.PREPARED
    assert HIDDEN in codes(submission)["metadata-in-text"]
    assert HIDDEN not in codes(submission)["metadata-left-out"]


@pytest.mark.django_db
def test_metadata_name_anywhere_in_the_pages_holds_the_submission(work):
    """The description of a picture is read aloud, but no reader of the file has seen it."""
    picture = "data:image/jpeg;base64," + base64.b64encode(photograph()).decode()
    head = f"<meta name='author' content='{HIDDEN}'>"
    body = f"<p>Words.</p><p><img alt='Seen by {HIDDEN.upper()}' src='{picture}'></p>"
    submission = prepared(work, page(body, head), "a.html")

    assert submission.status == Status.HELD
    [finding] = submission.findings.filter(
        code="metadata-carried", location__within__code="picture-description"
    )
    assert finding.words == HIDDEN
    assert finding.place.startswith("the page's code")
    assert HIDDEN not in codes(submission).get("metadata-left-out", [])


@pytest.mark.django_db
def test_author_of_an_html_file_is_reported_as_left_out(work):
    submission = prepared(
        work, page("<p>Words.</p>", f"<meta name='author' content='{HIDDEN}'>"), "a.html"
    )

    assert submission.status == Status.PREPARED
    assert codes(submission)["metadata-left-out"] == [HIDDEN]


@pytest.mark.django_db
def test_photographer_of_a_picture_is_searched_for_too(work):
    picture = base64.b64encode(photograph(Artist=HIDDEN)).decode()
    body = f"<p>Words.</p><p><img alt='{HIDDEN}' src='data:image/jpeg;base64,{picture}'></p>"
    submission = prepared(work, page(body, ""), "a.html")

    [finding] = submission.findings.filter(
        code="metadata-carried", location__within__code="picture-description"
    )
    assert "Artist" in finding.place
    assert b"Artist" not in made_of(submission)


@pytest.mark.django_db
def test_name_hidden_inside_a_pdf_holds_the_submission(work):
    """A comment of the program that drew the page is no operator, so it is not taken out."""
    content = f"% drawn for {HIDDEN}\nBT /F1 12 Tf 20 200 Td (Words) Tj ET"
    submission = prepared(work, pdf(content), "a.pdf")

    assert submission.status == Status.HELD
    [finding] = submission.findings.filter(code="metadata-carried")
    assert (finding.words, "code of the PDF" in finding.place) == (HIDDEN, True)
    assert not [
        words for words in codes(submission).get("removed-from-pdf", []) if "author" in words
    ]

    release(submission, by=a_member(submission.inquiry), note="The witness does not mind.")
    work()
    submission.refresh_from_db()
    assert submission.status == Status.PREPARED


@pytest.mark.django_db
def test_pdf_with_its_author_visible_on_a_page_passes(work):
    content = f"BT /F1 12 Tf 20 200 Td (By {HIDDEN}) Tj ET"
    submission = prepared(work, pdf(content), "a.pdf")

    assert submission.status == Status.PREPARED
    assert "metadata-carried" not in codes(submission)


@pytest.mark.django_db
def test_author_of_a_pdf_is_in_no_rendition(work):
    submission = prepared(work, pdf("BT /F1 12 Tf 20 200 Td (Words) Tj ET"), "a.pdf")

    assert submission.status == Status.PREPARED
    assert HIDDEN.encode() not in made_of(submission)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("title", "author"),
    [
        ("Contents", "User"),
        ("Written evidence", "Windows User"),
        ("Figure", "AB"),
        ("Title", HIDDEN),
        ("2024-01-02", "1234567"),
    ],
)
def test_common_words_and_the_own_heading_do_not_hold_a_submission(work, title, author):
    content = docx("A paragraph of evidence.", "-M", f"subject={title}", "-M", f"creator={author}")
    submission = prepared(work, content, "a.docx", name=HIDDEN)

    assert submission.status == Status.PREPARED
    assert "metadata-carried" not in codes(submission)


@pytest.mark.parametrize(
    ("text", "words", "there"),
    [
        ("by Smith, Jane.", "smith jane", True),
        ("by\nSMITH\u00a0 Jane", "Smith Jane", True),
        ("Smithson Jane", "Smith Jane", False),
        ("STRASSE", "Straße", True),
        ("作者王伟写的", "王伟", True),
        ("ﬁrst", "First", True),
        ("words", "…", False),
    ],
)
def test_text_search_ignores_case_and_spacing(text, words, there):
    assert Text(text).has(words) is there


@pytest.mark.parametrize(
    ("words", "worth"),
    [("Ann", False), ("Anna", True), ("王伟", True), ("王", False), ("2024-01-02", False)],
)
def test_words_too_short_to_identify_somebody_are_not_searched(words, worth):
    assert is_worth_finding(words) is worth


@given(st.text(max_size=60), st.text(max_size=60), st.text(min_size=1, max_size=20))
def test_words_between_spaces_are_found(before, after, words):
    if any(letter.isalnum() for letter in words.strip()):
        assert Text(f"{before} {words} {after}").has(words)


def test_long_phrases_are_searched_by_their_beginning():
    words = "Quillfeather and others " * 40

    assert Text(f"before {words} after").has(words)
    assert not Text(f"before {words[20:200]} after").has(words)
