"""Each part of a page that is in another language than the page says so (WCAG 2.2, 3.1.2)."""

import io

import lxml.html
import pikepdf
import pytest
from django.test import Client

from evidence.decisions.models import Act
from evidence.documents.document import Document, Paragraph, Run, numbered
from evidence.documents.renderers.pdf import PageHeading, to_pdf
from evidence.drafts.typed_text import document_of, page_of
from evidence.publication.publish import publish
from evidence.submissions.models import Submission
from evidence.text_language import language_of
from evidence.witness_requests.questions import ask_witness
from inquiry.calls.models import Inquiry, Question
from tests.evidence.admin.admin_client import signed_in
from tests.evidence.drafts.witness import ready
from tests.evidence.web.in_welsh import begin_in_welsh, ready_in_welsh
from tests.factories import (
    CallFactory,
    InquiryFactory,
    InstitutionFactory,
    ThemeFactory,
    a_member,
    a_submission,
    decide,
    docx,
)

pytestmark = pytest.mark.django_db
WELSH = "Mae'r brifysgol wedi dweud bod hyn yn broblem, ac nid yw hyn ar ben."
FRENCH = "Les étudiants sont inquiets, et nous ne savons pas qui est dans la salle."


@pytest.fixture
def call():
    wider = InquiryFactory(title="Wider inquiry of the House")
    call = CallFactory(
        title="Title of the call",
        guidance="Guidance for you.",
        inquiry__title="Interference in academia",
        inquiry__scope="What it is about.",
        inquiry__committee__name="Committee on Other Things",
    )
    Inquiry.objects.filter(pk=call.inquiry_id).update(parent=wider)
    Question.objects.create(inquiry=call.inquiry, number=1, text="By what means?")
    return call


@pytest.fixture
def published(call, work):
    """Evidence in Welsh, published in English pages."""
    clerk = a_member(call.inquiry)
    submission = a_submission(call, text=WELSH, title="Pwysau ar y brifysgol yn ystod y flwyddyn")
    work()
    decide(submission, Act.ACCEPT, Act.OPEN, Act.REPORT, by=clerk)
    work()
    publish(submission, by=clerk)
    submission.refresh_from_db()
    return submission


def languages(answer, words: str) -> set[str]:
    """The languages of the elements whose own text contains these words."""
    assert answer.status_code == 200
    tree = lxml.html.fromstring(answer.content.decode())
    elements = tree.xpath("//body//*[text()[contains(., $words)]]", words=words)
    assert elements, words
    return {
        next(at.get("lang") for at in (element, *element.iterancestors()) if at.get("lang"))
        for element in elements
    }


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("", "Title of the call"),
        ("", "Committee on Other Things"),
        ("calls/{}/", "Title of the call"),
        ("calls/{}/", "Guidance for you."),
        ("calls/{}/", "Committee on Other Things"),
        ("calls/{}/", "Wider inquiry of the House"),
        ("calls/{}/", "What it is about."),
        ("calls/{}/", "By what means?"),
    ],
)
def test_data_on_welsh_public_pages_is_marked_as_english(client, call, path, words):
    assert languages(client.get(f"/cy/{path.format(call.code)}"), words) == {"en-GB"}


def test_words_between_english_names_stay_welsh(client, call):
    assert languages(client.get(f"/cy/calls/{call.code}/"), "rhan o") == {"cy"}


def test_choices_of_a_welsh_form_are_marked_as_english(call):
    institution, theme = InstitutionFactory(), ThemeFactory()
    form = begin_in_welsh(call)
    assert languages(form.get("form-page", "questions"), "By what means?") == {"en-GB"}
    assert languages(form.get("form-page", "about"), theme.name) == {"en-GB"}
    assert languages(form.get("form-page", "about"), institution.name) == {"en-GB"}
    form.say("about", institutions=[institution.pk], themes=[theme.pk])
    form.say("questions", questions=[call.inquiry.questions.get().pk])
    for words in (institution.name, theme.name, "By what means?"):
        assert languages(form.get("form-check"), words) == {"en-GB"}
    assert languages(form.get("form-page", "disclosure"), "Pam") == {"cy"}


def test_question_of_a_clerk_is_marked_as_english(call):
    form = ready_in_welsh(call)
    form.send()
    ask_witness(Submission.objects.get(), "When was it?", by=a_member(call.inquiry))
    assert languages(form.get("form-after"), "When was it?") == {"en-GB"}


def test_preview_says_the_language_of_each_part(call, work):
    form = ready(call, title={"name": "Pwysau ar y brifysgol a bod yn y ddinas"})
    form.say("text", text=WELSH)
    assert languages(form.get("form-preview"), "brifysgol wedi dweud") == {"cy"}
    assert languages(form.get("form-preview"), "Pwysau ar y") == {"cy"}
    assert languages(form.get("form-preview"), "Written evidence submitted by") == {"en-GB"}
    form.say("text", text=FRENCH)
    assert languages(form.get("form-preview"), "inquiets") == {"fr"}


