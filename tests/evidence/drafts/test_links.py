"""An emailed link shows the progress of a form to a confirmed address, and nothing more."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from evidence.decisions.models import Act
from evidence.drafts import return_codes
from evidence.drafts.access import by_link
from evidence.drafts.models import AddressCode, Draft, EntryLink
from evidence.errors import UnknownCodeError
from evidence.jobs.models import Job
from evidence.publication.publish import publish
from evidence.rate_limits import rules as limits
from evidence.submissions.models import Submission
from evidence.witness_requests.questions import ask_witness
from evidence.witnesses.models import Contact
from tests.evidence.drafts.witness import (
    AtTheForm,
    ask_for_link,
    begin,
    file,
    link_in,
    ready,
    with_address,
)
from tests.factories import CallFactory, a_member, a_submission, decide

pytestmark = pytest.mark.django_db
ANN = "ann@othername.example"
PRECAUTIONS = {"hours": "After nine", "avoid": "committee", "safe_ways": "By my sister"}
AFTER_SENDING = ("form-after", "form-contact", "form-withdraw", "form-everything", "form-copy")


@pytest.fixture
def form() -> AtTheForm:
    """A form with an address that was confirmed."""
    form = with_address()
    form.confirm_address()
    return form


@pytest.fixture
def sent_form() -> AtTheForm:
    """A form that was sent, with an address that was confirmed before."""
    form = ready(CallFactory(), disclosure={"wish": "name_withheld", "reasons": "My family."})
    form.confirm_address()
    form.send()
    return form


@pytest.fixture
def link(work, mailoutbox):
    """Ask for a link and read it off the one letter that comes."""

    def link(email: str = ANN) -> str:
        work()
        mailoutbox.clear()
        ask_for_link(email)
        work()
        (letter,) = mailoutbox
        assert letter.to == [email]
        return link_in(letter)

    return link


@pytest.fixture
def assert_no_link_sent(work, mailoutbox):
    def assert_no_link_sent(email: str = ANN) -> None:
        work()
        mailoutbox.clear()
        ask_for_link(email)
        work()
        assert mailoutbox == []

    return assert_no_link_sent


def opened(address: str) -> tuple[Client, str, str]:
    """Whoever reads the letter presses the link: their browser, the handle there, the page."""
    client = Client()
    shown = client.post(address)
    assert shown.status_code == 302
    page = client.get(shown["Location"])
    assert page.status_code == 200
    return client, shown["Location"].split("/")[-2], page.content.decode()


# --- Who gets one ---------------------------------------------------------------------------------


def test_link_is_sent_to_a_confirmed_address(form, link):
    assert link(ANN)


def test_unconfirmed_address_gets_no_link(assert_no_link_sent):
    with_address()
    assert_no_link_sent()


def test_forms_of_others_with_my_address_do_not_affect_my_link(form, link, mailoutbox):
    for number in range(30):
        stranger = with_address()
        stranger.say("title", name=f"Typed by stranger {number}")

    address = link()

    assert mailoutbox[0].body.count("/return/link/") == 1
    client, _handle, _page = opened(address)
    assert client.session["forms by link"].popitem()[1] == form.draft.pk.hex


@pytest.mark.parametrize("may_email", ["no", ""])
def test_no_link_is_sent_after_email_permission_is_withdrawn(form, assert_no_link_sent, may_email):
    form.say("contact", may_email=may_email, email=ANN, may_phone="no")
    assert_no_link_sent()


@pytest.mark.parametrize("precaution", PRECAUTIONS)
def test_no_link_is_sent_to_a_witness_with_precautions(form, assert_no_link_sent, precaution):
    form.say(
        "contact",
        may_email="yes",
        email=ANN,
        may_phone="no",
        **{precaution: PRECAUTIONS[precaution]},
    )
    assert_no_link_sent()


def test_no_link_is_sent_to_a_changed_unconfirmed_address(form, assert_no_link_sent):
    form.say("contact", may_email="yes", email="new@othername.example", may_phone="no")
    assert_no_link_sent("new@othername.example")
    assert_no_link_sent(ANN)


def test_address_comparison_ignores_case(form, work, mailoutbox):
    mailoutbox.clear()
    ask_for_link(" Ann@Othername.example ")
    work()
    assert len(mailoutbox) == 1


@pytest.mark.parametrize(
    "changed", [{"may_email": False}, {"email": ""}, *({name: "x"} for name in PRECAUTIONS)]
)
def test_current_contact_details_decide_about_links_after_sending(
    sent_form, link, assert_no_link_sent, changed
):
    assert link()
    for contact in Contact.objects.all():
        for name, value in changed.items():
            setattr(contact, name, value)
        contact.save()
    assert_no_link_sent()


def test_address_corrected_after_sending_must_be_confirmed_for_a_link(
    sent_form, link, assert_no_link_sent
):
    sent_form.post("form-contact", email="new@othername.example", may_email="on")
    assert_no_link_sent("new@othername.example")
    assert "Confirm your email address" in sent_form.words("form-after")

    sent_form.confirm_address()

    assert link("new@othername.example")
    assert "Confirm your email address" not in sent_form.words("form-after")
    assert_no_link_sent(ANN)


def test_submission_received_by_staff_has_no_form_and_no_link(work, assert_no_link_sent):
    a_submission(email=ANN)
    assert_no_link_sent()


def test_addresses_confirmed_before_a_change_of_secret_stay_confirmed(form, link, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-secret-that-is-long-enough-to-be-one-of-its-kind-really"
    assert link()


# --- How it is opened -----------------------------------------------------------------------------


def test_link_works_once_and_only_after_its_button_is_pressed(form, link):
    address = link()
    scanner = Client()
    assert scanner.get(address).status_code == 200
    assert scanner.head(address).status_code == 200
    opened(address)
    assert Client().post(address).status_code == 410


def test_link_is_valid_for_ten_minutes(form, link):
    address = link()
    EntryLink.objects.filter(draft__isnull=False).update(
        expires_at=timezone.now() - datetime.timedelta(seconds=1)
    )
    assert Client().post(address).status_code == 410


@pytest.mark.parametrize(
    "then",
    [
        {"may_email": "no", "email": ANN},
        {"may_email": "yes", "email": "new@othername.example"},
        {"may_email": "yes", "email": ANN, "hours": "never"},
    ],
)
def test_link_opens_nothing_after_email_permission_is_withdrawn(form, link, then):
    address = link()
    form.say("contact", may_phone="no", **then)
    assert Client().post(address).status_code == 410


def test_unknown_link_is_refused():
    with pytest.raises(UnknownCodeError):
        by_link("not-a-token")


# --- What it shows --------------------------------------------------------------------------------


def test_link_to_an_unsent_form_shows_its_status_and_nothing_typed(form, link):
    form.say("details", name="Dr Ann Othername", role="Reader")
    form.say("title", name="On pressure")
    form.upload(file(name="my-evidence.txt"))

    client, handle, page = opened(link())

    assert "You have started your form but not sent it." in page
    for secret in ("Othername", "On pressure", "my-evidence", ANN, form.call.title):
        assert secret not in page
    others = [
        *("form", "form-code", "form-people", "form-files", "form-check", "form-preview"),
        *("form-warnings", "form-delete", "form-confirm", *AFTER_SENDING),
    ]
    for name in others:
        assert client.get(reverse(name, args=[handle])).status_code == 404, name
    for page in ("details", "contact", "text", "title"):
        assert client.get(reverse("form-page", args=[handle, page])).status_code == 404
        answer = client.post(reverse("form-page", args=[handle, page]), {"name": "X"})
        assert answer.status_code == 404
    for name in ("form-send", "form-code-another", "form-delete", "form-late", "form-close"):
        assert client.post(reverse(name, args=[handle])).status_code == 404, name
    assert Draft.objects.get().answers_by_page["title"]["name"] == "On pressure"


def test_link_to_a_submission_shows_its_status_and_opens_nothing_else(sent_form, link, work):
    submission = Submission.objects.get()
    work()
    query = ask_witness(submission, "Who was in the room?", by=a_member(submission.inquiry))

    client, handle, page = opened(link())

    assert "will pass it to the committee" in page
    assert "We have a question for you" in page
    for secret in (
        "Who was in the room?",
        "Othername",
        "On pressure",
        "My family",
        submission.receipt,
    ):
        assert secret not in page
    for name in (*AFTER_SENDING, "form-code", "form-confirm", "form"):
        assert client.get(reverse(name, args=[handle])).status_code == 404, name
    for name in ("form-withdraw", "form-contact", "form-supplement", "form-code-another"):
        answer = client.post(reverse(name, args=[handle]), {"may_email": "on", "email": "x@y.uk"})
        assert answer.status_code == 404, name
    answered = client.post(reverse("form-answer", args=[handle, query.pk]), {"answer": "Nobody."})
    assert answered.status_code == 404
    query.refresh_from_db()
    submission.refresh_from_db()
    assert (query.answer, submission.status) == ("", "prepared")
    assert Contact.objects.get().email == ANN
    assert Draft.objects.count() == 1


def test_link_to_a_published_submission_does_not_identify_it(sent_form, link, work):
    """Its number would lead from the letter box to what is published without the name."""
    work()
    submission, clerk = Submission.objects.get(), a_member(sent_form.call.inquiry)
    decide(submission, Act.ACCEPT, Act.WITHHOLD_NAME, Act.REPORT, by=clerk)
    work()
    submission.refresh_from_db()
    publish(submission, by=clerk)

    _client, _handle, page = opened(link())

    assert "Your evidence is published." in page
    assert submission.reference not in page


def test_return_code_opens_everything_from_the_status_page(sent_form, link):
    client, _handle, page = opened(link())
    assert reverse("back") in page

    answer = client.post(reverse("back"), {"code": sent_form.code})

    after = client.get(answer["Location"], follow=True).content.decode()
    assert "Download everything we hold about you" in after


def test_status_page_does_not_exist_in_other_browsers_or_after_leaving(form, link):
    client, handle, _page = opened(link())
    assert Client().get(reverse("state", args=[handle])).status_code == 404
    client.get(reverse("leave"))
    assert client.get(reverse("state", args=[handle])).status_code == 404


def test_status_page_closes_after_email_permission_is_withdrawn(form, link):
    client, handle, _page = opened(link())
    form.say("contact", may_email="no", email=ANN, may_phone="no")
    assert client.get(reverse("state", args=[handle])).status_code == 404


# --- Nobody learns anything -----------------------------------------------------------------------


def test_unknown_address_gets_the_same_answer_and_no_letter(form, work, mailoutbox):
    mailoutbox.clear()
    with_address("typed@only.example")
    answers = [ask_for_link(email) for email in (ANN, "typed@only.example", "who@else.example")]
    assert len({answer.content for answer in answers}) == 1
    work()
    assert [letter.to for letter in mailoutbox] == [[ANN]]


def test_link_requests_run_the_same_queries_for_every_address(form):
    ask_for_link("warm@up.example")
    done = []
    for email in (ANN, "x@y.example"):
        with CaptureQueriesContext(connection) as statements:
            ask_for_link(email)
        done.append([query["sql"].split(" ")[0] for query in statements.captured_queries])
    assert done[0] == done[1]


def test_three_letters_an_hour_go_to_one_address_and_answers_stay_alike(form, work, mailoutbox):
    """Else a stranger would learn that somebody has lately asked for this address."""
    mailoutbox.clear()
    answers = [ask_for_link(ANN) for _ in range(5)]
    work()
    assert len({(answer.status_code, answer.content) for answer in answers}) == 1
    assert len(mailoutbox) == limits.LINK_TO_ONE.most


def test_link_requests_of_one_visitor_are_limited():
    answers = [ask_for_link(f"x{number}@y.example") for number in range(limits.LINK.most + 1)]
    assert [answer.status_code for answer in answers] == [200] * limits.LINK.most + [422]


def test_letter_with_a_link_does_not_say_what_it_is_about(form, link, mailoutbox):
    link()
    letter = mailoutbox[0]
    for word in (form.call.title, form.call.code, "evidence", "committee", "inquiry"):
        assert word.casefold() not in (letter.subject + letter.body).casefold()


def test_stored_data_hold_no_usable_link_or_code(form, link):
    token = link().split("/")[-2]
    stored = str(list(EntryLink.objects.values())) + str(list(AddressCode.objects.values()))
    assert token not in stored
    assert return_codes.digest("link", token) in stored
    assert not Job.objects.unsettled().filter(name="send_link").exists()


def test_request_without_an_address_finds_no_form_without_an_address(work, mailoutbox):
    begin(CallFactory())
    assert ask_for_link("@").status_code == 200
    assert ask_for_link(" ").status_code == 422
    work()
    assert mailoutbox == []
