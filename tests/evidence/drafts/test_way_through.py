"""A witness completes the form: everything typed is kept, and sending makes one submission."""

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from evidence.drafts import files, save_answers
from evidence.drafts.models import Draft, DraftFile
from evidence.drafts.submit import send
from evidence.errors import DraftDeletedError, EvidenceError
from evidence.lifecycle import Disclosure
from evidence.rate_limits import rules as limits
from evidence.submissions.models import Submission
from evidence.tagging.models import InstitutionTag, ThemeTag
from evidence.web.witness import form_flow
from evidence.web.witness.draft_answers import people_of
from evidence.witnesses.models import Contact, Statement
from inquiry.calls.models import Question
from tests.evidence.drafts.witness import ANSWERS, begin, file, ready
from tests.factories import CallFactory, InstitutionFactory, ThemeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    return CallFactory()


def test_completed_form_becomes_one_submission_with_a_receipt(call, work, mailoutbox):
    form = ready(call)

    answer = form.send()

    submission = Submission.objects.get()
    assert answer["Location"] == form.address("form-after")
    assert submission.receipt in form.words("form-after")
    assert submission.attachments.get().name == "evidence.txt"
    assert submission.title == "On pressure"
    assert submission.heading_names() == "Dr Ann Othername, Reader in Law"
    work()
    submission.refresh_from_db()
    assert submission.status == "prepared"
    letter = next(letter for letter in mailoutbox if submission.receipt in letter.body)
    assert letter.to == ["ann@othername.example"]
    assert call.title not in letter.subject + letter.body


def test_every_answer_reaches_the_submission(call):
    Question.objects.create(inquiry=call.inquiry, number=1, text="By what means?")
    institution, theme = InstitutionFactory(), ThemeFactory()
    form = ready(
        call,
        who={"who": "proxy"},
        details={"name": "Dr Ann Othername", "on_behalf_of": "A student", "has_permission": "on"},
        contact={
            "may_email": "no",
            "may_phone": "yes",
            "phone": "020 7946 0000",
            "hours": "after six",
            "avoid": "committee",
            "safe_ways": "by post",
        },
        disclosure={"wish": "name_withheld", "reasons": "My family."},
        circumstances={
            "published": "yes",
            "published_where": "A blog",
            "court": "yes",
            "in_court": "A case",
            "under_18": "on",
            "support": "An interpreter",
        },
        oral={"oral": "private"},
        questions={"questions": [str(Question.objects.get().pk)]},
        about={
            "institutions": [str(institution.pk)],
            "others": "A small college",
            "themes": [str(theme.pk)],
        },
    )
    form.send()

    submission = Submission.objects.get()
    contact = Contact.objects.get(witness__submissions=submission)
    statement = Statement.objects.get(submission=submission)
    assert submission.disclosure == Disclosure.NAME_WITHHELD
    assert submission.request.reasons == "My family."
    assert [question.number for question in submission.questions.all()] == [1]
    assert (contact.may_email, contact.may_phone) == (False, True)
    assert (contact.hours, contact.avoid, contact.safe_ways) == (
        "after six",
        "committee",
        "by post",
    )
    assert statement.has_permission
    assert (statement.on_behalf_of, statement.published_where, statement.in_court) == (
        "A student",
        "A blog",
        "A case",
    )
    assert (statement.under_18, statement.support, statement.oral) == (
        True,
        "An interpreter",
        "private",
    )
    assert statement.institutions == "A small college"
    assert InstitutionTag.objects.get(submission=submission).standing == "suggested"
    assert ThemeTag.objects.get(submission=submission).theme == theme


def test_witness_who_refused_email_gets_none(call, work, mailoutbox):
    form = ready(
        call,
        contact={
            "may_email": "no",
            "email": "ann@othername.example",
            "may_phone": "no",
            "safe_ways": "by post",
        },
    )
    form.send()
    work()

    assert mailoutbox == []


def test_co_authors_are_each_a_witness_with_their_own_protection(call):
    form = ready(call, who={"who": "together"})
    for number, name, wish, reasons in (
        (1, "Bob Second", "open", ""),
        (2, "Cai Third", "confidential", "My parents."),
    ):
        form.post("form-person", number, name=name, wish=wish, reasons=reasons)
    form.send()

    submission = Submission.objects.get()
    links = submission.witness_links.order_by("position")
    assert [link.witness.name for link in links] == ["Dr Ann Othername", "Bob Second", "Cai Third"]
    assert [link.disclosure_requested for link in links] == ["open", "open", "confidential"]
    assert submission.disclosure == Disclosure.CONFIDENTIAL
    assert submission.request.reasons == "Cai Third: My parents."


