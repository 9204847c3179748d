"""Where something stands is said in the language of whoever reads it, however old the row."""

import datetime
import html
import io
import json

import pytest
from django.utils import timezone, translation

from evidence.drafts import exposure_check
from evidence.drafts.finding_locations import place_name
from evidence.drafts.models import DraftFile
from evidence.errors import CallNotOpenError
from evidence.submissions.receive import receive, take_in
from tests.evidence.drafts.test_preview_of_pdf import a_pdf
from tests.evidence.drafts.witness import file
from tests.evidence.submissions.test_receive import envelope
from tests.evidence.web.in_welsh import begin_in_welsh
from tests.factories import CallFactory, docx

BOB = 'author="Bob Boss" date="2026-01-01T00:00:00Z"'
TRACKED = f"""---
author: Ann Othername
---

First paragraph.

Was [Is this wise?]{{.comment-start id="1" {BOB}}}it[]{{.comment-end id="1"}} so?
[They threatened us.]{{.deletion {BOB}}} [They wrote to us.]{{.insertion {BOB}}}
"""


@pytest.mark.parametrize(
    ("where", "english", "welsh"),
    [
        ("paragraph 3 of the text", "paragraph 3", "paragraff 3"),
        ("page 2", "page 2", "tudalen 2"),
        ("pages 2, 4, 7", "pages 2, 4, 7", "tudalennau 2, 4, 7"),
        ("document properties", "the file details", "manylion y ffeil"),
        ("a comment by Bob Boss", "a comment by Bob Boss", "sylw gan Bob Boss"),
        ("a comment by {name}", "a comment by {name}", "sylw gan {name}"),
        ("hidden text in a footnote", "in hidden text: a footnote", "mewn testun cudd: troednodyn"),
        ("hidden text in the text", "in hidden text", "mewn testun cudd"),
        ("hidden text in word/document.xml", "in hidden text", "mewn testun cudd"),
        ("word/media/image1.jpeg", "picture image1.jpeg", "llun image1.jpeg"),
        ("word/document.xml", "the text", "y testun"),
        ("word/embeddings/oleObject1.bin", "", ""),
        ("Somewhere Nobody Knows", "Somewhere Nobody Knows", "Somewhere Nobody Knows"),
        ("", "", ""),
    ],
)
def test_a_place_is_said_in_either_language(where, english, welsh):
    assert place_name(where) == english
    with translation.override("cy"):
        assert place_name(where) == welsh


@pytest.mark.django_db
def test_a_document_full_of_traces_says_in_welsh_where_they_are(work):
    form = begin_in_welsh(CallFactory())
    form.upload(file(docx(TRACKED, "-s"), "traces.docx"))
    form.upload(file(a_pdf("Words"), "evidence.pdf"))
    work()

    page = html.unescape(form.words("form-warnings"))

    for place in (
        "(manylion y ffeil)",
        "(sylw gan Bob Boss)",
        "(dilëwyd mewn newid wedi'i dracio)",
        "(mewn newid wedi'i dracio)",
    ):
        assert place in page
    for words in ("They threatened us.", "Is this wise?", "Ann Othername", "Hidden Author"):
        assert words in page
    for english in (" in the text", "document properties", "word/", "The document has"):
        assert english not in page


@pytest.mark.django_db
def test_the_preview_says_in_welsh_why_its_heading_is_in_english():
    why = "Yn Saesneg y mae'r pwyllgor yn cyhoeddi penawdau"
    form = begin_in_welsh(CallFactory())
    assert why in html.unescape(form.words("form-preview"))
    in_english = form.client.get(f"/form/{form.handle}/preview/")
    assert why not in html.unescape(in_english.content.decode())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("days", "message"),
    [
        (400, "Mae'r alwad hon am dystiolaeth yn agor ar"),
        (-400, "Caeodd yr alwad hon am dystiolaeth ar"),
    ],
    ids=["not yet", "no more"],
)
def test_a_call_that_takes_nothing_says_so_in_welsh(days, message):
    opens = timezone.now() + datetime.timedelta(days=days)
    call = CallFactory(opens_at=opens, closes_at=opens + datetime.timedelta(days=1))
    with translation.override("cy"), pytest.raises(CallNotOpenError, match=message):
        receive(call, [take_in(io.BytesIO(b"Words."), name="a.txt")], envelope())


def told_of(*findings: tuple[str, str, str, str]) -> list[exposure_check.Exposure]:
    keys = ("code", "severity", "words", "where")
    report = json.dumps([dict(zip(keys, exposure, strict=True)) for exposure in findings])
    return exposure_check.in_file(DraftFile(report=report))


def test_sentences_for_clerks_are_not_shown_as_words_of_the_file():
    loads, comments = told_of(
        ("external", "warn", "The document loads something from a.example.", "word/settings.xml"),
        ("comment", "warn", "The document has comments.", "word/comments.xml"),
    )
    assert (loads.words, loads.where) == ("a.example", "")
    assert (comments.words, comments.where) == ("", "a comment")


def test_what_is_told_with_its_words_is_not_told_without_them_too():
    (exposures,) = told_of(
        ("hidden-text", "warn", "The document has hidden text.", "word/document.xml"),
        ("hidden-text", "hold", "Secret words.", "hidden text in the text"),
    )
    assert exposures.words == "Secret words."


def test_a_name_that_stands_twice_in_the_properties_is_told_once():
    (exposures,) = told_of(
        ("metadata-author", "info", "Ann", "document properties"),
        ("metadata-author", "info", "Ann", "document properties (XMP)"),
    )
    assert exposures.words == "Ann"


def test_layers_that_are_all_shown_are_not_called_hidden():
    assert told_of(("pdf-layers", "info", "The PDF has layers; all of them are shown.", "")) == []
    assert len(told_of(("pdf-layers", "hold", "The PDF has layers that are not shown.", ""))) == 1
