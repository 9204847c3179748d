"""Two witnesses never reach each other's form, file, preview or submission, whatever they type."""

import uuid
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from evidence.drafts.models import Draft, DraftFile
from evidence.files import draft_storage
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
def other_form(work) -> AtTheForm:
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
def test_pages_of_another_witness_s_form_return_404(other_form, sent):
    if sent:
        other_form.send()
        submission = Submission.objects.get()
        ask_witness(submission, f"{SECRET}?", by=a_member(submission.inquiry))
    mine = ready(other_form.call)
    before = (list(Draft.objects.values()), list(Submission.objects.values()))
    for client in (Client(), mine.client):
        for key in keys(other_form):
            for address in addresses(other_form, key):
                for answer in (client.get(address), client.post(address, {"answer": "x"})):
                    assert answer.status_code in {404, 405}, address
                    assert SECRET not in answer.content.decode()
    assert (list(Draft.objects.values()), list(Submission.objects.values())) == before


def test_own_form_opens_no_files_of_another(other_form, work):
    other_form.upload(file(a_pdf(SECRET), "more.pdf"))
    work()
    mine = ready(other_form.call)
    stolen = other_form.draft.files.last()
    for act in ("up", "down"):
        assert mine.post("form-file", stolen.pk, act).status_code == 404
    for page in ("form-file-remove", "form-clean-copy"):
        assert mine.get(page, stolen.pk).status_code == 404
        assert mine.post(page, stolen.pk).status_code == 404
    DraftFile.objects.filter(pk=stolen.pk).update(clean_copy="ready")
    draft_storage.put_bytes(f"{stolen.folder}/clean", SECRET.encode())
    assert mine.post("form-clean-copy", stolen.pk, use="yes").status_code == 404
    assert other_form.get("form-clean-copy-file", stolen.pk).status_code == 200
    assert mine.get("form-clean-copy-file", stolen.pk).status_code == 404
    assert mine.get("form-picture", stolen.pk, "picture.png").status_code == 404
    assert other_form.get("form-page-picture", stolen.pk, 1).status_code == 200
    assert mine.get("form-page-picture", stolen.pk, 1).status_code == 404
    assert mine.get("form-page-picture", stolen.pk, 0).status_code == 404
    assert other_form.get("form-pages-pdf", stolen.pk).status_code == 200
    assert mine.get("form-pages-pdf", stolen.pk).status_code == 404
    mine.upload(file(b"Another text."), instead_of=str(stolen.pk))
    assert other_form.draft.files.filter(pk=stolen.pk).exists()


def test_own_submission_answers_no_question_to_another(other_form):
    other_form.send()
    submission = Submission.objects.get()
    query = ask_witness(submission, "Who?", by=a_member(submission.inquiry))
    mine = ready(other_form.call)
    mine.send()
    assert mine.post("form-answer", query.pk, answer="I.").status_code == 404
    query.refresh_from_db()
    assert query.answered_at is None


def test_form_address_opens_nothing_without_the_session(other_form):
    assert Client().get(other_form.address()).status_code == 404


def test_closing_the_form_loses_nothing(other_form):
    answer = other_form.client.get(reverse("leave"))
    assert answer["Location"].startswith("https://")
    assert other_form.client.get(other_form.address()).status_code == 404
    assert Draft.objects.exists()


def test_form_pages_are_not_cached_and_titles_name_no_inquiry(other_form):
    names = ["form", "form-files", "form-people", "form-warnings", "form-preview", "form-check"]
    for name in names:
        answer = other_form.get(name)
        title = answer.content.decode().split("<title>")[1].split("</title>")[0]
        assert title.startswith("Form: ")
        assert other_form.call.title not in title
        assert answer["Cache-Control"] == "no-store, private"
        assert set(answer.cookies) <= {"session"}
    assert set(other_form.client.cookies) == {"session"}


def test_staff_cannot_open_a_witness_s_form(other_form):
    clerk = Client()
    clerk.force_login(a_member(other_form.call.inquiry))
    assert clerk.get(other_form.address()).status_code == 404
