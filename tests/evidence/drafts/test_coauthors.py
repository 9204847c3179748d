"""Another author confirms by a link of their own, or says that they did not agree."""

import datetime
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evidence.custody.models import CustodyEntry
from evidence.custody.verify import verify
from evidence.decisions.models import Act
from evidence.drafts.coauthors import LASTS, forget_old_coauthor_links
from evidence.drafts.models import CoauthorLink
from evidence.errors import NotReadyError
from evidence.intake.examine import release, settle, try_again
from evidence.intake.models import SubmissionFinding
from evidence.jobs.queue import ask
from evidence.letters.models import Letter
from evidence.lifecycle import Status
from evidence.publication.publish import publish
from evidence.submissions.models import Submission, SubmissionWitness
from tests.evidence.admin.admin_client import page_of, page_text, shown_after, signed_in
from tests.evidence.drafts.witness import AtTheForm, begin, file
from tests.factories import CallFactory, a_member, decide

pytestmark = pytest.mark.django_db
ANN, BEN = "ann@othername.example", "ben@secondname.example"
PERSON = {"name": "Dr Ben Secondname", "role": "Reader in Law", "email": BEN, "wish": "open"}
LINK = re.compile(r"/confirm/[^/\s]+/")
YES, NO = {"answer": "yes"}, {"answer": "no"}


def send(client: Client | None = None, **person: str) -> AtTheForm:
    form = begin(CallFactory(), client)
    form.fill_in(who={"who": "together"})
    form.post("form-person", 1, **{**PERSON, "may_email": "on", **person})
    form.upload(file(b"Words about Oxbridge."))
    form.get("form-warnings")
    form.send()
    return form


@pytest.fixture
def form(work, mailoutbox) -> AtTheForm:
    """A form that was sent with another author, whose letter was sent too."""
    form = send()
    work()
    return form


@pytest.fixture
def submission(form) -> Submission:
    return Submission.objects.get()


@pytest.fixture
def link(form, mailoutbox) -> str:
    (letter,) = (letter for letter in mailoutbox if letter.to == [BEN])
    return LINK.search(letter.body).group()


def author() -> SubmissionWitness:
    return SubmissionWitness.objects.get(position=1)


def acts() -> list[str]:
    return list(CustodyEntry.objects.order_by("sequence").values_list("act", flat=True))


# --- The letter -----------------------------------------------------------------------------------


def test_the_link_is_in_the_letter_of_the_author_only(form, link, mailoutbox):
    token = link.split("/")[-2]
    assert [letter.to for letter in mailoutbox if "/confirm/" in letter.body] == [[BEN]]
    assert token not in Letter.objects.get(kind=Letter.Kind.COAUTHOR).body
    assert token not in CoauthorLink.objects.get().digest
    assert "return code" not in next(letter.body for letter in mailoutbox if letter.to == [BEN])


def test_neither_clerk_nor_sender_can_read_the_link(form, link, submission):
    letter = Letter.objects.get(kind=Letter.Kind.COAUTHOR)
    clerk = signed_in(a_member(submission.inquiry))
    page = page_text(clerk, reverse("admin:evidence_letter_change", args=[letter.pk]))
    assert "[link]" in page
    assert link not in page
    everything = form.get("form-everything").content
    assert link.encode() not in everything
    assert b"names of others" not in everything


def test_author_without_agreement_gets_no_letter(work, mailoutbox):
    send(may_email="")
    work()
    assert [letter.to for letter in mailoutbox] == [[ANN]]
    assert not CoauthorLink.objects.exists()


def test_a_letter_that_is_sent_twice_holds_two_links_that_work(form, mailoutbox, work):
    Letter.objects.filter(kind=Letter.Kind.COAUTHOR).update(state=Letter.State.RELEASED)
    ask("send_letter", Letter.objects.get(kind=Letter.Kind.COAUTHOR).pk)
    work()
    links = [LINK.search(letter.body).group() for letter in mailoutbox if letter.to == [BEN]]
    assert len(set(links)) == 2
    assert [Client().get(link).status_code for link in links] == [200, 200]


def test_no_link_is_kept_of_a_letter_that_could_not_be_sent(work, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    send()
    work()
    assert Letter.objects.get(kind=Letter.Kind.COAUTHOR).state == Letter.State.RELEASED
    assert not CoauthorLink.objects.exists()


# --- The page -------------------------------------------------------------------------------------


def test_the_page_shows_how_the_author_is_named_and_nothing_else(form, link, submission):
    page = Client().get(link).content.decode()
    assert "Dr Ben Secondname, Reader in Law" in page
    assert "you are named like this" in page
    hidden = ("Othername", ANN, BEN, "Oxbridge", "On pressure", submission.receipt)
    for words in (*hidden, form.call.title, submission.inquiry.title):
        assert words not in page


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [("name_withheld", "nobody is named"), ("confidential", "is not published")],
)
def test_page_says_that_one_request_withholds_all_names(wish, sentence, work, mailoutbox):
    send(wish=wish, reasons="They would know.")
    work()
    link = next(LINK.search(mail.body).group() for mail in mailoutbox if mail.to == [BEN])
    page = Client().get(link).content.decode()
    assert sentence in page
    assert "named like this" not in page


