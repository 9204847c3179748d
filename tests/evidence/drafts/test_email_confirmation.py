"""An address is confirmed with digits that are emailed to it and typed into the form."""

import datetime
import re

import pytest
from django.utils import timezone

from evidence.drafts import contact_addresses
from evidence.drafts import email_confirmation as confirming
from evidence.drafts.email_confirmation import code_of, send_code
from evidence.drafts.models import AddressCode
from evidence.rate_limits import rules as limits
from tests.evidence.drafts.witness import AtTheForm, begin, ready, with_address
from tests.evidence.web.in_welsh import begin_in_welsh
from tests.factories import CallFactory

pytestmark = pytest.mark.django_db
ANN = "ann@othername.example"
NOT_THE_CODE = "This is not the code in our latest email."


@pytest.fixture
def form() -> AtTheForm:
    return with_address()


@pytest.fixture
def code(form, work, mailoutbox):
    """Ask for a code and read it off the letter."""

    def code() -> str:
        mailoutbox.clear()
        assert form.post("form-confirm").status_code == 302
        work()
        (letter,) = mailoutbox
        assert letter.to == [ANN]
        return re.search(r"^\d{3} \d{3}$", letter.body, re.MULTILINE).group()

    return code


def is_confirmed(form: AtTheForm) -> bool:
    return bool(contact_addresses.confirmed_address_of(form.draft))


def other_than(code: str) -> str:
    return f"{(int(code.replace(' ', '')) + 1) % 10**6:06}"


def test_code_in_the_letter_confirms_the_address(form, code):
    form.post("form-confirm", code=code())
    assert is_confirmed(form)
    assert f"{ANN} is confirmed." in form.words("form-confirm")
    assert not AddressCode.objects.exists()


def test_no_code_is_sent_before_the_button_is_pressed(form, work, mailoutbox):
    assert ANN in form.words("form-confirm")
    form.client.head(form.address("form-confirm"))
    work()
    assert mailoutbox == []


def test_unconfirmed_address_does_not_stop_sending():
    form = ready(CallFactory())
    assert "Continue without confirming" in form.words("form-confirm")
    assert form.send().status_code == 302
    assert "Your receipt number" in form.words("form-after")


def test_confirmation_page_follows_the_contact_page_only_with_an_email(form):
    answers = {"may_email": "yes", "email": ANN, "may_phone": "no"}
    assert form.say("contact", **answers)["Location"] == form.address("form-confirm")
    other = form.say("contact", **{**answers, "may_email": "no", "safe_ways": "By post"})
    assert other["Location"] == form.address("form-files")
    assert form.address("form-confirm") not in form.words()


def test_wrong_code_confirms_nothing_and_five_block_the_right_one(form, code):
    right = code()
    for _ in range(confirming.MOST_WRONG):
        answer = form.post("form-confirm", code=other_than(right))
        assert answer.status_code == 422
        assert NOT_THE_CODE in answer.content.decode()
    assert form.post("form-confirm", code=right).status_code == 422
    assert not is_confirmed(form)


def test_code_of_one_form_confirms_no_other(form, code):
    """Who typed my address into a form of theirs has no use of the letters that I am sent."""
    mine = code()
    stranger = with_address()
    stranger.post("form-confirm")
    assert stranger.post("form-confirm", code=mine).status_code == 422
    assert not is_confirmed(stranger)


def test_code_confirms_only_the_address_it_was_sent_to(form, code):
    sent_to_ann = code()
    form.say("contact", may_email="yes", email="other@othername.example", may_phone="no")
    assert form.post("form-confirm", code=sent_to_ann).status_code == 422
    assert not is_confirmed(form)


def test_only_the_last_code_is_valid(form, code):
    first, second = code(), code()
    assert form.post("form-confirm", code=first).status_code == 422
    form.post("form-confirm", code=second)
    assert is_confirmed(form)


