"""Locations of findings are shown in the reader's language."""

import datetime
import html
import io
import json

import pytest
from django.utils import timezone, translation

from evidence.drafts import exposure_check
from evidence.drafts.models import DraftFile
from evidence.errors import CallNotOpenError
from evidence.findings import Finding, Location
from evidence.intake.finding_locations import place_name
from evidence.intake.office_xml import part_of
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


TEXT = Location("text")


@pytest.mark.parametrize(
    ("location", "english", "welsh"),
    [
        (Location("paragraph", 3), "paragraph 3", "paragraff 3"),
        (Location("page", 2), "page 2", "tudalen 2"),
        (Location("pages", name="2, 4, 7"), "pages 2, 4, 7", "tudalennau 2, 4, 7"),
        (Location("properties"), "the file details", "manylion y ffeil"),
        (Location("comment", name="Bob Boss"), "a comment by Bob Boss", "sylw gan Bob Boss"),
        (Location("comment", name="{name}"), "a comment by {name}", "sylw gan {name}"),
        (
            Location("hidden-text", within=Location("footnote")),
            "in hidden text: a footnote",
            "mewn testun cudd: troednodyn",
        ),
        (Location("hidden-text", within=TEXT), "in hidden text", "mewn testun cudd"),
        (
            Location("author", within=Location("paragraph", 3)),
            "the author's name, found in paragraph 3",
            "enw'r awdur, yn: paragraff 3",
        ),
        (
            Location("paragraph", 1, others=(Location("footnote", 2), Location("paragraph", 1))),
            "paragraph 1; footnote 2",
            "paragraff 1; troednodyn 2",
        ),
        (part_of("word/media/image1.jpeg"), "picture image1.jpeg", "llun image1.jpeg"),
        (part_of("word/document.xml"), "the text", "y testun"),
        (None, "", ""),
    ],
)
def test_locations_have_english_and_welsh_names(location, english, welsh):
    assert place_name(location) == english
    with translation.override("cy"):
        assert place_name(location) == welsh


@pytest.mark.django_db
def test_finding_locations_are_shown_in_welsh(work):
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
def test_preview_explains_its_english_heading_in_welsh():
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
def test_call_that_accepts_no_files_says_so_in_welsh(days, message):
    opens = timezone.now() + datetime.timedelta(days=days)
    call = CallFactory(opens_at=opens, closes_at=opens + datetime.timedelta(days=1))
    with translation.override("cy"), pytest.raises(CallNotOpenError, match=message):
        receive(call, [take_in(io.BytesIO(b"Words."), name="a.txt")], envelope())


def exposures_of(*findings: Finding) -> list[exposure_check.Exposure]:
    report = json.dumps([finding.to_json() for finding in findings])
    return exposure_check.in_file(DraftFile(report=report))


def test_parts_inside_a_file_are_not_named_to_a_witness():
    loads, comments = exposures_of(
        Finding("external", "warn", {"name": "a.example"}, part_of("word/settings.xml")),
        Finding("comment", "warn", {}, part_of("word/comments.xml")),
    )
    assert (loads.words, loads.where) == ("a.example", "")
    assert (comments.words, comments.where) == ("", "a comment")


def test_reasons_for_clerks_are_not_shown_to_a_witness():
    report = [Finding("picture-left-out", "warn", {"detail": "it is damaged"}).to_json()]
    (difference,) = exposure_check.differences(DraftFile(report=json.dumps(report)))
    assert (difference.words, difference.where) == ("", "")
    assert "damaged" not in str(difference.what)


def test_finding_with_words_replaces_the_same_finding_without_them():
    (exposures,) = exposures_of(
        Finding("hidden-text", "warn", {"kind": "document"}, TEXT),
        Finding.quoting("hidden-text", "hold", "Secret.", Location("hidden-text", within=TEXT)),
    )
    assert exposures.words == "Secret."


def test_name_repeated_in_the_properties_is_listed_once():
    (exposures,) = exposures_of(
        Finding.quoting("metadata-author", "info", "Ann", Location("properties")),
        Finding.quoting("metadata-author", "info", "Ann", Location("properties", name="XMP")),
    )
    assert exposures.words == "Ann"


def test_words_in_several_places_are_listed_once_with_the_places():
    (exposure,) = exposures_of(
        Finding.quoting("comment-left-out", "warn", "See me", Location("comment", name="Bo")),
        Finding.quoting("comment", "warn", "See me", Location("comment", name="Bo")),
        Finding.quoting("comment", "warn", "See me", Location("comment", name="Ann")),
    )
    assert (exposure.words, exposure.where) == ("See me", "a comment by Bo; a comment by Ann")


def test_visible_layers_are_not_called_hidden():
    assert exposures_of(Finding("pdf-layers-shown", "info")) == []
    assert len(exposures_of(Finding("pdf-layers", "hold"))) == 1
