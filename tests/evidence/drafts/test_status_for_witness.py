"""After sending: what a witness sees of the submission, and what they can still do."""

import io
import zipfile

import pytest
from django.db import transaction

from evidence.custody.models import CustodyEntry
from evidence.custody.verify import verify
from evidence.decisions.models import Act
from evidence.documents.heading import submission_heading
from evidence.errors import NotPermittedError, NotReadyError
from evidence.intake.examine import hold
from evidence.letters.models import Letter
from evidence.letters.outbox import release
from evidence.lifecycle import Status
from evidence.publication.publish import publish
from evidence.submissions.models import Submission
from evidence.witness_requests.models import WithdrawalRequest, WitnessQuestion
from evidence.witness_requests.questions import ask_witness, keep, let_go
from evidence.witnesses.models import Contact
from inquiry.people.roles import Role
from tests.evidence.drafts.witness import file, ready
from tests.factories import CallFactory, a_member, decide

pytestmark = pytest.mark.django_db
CHECKING = "staff are checking it"
PUT = "will pass it to the committee"


@pytest.fixture
def form():
    form = ready(CallFactory())
    form.send()
    return form


@pytest.fixture
def clerk(form):
    return a_member(form.call.inquiry)


@pytest.fixture
def submission(form) -> Submission:
    return Submission.objects.get()


def test_held_submission_looks_like_one_being_checked(form, submission):
    checked = form.words("form-after")
    hold(submission, code="examine-stopped", reason="It stopped.", within=transaction.atomic)
    page = form.words("form-after")
    assert CHECKING in checked
    assert CHECKING in page
    assert "stopped" not in page
    assert "Held" not in page


def test_status_shows_the_number_once_given_and_disclosure_once_decided(
    form, submission, clerk, work
):
    work()
    assert PUT in form.words("form-after")
    decide(submission, Act.ACCEPT, Act.WITHHOLD_NAME, by=clerk)
    page = form.words("form-after")
    submission.refresh_from_db()
    assert submission.reference in page
    assert "without your name" in page


def test_refusal_is_shown_only_after_the_letter(form, submission, clerk, work):
    work()
    decide(submission, Act.DECLINE, by=clerk)
    assert PUT in form.words("form-after")

    release(Letter.objects.get(kind=Letter.Kind.DECLINED), by=clerk)
    # It may be days on its way, and may come back.
    assert PUT in form.words("form-after")
    work()

    assert "not to accept your evidence" in form.words("form-after")


def test_published_submission_links_to_its_page(form, submission, clerk, work):
    work()
    decide(submission, Act.ACCEPT, Act.OPEN, Act.REPORT, by=clerk)
    work()
    submission.refresh_from_db()
    publish(submission, by=clerk)
    assert f"/evidence/{submission.reference}/" in form.words("form-after")


# --- Questions ------------------------------------------------------------------------------------


def test_clerk_asks_and_the_witness_answers_once(form, submission, clerk, work, mailoutbox):
    query = ask_witness(submission, "When was it?", by=clerk)
    work()
    letter = next(letter for letter in mailoutbox if "We have a question" in letter.body)
    assert "When was it?" not in letter.body
    assert "When was it?" in form.words("form-after")

    form.post("form-answer", query.pk, answer="In May.")
    second = form.post("form-answer", query.pk, answer="In June.")

    query.refresh_from_db()
    assert query.answer == "In May."
    assert second.status_code == 422
    acts = set(CustodyEntry.objects.values_list("act", flat=True))
    assert {"witness asked", "witness answered"} <= acts
    assert verify().whole


def test_only_people_who_write_letters_ask_questions(submission):
    for role in set(Role) - {Role.CLERK}:
        with pytest.raises(NotPermittedError):
            ask_witness(submission, "When?", by=a_member(submission.inquiry, role))
    assert not WitnessQuestion.objects.exists()


# --- Taking it back -------------------------------------------------------------------------------


def test_submission_before_acceptance_is_withdrawn_at_once(form, submission, work):
    work()
    form.post("form-withdraw")
    submission.refresh_from_db()
    assert submission.status == Status.WITHDRAWN
    assert "Your evidence was withdrawn." in form.words("form-after")


