"""Two witnesses never reach each other's form, file, preview or submission, whatever they type."""

import uuid
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from evidence.drafts.models import Draft
from evidence.submissions.models import Submission
from evidence.web.urls import witness as witness_pages
from evidence.witness_requests.questions import ask_witness
from tests.evidence.drafts.test_preview_of_pdf import a_pdf
from tests.evidence.drafts.witness import AtTheForm, file, ready
from tests.factories import CallFactory, a_member, docx

pytestmark = pytest.mark.django_db
SECRET = "Unmistakable"


def of_a_form() -> Iterator[URLPattern]:
    for page in witness_pages:
        if "<slug:handle>" in str(page.pattern):
            yield page


@pytest.fixture
def theirs(work) -> AtTheForm:
    form = ready(CallFactory(), details={"name": f"Dr {SECRET}"}, who={"who": "together"})
    form.post("form-person", 1, name=SECRET, wish="open")
    form.upload(file(docx(f"{SECRET} words."), f"{SECRET}.docx"))
    work()
    return form


def keys(form: AtTheForm) -> list[str]:
    """All by which somebody might try to name another's form."""
    draft = form.draft
    return [form.handle, draft.pk.hex, str(draft.pk), form.code.replace(" ", ""), draft.code_digest]


def addresses(form: AtTheForm, key: str) -> Iterator[str]:
    files = list(form.draft.files.values_list("pk", flat=True)) or [uuid.UUID(int=0)]
    submission = form.draft.submission
    queries = (
        list(submission.witness_questions.values_list("pk", flat=True))
        if submission
        else [uuid.UUID(int=0)]
    )
    more = {
        "number": 1,
        "file": files[0],
        "act": "remove",
        "name": "picture.png",
        "query": queries[0],
        "page": "details",
    }
    for page in of_a_form():
        wanted = {name: more[name] for name in page.pattern.converters if name != "handle"}
        yield reverse(str(page.name), kwargs={"handle": key, **wanted})


@pytest.mark.parametrize("sent", [False, True], ids=["not sent", "sent"])
def test_every_page_of_anothers_form_is_as_if_it_were_not_there(theirs, sent):
    if sent:
        theirs.send()
        submission = Submission.objects.get()
        ask_witness(submission, f"{SECRET}?", by=a_member(submission.inquiry))
    mine = ready(theirs.call)
    before = (list(Draft.objects.values()), list(Submission.objects.values()))
    for client in (Client(), mine.client):
        for key in keys(theirs):
            for address in addresses(theirs, key):
                for answer in (client.get(address), client.post(address, {"answer": "x"})):
                    assert answer.status_code in {404, 405}, address
                    assert SECRET not in answer.content.decode()
    assert (list(Draft.objects.values()), list(Submission.objects.values())) == before


def test_ones_own_form_opens_no_file_of_anothers(theirs, work):
    theirs.upload(file(a_pdf(SECRET), "more.pdf"))
    work()
    mine = ready(theirs.call)
    stolen = theirs.draft.files.last()
    for act in ("remove", "up", "down"):
        assert mine.post("form-file", stolen.pk, act).status_code == 404
    assert mine.get("form-picture", stolen.pk, "picture.png").status_code == 404
    assert theirs.get("form-page-picture", stolen.pk, 1).status_code == 200
    assert mine.get("form-page-picture", stolen.pk, 1).status_code == 404
    assert mine.get("form-page-picture", stolen.pk, 0).status_code == 404
    assert theirs.get("form-pages-pdf", stolen.pk).status_code == 200
    assert mine.get("form-pages-pdf", stolen.pk).status_code == 404
    mine.upload(file(b"Another text."), instead_of=str(stolen.pk))
    assert theirs.draft.files.filter(pk=stolen.pk).exists()


def test_ones_own_submission_answers_no_question_to_another(theirs):
    theirs.send()
    submission = Submission.objects.get()
    query = ask_witness(submission, "Who?", by=a_member(submission.inquiry))
    mine = ready(theirs.call)
    mine.send()
    assert mine.post("form-answer", query.pk, answer="I.").status_code == 404
    query.refresh_from_db()
    assert query.answered_at is None


def test_the_address_of_ones_own_form_opens_nothing_without_the_session(theirs):
    assert Client().get(theirs.address()).status_code == 404


def test_leaving_closes_the_form_and_loses_nothing(theirs):
    answer = theirs.client.get(reverse("leave"))
    assert answer["Location"].startswith("https://")
    assert theirs.client.get(theirs.address()).status_code == 404
    assert Draft.objects.exists()


def test_pages_of_a_form_are_not_kept_and_name_no_inquiry_in_their_title(theirs):
    names = ["form", "form-files", "form-people", "form-warnings", "form-preview", "form-check"]
    for name in names:
        answer = theirs.get(name)
        title = answer.content.decode().split("<title>")[1].split("</title>")[0]
        assert title == "Form"
        assert answer["Cache-Control"] == "no-store, private"
        assert set(answer.cookies) <= {"session"}
    assert set(theirs.client.cookies) == {"session"}


def test_a_member_of_staff_finds_no_way_into_a_form(theirs):
    clerk = Client()
    clerk.force_login(a_member(theirs.call.inquiry))
    assert clerk.get(theirs.address()).status_code == 404
