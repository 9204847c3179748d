"""The outbox: writes letters, releases them, sends them.

A letter's subject never names the inquiry or says what it is about: whoever sees a
witness's inbox over their shoulder learns nothing from it.
"""

from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from evidence.custody.record import record
from evidence.errors import NotReady
from evidence.letters.models import Letter
from evidence.permissions import Action, Person, require
from evidence.witnesses.models import Contact, Witness
from evidence.work.claim import Settle, ask
from inquiry.people.models import User

SUBJECTS = {
    Letter.Sort.RECEIPT: "We have received what you sent",
    Letter.Sort.DECLINED: "About what you sent us",
}


def write(
    sort: Letter.Sort, *, submission_id: UUID, witness: Witness, facts: dict[str, object]
) -> Letter:
    """Put a letter in the outbox as a draft; a second of the same sort is not made."""
    letter, _new = Letter.objects.get_or_create(
        submission_id=submission_id,
        witness=witness,
        sort=sort,
        defaults={
            "subject": SUBJECTS[sort],
            "body": render_to_string(f"letters/{sort}.txt", {**facts, "site": settings.SITE_URL}),
        },
    )
    return letter


def send_by_itself(letter: Letter) -> None:
    """Let an acknowledgement go without a clerk, where there is an address to send it to."""
    if Contact.objects.filter(witness=letter.witness).exclude(email="").exists():
        Letter.objects.filter(pk=letter.pk, state=Letter.State.DRAFT).update(
            state=Letter.State.RELEASED
        )
        ask("send_letter", letter.pk)


@transaction.atomic
def release(letter: Letter, *, by: User) -> None:
    """A clerk has read the letter: let it go.

    Raises `NotReady` if no e-mail address is known; such a letter is printed and posted.
    """
    require(by, Action.WRITE, letter.submission.inquiry)
    if not Contact.objects.filter(witness=letter.witness).exclude(email="").exists():
        raise NotReady("No e-mail address is known. Print the letter and post it.")
    _change(letter, Letter.State.RELEASED, by=by, act="letter released")
    ask("send_letter", letter.pk)


@transaction.atomic
def discard(letter: Letter, *, by: User) -> None:
    _change(letter, Letter.State.DISCARDED, by=by, act="letter discarded")


def _change(letter: Letter, state: Letter.State, *, by: Person, act: str) -> None:
    inquiry = letter.submission.inquiry
    require(by, Action.WRITE, inquiry)
    changed = Letter.objects.filter(pk=letter.pk, state=Letter.State.DRAFT).update(
        state=state, released_by=by
    )
    if changed:
        record(act, letter, by=by, inquiry=inquiry)


def send(letter: Letter, *, within: Settle = transaction.atomic) -> None:
    """Send a released letter and mark it sent.

    Letters go at least once: a worker that dies between the two sends it again, with the same
    Message-ID, by which mail programs know it for the same.
    """
    address = Contact.objects.get(witness=letter.witness).email
    if letter.state == Letter.State.RELEASED and address:
        EmailMessage(
            letter.subject,
            letter.body,
            to=[address],
            headers={"Message-ID": f"<{letter.pk}@letters>"},
        ).send()
    with within():
        sent = Letter.objects.filter(pk=letter.pk, state=Letter.State.RELEASED)
        if sent.update(state=Letter.State.SENT, sent_at=timezone.now()):
            record("letter sent", letter, by=None, inquiry=letter.submission.inquiry_id)