def test_the_page_opens_without_a_session_and_leaves_none(link):
    client = Client()
    client.get(link)
    client.post(link, YES)
    assert not client.cookies


def test_opening_the_link_answers_nothing(link):
    for _time in range(3):
        assert Client().get(link).status_code == 200
    assert author().agreement == ""


def test_another_site_cannot_answer(link):
    client = Client(enforce_csrf_checks=True)
    refused = client.post(link, NO, headers={"Sec-Fetch-Site": "cross-site"})
    assert refused.status_code == 403
    assert author().agreement == ""
    answer = client.post(link, YES, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 200
    assert author().agreement == SubmissionWitness.Agreement.AGREED


def test_an_answer_must_be_chosen(link):
    answer = Client().post(link, {})
    assert answer.status_code == 422
    assert "Select whether this is right" in answer.content.decode()
    assert author().agreement == ""


def test_an_author_confirms_once_and_the_clerk_reads_it(link, submission):
    page = Client().post(link, YES).content.decode()
    assert "You have confirmed that you are one of the authors." in page
    assert author().agreement == SubmissionWitness.Agreement.AGREED
    assert "author agreed" in acts()
    clerk = signed_in(a_member(submission.inquiry))
    assert "Confirms that they are an author" in page_text(clerk, page_of(submission))

    again = Client().post(link, NO)
    assert again.status_code == 410
    assert "This link does not work" in Client().get(link).content.decode()
    assert not SubmissionFinding.objects.filter(code="coauthor-refused").exists()


@pytest.mark.parametrize("token", ["x", "not-a-token", "0" * 43])
def test_a_made_up_link_opens_nothing(form, token):
    answer = Client().get(f"/confirm/{token}/")
    assert answer.status_code == 410
    assert "Secondname" not in answer.content.decode()


def test_a_link_works_for_thirty_days_and_is_then_deleted(link):
    CoauthorLink.objects.update(made_at=timezone.now() - LASTS + datetime.timedelta(minutes=1))
    assert Client().get(link).status_code == 200
    assert forget_old_coauthor_links() == 0
    CoauthorLink.objects.update(made_at=timezone.now() - LASTS)
    assert Client().get(link).status_code == 410
    assert forget_old_coauthor_links() == 1


# --- “I did not agree” ----------------------------------------------------------------------------


def test_an_author_who_did_not_agree_holds_the_submission(link, submission):
    submission.refresh_from_db()
    assert submission.status == Status.PREPARED
    page = Client().post(link, NO).content.decode()
    assert "You have told us that you did not agree." in page
    submission.refresh_from_db()
    assert submission.status == Status.HELD
    assert "author did not agree" in acts()
    assert verify().whole
    clerk = signed_in(a_member(submission.inquiry))
    shown = page_text(clerk, page_of(submission))
    assert "Dr Ben Secondname, Reader in Law says that they did not agree" in shown
    assert "Says that they did not agree" in shown


def test_the_checks_hold_it_if_the_author_answers_before_they_have_run(mailoutbox, work):
    send()
    letter = Letter.objects.get(kind=Letter.Kind.COAUTHOR)
    submission = letter.submission
    SubmissionFinding.objects.create(
        submission=submission, stage="authors", code="coauthor-refused", severity="hold",
        parameters={"name": "Dr Ben"},
    )  # fmt: skip
    work()
    submission.refresh_from_db()
    assert submission.status == Status.HELD


def test_running_the_checks_again_keeps_the_refusal(link, submission, work):
    Client().post(link, NO)
    submission.refresh_from_db()
    try_again(submission, by=a_member(submission.inquiry))
    work()
    submission.refresh_from_db()
    assert submission.status == Status.HELD
    assert submission.findings.holding().count() == 1


def test_clerk_settles_a_refusal_with_a_reason(link, submission, work):
    Client().post(link, NO)
    clerk = a_member(submission.inquiry)
    finding = submission.findings.holding().get()
    address = reverse("admin:submission-settle", args=[submission.pk, finding.pk])
    assert "Enter the reason" in shown_after(signed_in(clerk), address, {})
    signed_in(clerk).post(address, {f"reason-{finding.pk}": "A mistake: Ben agrees after all."})
    work()
    submission.refresh_from_db()
    assert submission.status == Status.PREPARED
    assert not submission.findings.holding().exists()


def test_a_clerk_clears_it_like_any_held_submission(link, submission, work):
    Client().post(link, NO)
    submission.refresh_from_db()
    release(submission, by=a_member(submission.inquiry), note="Ben agrees after all.")
    work()
    submission.refresh_from_db()
    assert submission.status == Status.PREPARED


def test_accepted_evidence_is_not_published_until_it_is_settled(link, submission, work):
    clerk = a_member(submission.inquiry)
    decide(submission, Act.ACCEPT, Act.OPEN, Act.REPORT, by=clerk)
    work()
    Client().post(link, NO)
    submission.refresh_from_db()
    assert submission.status == Status.REPORTED
    with pytest.raises(NotReadyError, match="an author says that they did not agree"):
        publish(submission, by=clerk)
    settle(submission.findings.holding().get(), by=clerk, note="Ben agrees after all.")
    publish(submission, by=clerk)
    submission.refresh_from_db()
    assert submission.status == Status.PUBLISHED