def test_withdrawal_after_acceptance_is_decided_by_the_committee(form, submission, clerk, work):
    work()
    decide(submission, Act.ACCEPT, by=clerk)
    assert form.post("form-withdraw", reason="").status_code == 422
    form.post("form-withdraw", reason="I am afraid.")
    submission.refresh_from_db()
    assert submission.status == Status.ACCEPTED
    assert "has not decided yet" in form.words("form-after")
    assert form.post("form-withdraw", reason="Again.").status_code == 422

    let_go(submission, by=clerk, note="By leave of the committee")

    assert WithdrawalRequest.objects.get().granted is True
    submission.refresh_from_db()
    assert submission.status == Status.WITHDRAWN


def test_committee_can_refuse_a_withdrawal(form, submission, clerk, work):
    work()
    decide(submission, Act.ACCEPT, by=clerk)
    with pytest.raises(NotReadyError):
        keep(submission, by=clerk)
    form.post("form-withdraw", reason="I am afraid.")
    keep(submission, by=clerk)
    assert WithdrawalRequest.objects.get().granted is False
    assert "You have asked to withdraw your evidence" not in form.words("form-after")


# --- What is the witness's own --------------------------------------------------------------------


def test_corrected_contact_details_decide_where_links_go(form, submission, work, mailoutbox):
    form.post("form-contact", email="new@othername.example", may_email="on", hours="at night")
    contact = Contact.objects.get(witness__submissions=submission)
    assert (contact.email, contact.hours) == ("new@othername.example", "at night")
    assert CustodyEntry.objects.filter(act="contact corrected").exists()
    answer = form.post("form-contact", email="nonsense", may_email="on")
    assert answer.status_code == 422


def test_supplementary_submission_has_its_own_form_and_names_the_first(form, submission):
    answer = form.post("form-supplement")
    handle = answer["Location"].split("/")[-3]
    more = type(form)(form.client, handle, "", form.call)
    more.fill_in()
    more.upload(file(b"More words."))
    more.send()

    second = Submission.objects.exclude(pk=submission.pk).get()
    assert second.supplements == submission
    assert second.kind == "supplementary"


def supplementary_submission(form, *, wish: str, reasons: str = "") -> Submission:
    """A supplementary submission of the same witness, with a wish of its own."""
    first = Submission.objects.get()
    answer = form.post("form-supplement")
    more = type(form)(form.client, answer["Location"].split("/")[-3], "", form.call)
    more.fill_in(disclosure={"wish": wish, "reasons": reasons})
    more.upload(file(b"More words."))
    page = more.words("form-preview")
    more.send()
    submission = Submission.objects.exclude(pk=first.pk).get()
    assert submission_heading(submission, position=0).heading in page
    return submission


@pytest.mark.parametrize(
    ("first", "then", "says_so"),
    [
        ("open", "open", True),
        ("open", "name_withheld", True),
        ("name_withheld", "name_withheld", True),
        ("name_withheld", "open", False),
        ("confidential", "open", False),
        ("confidential", "name_withheld", False),
    ],
)
def test_status_does_not_reveal_a_more_protected_supplemented_submission(first, then, says_so):
    """Else the name on the second would tell whose the first is, or that there is one."""
    form = ready(CallFactory(), disclosure={"wish": first, "reasons": "Danger."})
    form.send()
    second = supplementary_submission(form, wish=then, reasons="Danger.")

    assert second.supplements is not None
    assert (second.kind == "supplementary") == says_so
    assert ("Supplementary" in submission_heading(second, position=0).heading) == says_so


def test_witness_can_download_everything_held_about_them(form, submission, clerk, work):
    query = ask_witness(submission, "When?", by=clerk)
    form.post("form-answer", query.pk, answer="In May.")
    work()

    answer = form.get("form-everything")

    assert answer["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as pack:
        names = set(pack.namelist())
        words = "\n".join(pack.read(name).decode() for name in names)
    assert "files/1 evidence.txt" in names
    for fact in ("Words of evidence.", "Dr Ann Othername", "ann@othername.example", "In May."):
        assert fact in words
    assert submission.receipt in words
    assert CustodyEntry.objects.filter(act="copy given").exists()


def test_answers_can_be_downloaded_before_and_after_sending(form):
    unsent = ready(CallFactory())
    for witness in (unsent, form):
        copy = witness.get("form-copy")
        assert copy["Content-Disposition"] == 'attachment; filename="answers.txt"'
        assert "Dr Ann Othername" in copy.content.decode()
        assert "On pressure" in copy.content.decode()
