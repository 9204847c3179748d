"""The exposure check lists what a draft would reveal, with the location, and nothing harmless."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.documents.identifying_words import MOST_OF_A_KIND
from evidence.documents.read import read
from evidence.documents.text_cleaning import count_words
from evidence.drafts import exposure_check
from evidence.drafts.typed_text import document_of, page_of
from evidence.findings import Location
from evidence.name_search.identity import Identity
from tests.evidence.drafts.witness import begin, file
from tests.factories import CallFactory, docx


def exposures_in(
    words: str, *, names=("Dr Ann Othername",), contact=("ann@x.example", "020 7946 0000")
):
    passages = [(Location("paragraph", 1), line) for line in words.split("\n")]
    return [
        (str(exposure.what), exposure.words)
        for exposure in exposure_check.in_text(passages, Identity(tuple(names), tuple(contact)))
    ]


NAME, OWN = str(exposure_check.OWN_NAME), str(exposure_check.OWN_ADDRESS)
OTHER, SIGNED = str(exposure_check.SOMEBODYS_ADDRESS), str(exposure_check.SIGNED)


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("I, Ann Othername, saw it.", NAME),
        ("They call me Othername.", NAME),
        ("OTHERNAME was written on the door.", NAME),
        ("Othername's office", NAME),
        ("Write to ANN@x.example.", OWN),
        ("Call +44 20 7946 0000.", OWN),
        ("Write to somebody@else.example.", OTHER),
        ("Call 0117 496 0123.", OTHER),
        ("Yours sincerely", SIGNED),
        ("Yn gywir,", SIGNED),
    ],
)
def test_identifying_text_is_found(words, what):
    assert what in [kind for kind, _words in exposures_in(words)]


@pytest.mark.parametrize(
    "words",
    [
        "Another name for it is annual.",
        "He was a doctor in 2019 and earned 1,234,567,890.",
        "See paragraph 020 of the report from 1.2.2024.",
        "I sincerely hope so.",
    ],
)
def test_harmless_text_is_left_alone(words):
    assert exposures_in(words) == []


def test_line_after_a_closing_phrase_is_a_signature():
    assert exposures_in("Kind regards,\nA. B.") == [(SIGNED, "Kind regards,"), (SIGNED, "A. B.")]


def test_many_findings_of_one_kind_are_summarised():
    lines = "\n".join(f"Othername {letter}" for letter in string.ascii_letters)
    assert len(exposures_in(lines)) == MOST_OF_A_KIND


def test_repeated_words_are_listed_once_with_all_locations():
    passages = [(Location("paragraph", number), "Othername") for number in (2, 4)]
    (exposure,) = exposure_check.in_text(passages, Identity(names=("Ann Othername",)))
    assert (exposure.words, exposure.where) == ("Othername", "paragraph 2; paragraph 4")


@pytest.mark.django_db
def test_word_file_findings_include_its_author_and_deleted_text(work):
    form = begin(CallFactory())
    markdown = "Kept. [gone]{.deletion author=Spy date=2026-01-01T00:00:00Z}"
    form.upload(file(docx(markdown, "-M", "author=Ann Othername"), "mine.docx"))
    work()
    page = form.words("form-warnings")
    assert "The file details name an author" in page
    assert "Ann Othername" in page
    assert "Text you deleted while tracking changes is still in the file" in page
    assert "Accept all changes" in page


@pytest.mark.django_db
def test_names_in_the_text_are_listed_only_for_a_protected_witness(work):
    form = begin(CallFactory())
    form.say("details", name="Dr Ann Othername")
    form.upload(file(b"I am Ann Othername.", "othername.txt"))
    work()
    form.say("disclosure", wish="open")
    assert NAME not in form.words("form-warnings")
    form.say("disclosure", wish="name_withheld", reasons="My family.")
    page = form.words("form-warnings")
    assert NAME in page
    assert "(paragraph 1)" in page
    assert str(exposure_check.FILE_NAME) in page


@pytest.mark.django_db
def test_typed_evidence_is_searched():
    form = begin(CallFactory())
    form.say("details", name="Dr Ann Othername")
    form.say("disclosure", wish="confidential", reasons="My family.")
    form.say("text", text="# Title\n\nOthername was here.")
    page = form.words("form-warnings")
    assert "What you typed" in page
    assert NAME in page


@pytest.mark.django_db
def test_overlong_typed_text_is_kept_and_reported():
    """A text made to be slow to look through delays nobody, and nothing that was typed is lost."""
    form = begin(CallFactory())
    form.say("details", name="Dr Ann Othername")
    form.say("disclosure", wish="name_withheld", reasons="My family.")
    typed = "Othername " + "a" * 400_000
    answer = form.say("text", text=typed)

    assert answer.status_code == 422
    assert "Shorten it, or upload it as a file." in answer.content.decode()
    assert form.draft.answers_by_page["text"]["text"] == typed
    assert NAME in form.words("form-warnings")
    assert "Your text must be 200,000 characters or fewer" in form.words("form-check")


@pytest.mark.django_db
def test_long_file_is_searched(work):
    form = begin(CallFactory())
    form.say("details", name="Dr Ann Othername")
    form.say("disclosure", wish="name_withheld", reasons="My family.")
    form.upload(file(b"a" * exposure_check.LONG + b"\n\nI am Othername.", "long.txt"))
    work()

    page = form.words("form-warnings")
    assert NAME in page
    assert "(paragraph 2)" in page


@pytest.mark.django_db
def test_file_too_long_to_search_in_time_is_reported(work, monkeypatch):
    monkeypatch.setattr(exposure_check, "WALL_SECONDS", 0.001)
    form = begin(CallFactory())
    form.say("details", name="Dr Ann Othername")
    form.say("disclosure", wish="name_withheld", reasons="My family.")
    form.upload(file(b"a" * exposure_check.LONG + b"\n\nI am Othername.", "long.txt"))
    work()

    assert str(exposure_check.TOO_LONG) in form.words("form-warnings")


@pytest.mark.django_db
def test_document_too_long_to_preview_is_reported(work):
    form = begin(CallFactory())
    form.upload(file(b"Words of evidence. " * 120_000, "long.txt"))
    work()

    page = form.words("form-preview")
    assert "This document is too long to show here" in page
    assert "Words of evidence. Words" not in page


LETTERS = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Co", "Cn"), include_characters="\n# \t"),
    max_size=120,
)


@settings(max_examples=25, deadline=None)
@given(LETTERS)
def test_typed_evidence_is_previewed_as_it_will_be_published(tmp_path_factory, typed):
    path = tmp_path_factory.mktemp("typed") / "typed.html"
    path.write_bytes(page_of(typed))
    shown = document_of(typed)
    if not count_words(typed):
        return  # a page refuses what has no words
    assert read(path, "html").document.blocks == shown.blocks