def test_co_authors_are_changed_and_removed(call):
    form = begin(call)
    form.say("who", who="together")
    for number, name in ((1, "Bob Second"), (2, "Cai Third")):
        form.post("form-person", number, name=name, wish="open")
    form.post("form-person", 1, name="Bob Changed", wish="open")
    form.post("form-person-remove", 2)

    assert [person["name"] for person in people_of(form.draft)] == ["Bob Changed"]
    assert form.post("form-person", 7, name="Nobody", wish="open").status_code == 404


def test_organisation_is_asked_for_its_name_and_no_persons(call):
    form = begin(call)
    form.say("who", who="organisation")
    assert 'name="role"' not in form.words("form-page", "details")
    assert form.say("details").status_code == 422
    assert form.say("details", organisation="A Society").status_code == 302


@pytest.mark.parametrize(
    "page",
    [page for page in ANSWERS if page != "title"],
)
def test_empty_page_says_what_is_missing_and_the_form_is_not_sent(call, page):
    form = ready(call)
    answer = form.say(page, **({"wish": "confidential"} if page == "disclosure" else {}))

    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()
    assert form.send().status_code == 422
    assert not Submission.objects.exists()


@pytest.mark.parametrize("unseen", ["\u202e\u202d", "\u2066 \u2069", "\u200b"])
def test_invisible_name_is_refused(call, unseen):
    form = begin(call)
    form.say("who", who="organisation")

    assert form.say("details", organisation=unseen).status_code == 422
    form.say("who", who="individual")
    assert form.say("details", name=unseen).status_code == 422
    assert form.say("details", name=f"Dr Ŵ.{unseen} ऩाम").status_code == 302


def test_direction_marks_are_removed_from_names_and_titles(call):
    form = ready(call, details={"name": "Dr\u202e Name"}, title={"name": "On\u2067 it"})
    form.send()

    submission = Submission.objects.get()
    assert (submission.title, submission.witnesses.get().name) == ("On it", "Dr Name")


def test_invalid_answers_are_kept_as_typed(call):
    form = begin(call)
    answer = form.say("contact", may_email="yes", email="not an address", may_phone="no")

    assert answer.status_code == 422
    assert 'value="not an address"' in answer.content.decode()
    assert 'value="not an address"' in form.words("form-page", "contact")
    assert "Not finished" in form.words()


def test_save_for_later_saves_unfinished_answers_without_errors(call):
    form = begin(call)
    answer = form.say("disclosure", wish="confidential", reasons="", later="yes")

    assert answer["Location"] == form.address()
    assert form.draft.answers_by_page["disclosure"]["wish"] == "confidential"


def test_two_windows_saving_different_pages_lose_nothing(call):
    form = begin(call)
    first, second = Draft.objects.get(), Draft.objects.get()
    form.say("title", name="One")
    assert first.answers_by_page == second.answers_by_page == {}
    form.say("details", name="Dr Ann Othername")

    assert set(form.draft.answers_by_page) == {"title", "details"}


def test_confidential_evidence_needs_no_contact_details(call):
    form = ready(
        call,
        disclosure={"wish": "confidential", "reasons": "Danger."},
        contact={"may_email": "no", "may_phone": "no"},
    )
    form.send()
    assert Submission.objects.get().disclosure == Disclosure.CONFIDENTIAL


def test_open_evidence_needs_one_way_to_contact_the_witness(call):
    form = begin(call)
    nobody = {"may_email": "no", "may_phone": "no"}
    assert form.say("contact", **nobody).status_code == 302
    form.say("disclosure", wish="open")
    assert "Enter at least one way to contact you." in form.words("form-check")
    assert form.say("contact", **nobody).status_code == 422


def test_requested_protection_needs_a_reason(call):
    for wish in ("name_withheld", "confidential"):
        answer = begin(call).say("disclosure", wish=wish)
        assert answer.status_code == 422
        assert "Explain why" in answer.content.decode()


