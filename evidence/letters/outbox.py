"""The outbox: writes letters, releases them, sends them.

The subject of a letter never names the inquiry or says what it is about, so that a person who
sees the inbox of a witness learns nothing from it.
"""

import smtplib
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from evidence.custody.record import record
from evidence.errors import NotReadyError, PrecautionsUnreadError, RetryLaterError
from evidence.jobs.queue import Settle, ask, subjects_with_job
from evidence.letters.models import WITH_A_CLERK, Letter
from evidence.letters.precautions import precautions_of
from evidence.permissions import Action, Person, require
from evidence.prepared_query import PreparedRow
from evidence.witnesses.models import Contact, Witness
from inquiry.people.models import User

CONTACTS = PreparedRow(Contact.objects.all, by="witness")
# A clerk who releases a letter at a safe hour means now, not when the mail works again.
SAFE_FOR = timedelta(minutes=30)
SUBJECTS = {
    Letter.Kind.RECEIPT: _("We have received what you sent"),
    Letter.Kind.DECLINED: _("About what you sent us"),
    Letter.Kind.QUESTION: _("A question for you"),
}


def write(
    kind: Letter.Kind, *, submission_id: UUID, witness: Witness, facts: dict[str, object]
) -> Letter:
    """Put a letter in the outbox as a draft, in the language its witness chose.

    A second of the same sort about the same submission is not made, unless it is a question.
    """
    contact = CONTACTS.find(witness.pk)
    language = contact.language if contact else settings.LANGUAGE_CODE
    facts_of_letter = {"submission_id": submission_id, "witness": witness, "kind": kind}
    with translation.override(language):
        words = {
            "subject": str(SUBJECTS[kind]),
            "body": render_to_string(f"letters/{kind}.txt", {**facts, "site": settings.SITE_URL}),
        }
    if kind == Letter.Kind.QUESTION:
        return Letter.objects.create(**facts_of_letter, **words)
    letter, _new = Letter.objects.get_or_create(**facts_of_letter, defaults=words)
    return letter


def post(subject: str, body: str, *, to: str, key: UUID) -> None:
    """Send one letter now. `key` is the same if it is sent again: mail programs know it by that.

    Raises `RetryLaterError` while it cannot be sent. What the mail server says is not told: it may
    hold the address.
    """
    letter = EmailMessage(subject, body, to=[to], headers={"Message-ID": f"<{key}@letters>"})
    try:
        letter.send()
    except smtplib.SMTPRecipientsRefused:
        raise RetryLaterError("The mail server did not take the letter for this address.") from None
    except (smtplib.SMTPException, OSError) as problem:
        kind = type(problem).__name__
        raise RetryLaterError(f"The mail server could not take the letter ({kind}).") from None


def send_by_itself(letter: Letter) -> None:
    """Release a letter without a clerk, if there is an address that we may email.

    If the witness told us when or how to contact them, or words to avoid, it stays for a clerk.
    """
    contact = CONTACTS.find(letter.witness_id)
    if contact is not None and contact.takes_letters_by_themselves:
        Letter.objects.filter(pk=letter.pk, state=Letter.State.DRAFT).update(
            state=Letter.State.RELEASED
        )
        ask("send_letter", letter.pk)


@transaction.atomic
def release(letter: Letter, *, by: User, precautions_read: str = "") -> None:
    """A clerk has read the letter: let it go.

    `precautions_read` is the digest of the precautions that the clerk had on the page. Raises
    `NotReadyError` if there is no email address that we may write to, and
    `PrecautionsUnreadError` if the precautions have changed since.
    """
    require(by, Action.WRITE, letter.submission.inquiry)
    if not _may_write_to(letter.witness):
        raise NotReadyError(
            "There is no email address, or the witness asked us not to email. "
            "Check the safe ways to contact the witness."
        )
    digest = precautions_of(letter).digest
    if digest and digest != precautions_read:
        raise PrecautionsUnreadError
    _change(
        letter,
        Letter.State.RELEASED,
        by=by,
        act="letter released",
        released_at=timezone.now(),
        precautions_read=digest,
    )
    ask("send_letter", letter.pk)


def _may_write_to(witness: Witness) -> bool:
    contact = CONTACTS.find(witness.pk)
    return contact is not None and contact.takes_letters


@transaction.atomic
def discard(letter: Letter, *, by: User) -> None:
    _change(letter, Letter.State.DISCARDED, by=by, act="letter discarded")


def _change(letter: Letter, state: Letter.State, *, by: Person, act: str, **more: object) -> None:
    inquiry = letter.submission.inquiry
    require(by, Action.WRITE, inquiry)
    changed = Letter.objects.filter(pk=letter.pk, state__in=WITH_A_CLERK).update(
        state=state, released_by=by, **more
    )
    if changed:
        read = {"precautions": "read"} if more.get("precautions_read") else {}
        record(act, letter, by=by, inquiry=inquiry, **read)


def send(letter: Letter, *, within: Settle = transaction.atomic) -> None:
    """Send a released letter and mark it sent; one that may not be sent goes back to a clerk.

    Letters go at least once: a worker that dies between the two sends it again, with the same
    Message-ID, by which mail programs know it for the same.
    """
    contact = Contact.objects.filter(witness=letter.witness).first()
    end, why = Letter.State.SENT, ""
    if contact is None or not contact.takes_letters:
        end, why = Letter.State.UNWANTED, "no leave to write"
    elif contact.has_precautions and not _is_still_safe(letter):
        end, why = Letter.State.DRAFT, "a clerk must read when and how to write"
    elif letter.state == Letter.State.RELEASED:
        try:
            post(letter.subject, letter.body, to=contact.email, key=letter.pk)
        except RetryLaterError:
            if not contact.has_precautions:
                raise
            # It would be tried again at hours nobody has looked at.
            end, why = Letter.State.FAILED, "mail failed, and not every hour is safe"
    _settle(letter, end, why=why, within=within)


def _settle(letter: Letter, end: Letter.State, *, why: str, within: Settle) -> None:
    """RELEASED → what became of it, and the record of that."""
    with within():
        released = Letter.objects.filter(pk=letter.pk, state=Letter.State.RELEASED)
        is_sent = end == Letter.State.SENT
        if released.update(state=end, sent_at=timezone.now() if is_sent else None):
            reason = {"why": why} if why else {}
            act = "letter sent" if is_sent else "letter not sent"
            record(act, letter, by=None, inquiry=letter.submission.inquiry_id, **reason)


def _is_still_safe(letter: Letter) -> bool:
    """Whether a clerk has recently read the precautions as they are now."""
    if letter.released_at is None or timezone.now() - letter.released_at > SAFE_FOR:
        return False
    return letter.precautions_read == precautions_of(letter).digest


def fail_letter(letter: Letter, *, reason: str, within: Settle) -> None:  # noqa: ARG001
    """RELEASED → FAILED: it was tried for days. A clerk sends it again, or discards it."""
    _settle(letter, Letter.State.FAILED, why="mail failed for days", within=within)


def ask_for_lost_letters() -> None:
    """Every letter on its way has a job that sends it, should the row of that be lost."""
    on_their_way = Letter.objects.filter(state=Letter.State.RELEASED)
    for letter in on_their_way.exclude(pk__in=subjects_with_job("send_letter")):
        ask("send_letter", letter.pk)