def test_code_is_valid_for_a_day_after_its_letter_was_sent(form, code):
    typed = code()
    AddressCode.objects.update(sent_at=timezone.now() - datetime.timedelta(hours=25))
    assert form.post("form-confirm", code=typed).status_code == 422
    assert confirming.forget_old_codes() == 1


@pytest.mark.parametrize(
    "precautions",
    [
        {"may_email": "no"},
        {"may_email": ""},
        {"email": "not an address"},
        {"email": "ann@othername.example\nBcc: x@y.example"},
        {"hours": "at night"},
        {"avoid": "committee"},
        {"safe_ways": "by my sister"},
    ],
)
def test_no_code_is_sent_to_a_witness_with_precautions(form, work, mailoutbox, precautions):
    form.say("contact", **{"may_email": "yes", "email": ANN, "may_phone": "no", **precautions})
    assert form.post("form-confirm").status_code == 422
    page = form.words("form-confirm")
    assert "You do not need a link" in page
    assert f'href="{form.address("form-files")}"' in page
    work()
    assert mailoutbox == []


def test_waiting_code_is_not_sent_after_email_permission_is_withdrawn(form, work, mailoutbox):
    form.post("form-confirm")
    form.say("contact", may_email="no", email=ANN, may_phone="no")
    work()
    assert mailoutbox == []


def test_letter_sent_twice_holds_the_same_code(form, mailoutbox):
    form.post("form-confirm")
    requested = AddressCode.objects.get()
    for _ in range(2):
        send_code(AddressCode.objects.get())
        AddressCode.objects.update(sent_at=None)
    assert len({letter.body for letter in mailoutbox}) == 1
    assert len({letter.extra_headers["Message-ID"] for letter in mailoutbox}) == 1
    form.post("form-confirm", code=code_of(requested))
    assert is_confirmed(form)


def test_three_codes_an_hour_go_to_one_address_without_revealing_other_forms(work, mailoutbox):
    forms = [with_address() for _ in range(5)]
    answers = [form.post("form-confirm").status_code for form in forms]
    work()
    assert answers == [302] * 5
    assert len(mailoutbox) == limits.CODE_TO_ONE.most
    # What was not sent has no code that could be guessed.
    held_back = AddressCode.objects.get(draft=forms[-1].draft)
    assert forms[-1].post("form-confirm", code=code_of(held_back)).status_code == 422


def test_code_requests_are_limited_by_form_and_by_visitor(form):
    answers = [form.post("form-confirm") for _ in range(limits.CODE_OF_ONE_FORM.most + 1)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [422]
    assert "Too many attempts" in answers[-1].content.decode()


def test_letter_does_not_say_what_it_is_about(form, code, mailoutbox):
    code()
    (letter,) = mailoutbox
    assert letter.subject == "A message for you"
    about = (form.call.title, form.call.code, "evidence", "committee", "inquiry", "form")
    for word in about:
        assert word.casefold() not in (letter.subject + letter.body).casefold()


def test_letter_is_in_welsh_after_a_welsh_request(work, mailoutbox):
    form = begin_in_welsh(CallFactory())
    form.say("contact", may_email="yes", email=ANN, may_phone="no")
    form.client.post(f"/cy/form/{form.handle}/confirm/")
    work()
    (letter,) = mailoutbox
    assert letter.subject == "Neges i chi"
    assert "Your" not in letter.body
    assert "ask" not in letter.body


def test_form_without_an_address_has_nothing_to_confirm():
    form = begin(CallFactory())
    assert form.post("form-confirm").status_code == 422
    assert "form-confirm" not in form.words()


def test_code_and_address_are_not_stored_in_plain_text(form, code):
    digits = code().replace(" ", "")
    assert digits not in str(list(AddressCode.objects.values_list("email", "wrong_attempts")))
    assert ANN not in str(list(AddressCode.objects.extra(select={"raw": "email"}).values("raw")))