def test_typed_evidence_keeps_paragraphs_and_headings(call, work):
    form = ready(call)
    form.say("text", text="# Background\nFirst line.\n\nSecond & last.")
    form.send()
    work()

    submission = Submission.objects.get()
    assert [file.name for file in submission.attachments.order_by("position")] == [
        "typed.html",
        "evidence.txt",
    ]
    assert submission.status == "prepared"
    assert "Background\n\n1. First line.\n\n2. Second & last." in submission.submission_text.text


def test_text_without_words_is_not_evidence(call):
    form = begin(call)
    assert "Type your evidence in words" in form.say("text", text=" . ").content.decode()
    assert form.post("form-files", go_on="yes").status_code == 422


def test_page_saved_after_the_form_was_deleted_returns_404(call):
    form = ready(call)
    draft = form.draft
    answers = form_flow.gather(draft)
    form.draft.delete()

    with pytest.raises(DraftDeletedError):
        save_answers.keep(draft, "title", {"name": "Late"})
    with pytest.raises(DraftDeletedError):
        files.add(draft, io.BytesIO(b"Late."), name="late.txt")
    with pytest.raises(EvidenceError):
        send(draft, answers)
    assert not Submission.objects.exists()


@pytest.mark.parametrize("page", ["title", "people"])
def test_form_saved_too_often_must_wait_and_keeps_its_answers(call, page):
    form = begin(call)
    form.say("who", who="together")
    for _ in range(limits.SAVE.most):
        limits.count(limits.SAVE, form.draft.pk.hex)
    before = form.draft.answers_by_page

    if page == "title":
        answer = form.say("title", name="Once more")
        assert 'value="Once more"' in answer.content.decode()
    else:
        answer = form.post("form-person", 1, name="Bob Second", wish="open")
        assert answer.status_code == 429
    assert "Too many attempts" in answer.content.decode()
    assert form.draft.answers_by_page == before


# --- Once --------------------------------------------------------------------------------------


def test_sending_again_shows_the_same_receipt(call):
    form = ready(call)
    form.send()
    again = form.send()

    assert again["Location"] == form.address("form-after")
    assert Submission.objects.count() == 1


def test_every_page_of_a_sent_form_redirects_to_its_receipt(call):
    form = ready(call)
    form.send()
    for name, more in (
        ("form", ()),
        ("form-page", ("who",)),
        ("form-files", ()),
        ("form-check", ()),
    ):
        assert form.get(name, *more)["Location"] == form.address("form-after")


@pytest.mark.django_db(transaction=True)
def test_two_windows_sending_at_once_make_one_submission(call):
    form = ready(call)
    draft = form.draft
    answers = form_flow.gather(draft)

    def send_once(_number: int) -> str:
        try:
            return send(Draft.objects.get(pk=draft.pk), answers).receipt
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        receipts = set(pool.map(send_once, range(4)))

    assert len(receipts) == 1
    assert Submission.objects.count() == 1


def test_sent_form_keeps_no_answers_and_no_files(call, django_capture_on_commit_callbacks):
    form = ready(call)
    with django_capture_on_commit_callbacks(execute=True):
        form.send()

    draft = Draft.objects.get()
    assert draft.answers == ""
    assert not DraftFile.objects.exists()
    assert draft.submission == Submission.objects.get()


def test_task_list_counts_what_must_be_answered(call):
    form = begin(call)
    assert "<strong>0 of 7 answered</strong>" in form.words()
    form.say("who", who="individual")
    form.say("oral", oral="private")
    assert "<strong>1 of 7 answered</strong>" in form.words()
    form.say("who", who="together")
    assert "<strong>1 of 8 answered</strong>" in form.words()
    form.fill_in()
    form.upload(file())
    assert "<strong>7 of 7 answered</strong>" in form.words()
    assert "Rydych wedi ateb 7 o 7" in form.client.get(f"/cy{form.address()}").content.decode()


def test_count_of_answers_agrees_with_what_may_be_sent(call, work):
    """A witness who asks for protection must look at the findings too."""
    form = ready(call, disclosure={"wish": "name_withheld", "reasons": "My family."})
    form.say("text", text="Othername wrote this.")
    work()
    before = form_flow.answered(form_flow.tasks(form.draft))
    assert form_flow.unfinished(form.draft)
    form.get("form-warnings")
    after = form_flow.answered(form_flow.tasks(form.draft))
    assert not form_flow.unfinished(form.draft)
    assert (before, after) == ((7, 8), (8, 8))
