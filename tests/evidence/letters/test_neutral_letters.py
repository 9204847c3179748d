"""Letters to those who asked for protection say nothing of what they are about, nor to whom."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from evidence.decisions.models import Act
from evidence.drafts.expiry import remind
from evidence.drafts.models import Draft
from evidence.letters.models import Letter
from evidence.letters.outbox import release
from evidence.lifecycle import Disclosure
from evidence.submissions.models import Submission
from evidence.submissions.receive import Envelope, Sender, receive, take_in
from evidence.witness_requests.questions import ask_by_email, ask_witness
from tests.evidence.admin.admin_client import act_on, page_text, signed_in
from tests.evidence.drafts.test_ways_back import in_days
from tests.evidence.drafts.witness import AtTheForm, ask_for_link, begin, file
from tests.evidence.web.in_welsh import begin_in_welsh
from tests.factories import (
    CallFactory,
    CommitteeFactory,
    InquiryFactory,
    a_member,
    decide,
)

pytestmark = pytest.mark.django_db
TEMPLATES = Path(settings.BASE_DIR) / "templates" / "letters"
ANN, BEN = "ann@private.example", "ben@private.example"
NAMES = {
    "committee": "Foreign Interference Committee",
    "inquiry": "Pressure on universities",
    "call": "Call about pressure",
    "title": "My years in Oxbridge",
    "witness": "Dr Ann Othername",
    "author": "Dr Ben Secondname",
}
PARTS = ("Interference", "Pressure", "Oxbridge", "Othername", "Secondname")
ENGLISH = ("evidence", "submission", "submit", "committee", "Parliament", "inquiry", "witness")
# Each with the mutations of its first letter.
WELSH = (
    *("pwyllgor", "bwyllgor", "phwyllgor", "mhwyllgor", "senedd"),
    *("tystiol", "dystiol", "thystiol", "nhystiol"),
    *("cyflwyniad", "gyflwyniad", "chyflwyniad", "nghyflwyniad"),
    *("ymchwiliad", "hymchwiliad", "tyst ", "dyst "),
)
REASON = "Its scope is another one."
PROTECTED = (Disclosure.NAME_WITHHELD, Disclosure.CONFIDENTIAL)


@dataclass
class World:
    """A form that can be sent, of somebody who asks for protection, and who works on it."""

    form: AtTheForm
    wish: str
    language: str
    work: Callable[[], int]
    mailbox: list

    @property
    def call(self):
        return self.form.call

    def send(self) -> Submission:
        self.form.send()
        self.work()
        return Submission.objects.get()

    def by_email(self) -> Submission:
        """The same, received by email by staff."""
        parcel = take_in(io.BytesIO(b"Words."), name="letter.txt")
        sender = Sender(
            name=NAMES["witness"],
            email=ANN,
            language=self.language,
            disclosure=Disclosure(self.wish),
        )
        envelope = Envelope(
            "desk:1", [sender], title=NAMES["title"], channel=Submission.Channel.EMAIL
        )
        submission = receive(self.call, [parcel], envelope, from_staff=True)
        self.work()
        return submission


def receipt(world: World) -> None:
    world.send()


def late_receipt(world: World) -> None:
    Draft.objects.update(first_saved_at=in_days(-1))
    type(world.call).objects.update(closes_at=in_days(-0.001))
    assert world.send().late


def receipt_without_code(world: World) -> None:
    world.by_email()


def another_author(world: World) -> None:
    world.form.say("who", who="together")
    person = {"name": NAMES["author"], "email": BEN, "may_email": "on", "wish": "open"}
    world.form.post("form-person", 1, **person)
    world.send()
    assert [letter for letter in world.mailbox if letter.to == [BEN]]


def declined(world: World) -> None:
    submission = world.send()
    clerk = a_member(submission.inquiry)
    decide(submission, Act.DECLINE, by=clerk, note=REASON)
    release(Letter.objects.get(kind=Letter.Kind.DECLINED), by=clerk)


def question(world: World) -> None:
    submission = world.send()
    ask_witness(submission, "Was it at Oxbridge?", by=a_member(submission.inquiry))


def question_by_email(world: World) -> None:
    submission = world.by_email()
    ask_by_email(submission, "Was it at Oxbridge?", by=a_member(submission.inquiry))


def return_code(world: World) -> None:
    """A letter by post. What the page shows is put with the emails, to be looked at with them."""
    submission = world.by_email()
    client = signed_in(a_member(submission.inquiry))
    page = client.post(act_on(submission, "ask-by-post"), {"note": "At Oxbridge?"}, follow=True)
    printed = page.content.decode().split("<article")[1].split("</article>")[0]
    world.mailbox[:] = [Printed(printed)]


@dataclass
class Printed:
    body: str
    subject: str = ""
    from_email: str = ""


def code(world: World) -> None:
    world.form.post("form-confirm")


def link(world: World) -> None:
    world.form.confirm_address()
    world.work()
    ask_for_link(ANN)


def reminder(world: World) -> None:
    type(world.call).objects.update(closes_at=in_days(1))
    remind(Draft.objects.get())


# The template of each letter, and the ways it comes to be sent.
LETTERS: dict[str, tuple[Callable[[World], None], ...]] = {
    "receipt": (receipt, late_receipt, receipt_without_code),
    "coauthor": (another_author,),
    "declined": (declined,),
    "question": (question, question_by_email),
    "return_code": (return_code,),
    "code": (code,),
    "link": (link,),
    "reminder": (reminder,),
}


def a_form(wish: str, language: str) -> AtTheForm:
    committee = CommitteeFactory(name=NAMES["committee"], reply_address="reply@private.example")
    inquiry = InquiryFactory(committee=committee, title=NAMES["inquiry"])
    call = CallFactory(inquiry=inquiry, title=NAMES["call"])
    form = begin_in_welsh(call) if language == "cy" else begin(call)
    form.fill_in(
        details={"name": NAMES["witness"], "role": "", "organisation": ""},
        contact={"may_email": "yes", "email": ANN, "may_phone": "no"},
        title={"name": NAMES["title"]},
        disclosure={"wish": wish, "reasons": "They would know." if wish != "open" else ""},
    )
    form.upload(file())
    form.get("form-warnings")
    return form


def test_every_letter_template_is_covered():
    assert set(LETTERS) == {path.stem for path in TEMPLATES.iterdir()}


@pytest.mark.parametrize("language", ["en-gb", "cy"])
@pytest.mark.parametrize("wish", PROTECTED)
@pytest.mark.parametrize(
    "sends", [pytest.param(way, id=way.__name__) for ways in LETTERS.values() for way in ways]
)
def test_no_letter_to_a_protected_witness_says_what_it_is_about(
    sends, wish, language, work, mailoutbox
):
    world = World(a_form(wish, language), wish, language, work, mailoutbox)
    work()
    sends(world)
    work()
    assert world.mailbox
    for letter in world.mailbox:
        text = f"{letter.from_email}\n{letter.subject}\n{letter.body}".casefold()
        revealing = [*NAMES.values(), *PARTS, *ENGLISH, *WELSH, REASON]
        assert [words for words in revealing if words.casefold() in text] == [], text


@pytest.mark.parametrize("wish", PROTECTED)
def test_a_protected_witness_reads_the_reason_of_a_refusal_on_their_page(wish, work, mailoutbox):
    world = World(a_form(wish, "en-gb"), wish, "en-gb", work, mailoutbox)
    declined(world)
    assert REASON not in world.form.words("form-after")
    work()
    assert REASON in world.form.words("form-after")


def test_the_clerk_reads_beside_the_letter_the_reason_that_it_leaves_out(work, mailoutbox):
    world = World(a_form("confidential", "en-gb"), "confidential", "en-gb", work, mailoutbox)
    declined(world)
    letter = Letter.objects.get(kind=Letter.Kind.DECLINED)
    page = reverse("admin:evidence_letter_change", args=[letter.pk])
    assert REASON in page_text(signed_in(a_member(world.call.inquiry)), page)


def test_a_witness_who_is_named_reads_the_reason_in_the_letter(work, mailoutbox):
    world = World(a_form("open", "en-gb"), "open", "en-gb", work, mailoutbox)
    declined(world)
    work()
    assert REASON in mailoutbox[-1].body
