"""The sender and subject of letters: neutral, unless somebody chose other words for a committee."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from evidence.drafts.expiry import remind
from evidence.drafts.models import Draft
from inquiry.calls.models import Committee
from tests.evidence.admin.admin_client import signed_in
from tests.evidence.drafts.test_ways_back import in_days
from tests.evidence.drafts.witness import ask_for_link, begin, with_address
from tests.factories import CallFactory, CommitteeFactory, UserFactory, a_submission

pytestmark = pytest.mark.django_db
ANN = "ann@othername.example"
CHOSEN = {"letter_sender_name": "Post room", "letter_subject": "News for you"}


def committee_of(call, **fields: str) -> Committee:
    committee = call.inquiry.committee
    for name, words in fields.items():
        setattr(committee, name, words)
    committee.save()
    return committee


def test_sender_and_subject_are_neutral_unless_somebody_chose_others(work, mailoutbox, settings):
    settings.DEFAULT_FROM_EMAIL = "A name that is not used <letters@service.example>"
    a_submission(email=ANN)
    work()
    (letter,) = mailoutbox
    assert letter.from_email == "Information service <letters@service.example>"
    assert letter.subject == "A message for you"
    assert letter.reply_to == []


def test_each_committee_has_its_own_sender_and_subject(work, mailoutbox):
    call = CallFactory()
    committee_of(call, **CHOSEN)
    a_submission(call, email="chosen@example.org")
    a_submission(email="neutral@example.org")
    work()
    heads = {letter.to[0]: (letter.from_email, letter.subject) for letter in mailoutbox}
    assert heads == {
        "chosen@example.org": ("Post room <information@localhost>", "News for you"),
        "neutral@example.org": ("Information service <information@localhost>", "A message for you"),
    }


def test_letters_about_a_form_have_the_sender_of_the_committee_too(work, mailoutbox):
    form = with_address()
    committee_of(form.call, **CHOSEN)
    form.post("form-confirm")
    work()
    form.confirm_address()
    ask_for_link(ANN)
    work()
    type(form.call).objects.update(closes_at=in_days(1))
    remind(Draft.objects.get())
    assert len(mailoutbox) == 3
    assert {letter.subject for letter in mailoutbox} == {"News for you"}
    assert {letter.from_email for letter in mailoutbox} == {"Post room <information@localhost>"}


def test_links_in_letters_have_the_neutral_address_of_the_site(work, mailoutbox, settings):
    settings.SITE_URL = "https://evidence.parliament.example"
    settings.LETTER_SITE_URL = "https://forms.example"
    form = with_address()
    form.confirm_address()
    ask_for_link(ANN)
    work()
    type(form.call).objects.update(closes_at=in_days(1))
    remind(Draft.objects.get())
    a_submission(email="receipt@example.org")
    work()
    bodies = [letter.body for letter in mailoutbox]
    assert sum("https://forms.example/" in body for body in bodies) >= 2
    assert not any("parliament" in body for body in bodies)


def test_a_link_to_forms_of_two_committees_has_a_neutral_sender(work, mailoutbox):
    for name in ("Post room", "Other room"):
        form = begin(CallFactory())
        committee_of(form.call, letter_sender_name=name)
        form.say("contact", may_email="yes", email=ANN, may_phone="no")
        form.confirm_address()
    work()
    mailoutbox.clear()
    ask_for_link(ANN)
    work()
    assert [letter.from_email for letter in mailoutbox] == [
        "Information service <information@localhost>"
    ]


def test_a_sender_name_in_any_script_or_with_a_comma_reaches_the_inbox(work, mailoutbox):
    call = CallFactory()
    committee_of(call, letter_sender_name="Gwybodaeth, Dŵr 信息")
    a_submission(call, email=ANN)
    work()
    (letter,) = mailoutbox
    header = letter.message()["From"]
    assert str(header).endswith("<information@localhost>")
    assert "\n" not in letter.from_email


@pytest.mark.parametrize("field", ["letter_sender_name", "letter_subject"])
@pytest.mark.parametrize(
    "words",
    [
        "Two\nlines",
        "Return\rhere",
        "Nul\0",
        "Turned \u202e round",
        "Line \u2028 end",
        "",
        "x" * 101,
    ],
)
def test_a_sender_or_subject_is_one_line_of_at_most_a_hundred_letters(field, words):
    committee = CommitteeFactory()
    setattr(committee, field, words)
    with pytest.raises(ValidationError) as refused:
        committee.full_clean()
    assert list(refused.value.message_dict) == [field]


def test_superuser_chooses_sender_subject_and_reply_address():
    committee = CommitteeFactory()
    client = signed_in(UserFactory(is_staff=True, is_superuser=True))
    page = reverse("admin:inquiry_committee_change", args=[committee.pk])
    assert "do not name Parliament" in client.get(page).content.decode()
    answers = {"name": committee.name, "slug": committee.slug, "house": committee.house}
    reply = {"reply_address": "reply@service.example"}
    no_texts = {"texts-TOTAL_FORMS": "0", "texts-INITIAL_FORMS": "0"}
    assert client.post(page, {**answers, **CHOSEN, **reply, **no_texts}).status_code == 302
    committee.refresh_from_db()
    assert {name: getattr(committee, name) for name in CHOSEN} == CHOSEN
    assert committee.reply_address == "reply@service.example"