def test_published_and_staff_pages_say_the_language_of_the_evidence(client, published):
    public = client.get(f"/evidence/{published.reference}/")
    assert languages(public, "brifysgol wedi dweud") == {"cy"}
    assert languages(public, "Pwysau ar y brifysgol") == {"cy"}
    assert languages(public, "Written evidence submitted by") == {"en-GB"}
    clerk = signed_in(a_member(published.inquiry))
    assert languages(clerk.get(f"/staff/evidence/{published.pk}/"), "wedi dweud") == {"cy"}
    assert languages(client.get("/evidence/"), "Pwysau ar y brifysgol") == {"cy"}


def test_language_that_a_file_declares_is_kept(call, work):
    content = docx("Quelques mots.", "-M", "lang=fr-FR")
    submission = a_submission(call, content=content, file_name="mine.docx")
    work()
    clerk = signed_in(a_member(call.inquiry))
    page = clerk.get(f"/staff/evidence/{submission.pk}/")
    assert languages(page, "Quelques mots.") == {"fr"}


# --- The list in Welsh ---------------------------------------------------------------------------


def test_published_evidence_is_listed_in_welsh(client, published):
    page = client.get("/cy/evidence/")
    assert languages(page, "Tystiolaeth a gyhoeddwyd") == {"cy"}
    assert languages(page, published.reference) == {"en-GB"}
    assert languages(page, "Interference in academia") == {"en-GB"}
    shown = client.get(f"/cy/evidence/{published.reference}/")
    assert languages(shown, "Committee on Other Things") == {"en-GB"}
    assert languages(shown, "Cyhoeddwyd") == {"cy"}
    assert f'href="/evidence/{published.reference}/0.pdf"' in shown.content.decode()
    assert client.get(f"/cy/evidence/{published.reference}/0.pdf").status_code == 404


def test_language_link_keeps_the_search(client, published):
    page = client.get("/cy/evidence/?q=hyn&theme=").content.decode()
    assert 'href="/evidence/?q=hyn&amp;theme="' in page
    assert 'href="/cy/evidence/"' in client.get("/evidence/").content.decode()


def test_welsh_list_shows_and_finds_no_more_than_the_english_one(call, published, work):
    other = a_submission(call, text="Nothing of this is public.", title="A hidden title")
    work()
    for address in ("/cy/evidence/", "/cy/evidence/?q=hidden"):
        assert "A hidden title" not in Client().get(address).content.decode()
    assert Client().get(f"/cy/evidence/{other.receipt}/").status_code == 404


# --- The PDF -------------------------------------------------------------------------------------


def test_pdf_has_the_language_of_the_document_and_headings_have_their_own():
    heading = PageHeading("A committee", "An inquiry", "Written evidence", "FIA1", "March 2026")
    document = Document(numbered([Paragraph((Run(WELSH),))]), language="cy")
    with pikepdf.open(io.BytesIO(to_pdf(document, {}, heading).pdf)) as pdf:
        assert pdf.Root.Lang == "cy"
        contents = pdf.pages[0].Contents.read_bytes()
        elements = [
            element
            for element in pdf.objects
            if isinstance(element, pikepdf.Dictionary) and element.get("/S") == "/H1"
        ]
    assert [str(element.Lang) for element in elements] == ["en"]
    # The committee, the inquiry and the date.
    assert contents.count(b"/Lang(en)") == 3


def test_pdf_of_published_evidence_has_its_language(client, published):
    answer = client.get(f"/evidence/{published.reference}/0.pdf")
    with pikepdf.open(io.BytesIO(b"".join(answer.streaming_content))) as pdf:
        assert pdf.Root.Lang == "cy"


# --- What language a text is in ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The university told us that this was not the case.", "en"),
        (WELSH, "cy"),
        (FRENCH, "fr"),
        ("Die Universität hat uns nicht gesagt, dass sie von der Regierung ist.", "de"),
        ("Los estudiantes no saben que es una reunión para el profesor.", "es"),
        ("外国干预大学的证据", "zh"),
        ("大学についての意見です", "ja"),
        ("대학에 대한 의견입니다", "ko"),
        ("བོད་ཡིག་", "bo"),
        ("The visitors 王小明 and 李雷 told us that the talk was cancelled.", "en"),
        ("Dr Ann Othername", "en"),
        ("", "en"),
    ],
)
def test_language_of_a_text_is_told_by_its_words_and_letters(text, language):
    assert language_of(text) == language


def test_typed_text_is_stored_with_its_language():
    assert b'<html lang="cy">' in page_of(WELSH)
    assert document_of(WELSH).language == "cy"
