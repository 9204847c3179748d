"""The outbox: writes letters, releases them, sends them.

Neither a letter nor its sender and subject says what it is about (`letterhead`), so that a person
who sees the inbox of a witness learns nothing from it. A letter in which a word stands that the
witness asked us to avoid is not sent at all. It waits on the page of the witness, as do the letters
to those whom we may not email.
"""

import smtplib
from datetime import date, datetime, timedelta
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from evidence.custody.record import record
from evidence.errors import NotReadyError, PrecautionsUnreadError, RetryLaterError
from evidence.jobs.queue import Settle, ask, subjects_with_job
from evidence.letters.letterhead import Letterhead, letterhead_for, letterhead_of
from evidence.letters.models import LINK, WITH_A_CLERK, Letter
from evidence.letters.precautions import precautions_of
from evidence.lifecycle import Disclosure
from evidence.permissions import Action, Person, require
from evidence.prepared_query import PreparedRow
from evidence.witnesses.models import Contact, Witness
from inquiry.calls.models import Inquiry
from inquiry.people.models import User

CONTACTS = PreparedRow(Contact.objects.all, by="witness")
# A clerk who releases a letter at a safe hour wants it sent now, not when the mail works again.
SAFE_FOR = timedelta(minutes=30)
NO_LEAVE = (
    "There is no email address, or the witness asked us not to email. "
    "Check the safe ways to contact the witness."
)
WORD_TO_AVOID = (
    "The letter contains a word the witness asked us to avoid, so it was not sent. "
    "Change the letter and send it again, or contact the witness another way."
)


class AboutSubmission(Protocol):
    """What a letter must know of the submission it is about."""

    pk: UUID
    inquiry: Inquiry
    disclosure_requested: str

    @property
    def has_return_code(self) -> bool: ...


def write(
    kind: Letter.Kind,
    *,
    submission: AboutSubmission,
    witness: Witness,
    facts: dict[str, object],
    reply_to: str = "",
) -> Letter:
    """Put a letter in the outbox as a draft, in the language its witness chose.

    Only questions can be written twice about the same submission.
    """
    contact = CONTACTS.find(witness.pk)
    language = contact.language if contact else settings.LANGUAGE_CODE
    facts_of_letter = {"submission_id": submission.pk, "witness": witness, "kind": kind}
    with translation.override(language):
        words = {
            "subject": letterhead_of(submission.inquiry.committee).subject,
            "body": render_to_string(
                f"letters/{kind}.txt",
                {
                    "has_return_code": submission.has_return_code,
                    "protects": submission.disclosure_requested != Disclosure.OPEN,
                    "reply_address": reply_to,
                    "link": LINK,
                    "site": settings.LETTER_SITE_URL,
                    **facts,
                },
            ),
            "reply_to": reply_to,
        }
    if kind == Letter.Kind.QUESTION:
        return Letter.objects.create(**facts_of_letter, **words)
    letter, _new = Letter.objects.get_or_create(**facts_of_letter, defaults=words)
    return letter


def post(body: str, *, to: str, key: UUID, head: Letterhead) -> None:
    """Send one letter now. `key` is the same if it is sent again: mail programs know it by that.

    Raises `RetryLaterError` while it cannot be sent. The mail server's reply is not passed on: it
    may contain the address.
    """
    letter = EmailMessage(
        head.subject,
        body,
        from_email=head.sender,
        to=[to],
        reply_to=[head.reply_to] if head.reply_to else None,
        headers={"Message-ID": f"<{key}@letters>"},
    )
    try:
        letter.send()
    except smtplib.SMTPRecipientsRefused:
        raise RetryLaterError("The mail server did not take the letter for this address.") from None
    except (smtplib.SMTPException, OSError) as problem:
        kind = type(problem).__name__
        raise RetryLaterError(f"The mail server could not take the letter ({kind}).") from None


def send_by_itself(letter: Letter) -> None:
    """Release a letter without a clerk, or put it on the page of a witness whom it must not reach
    by email. In the transaction of the act that wrote it.

    If the witness told us when or how to contact them, or words to avoid, it stays for a clerk.
    """
    contact = CONTACTS.find(letter.witness_id)
    if reason := _why_not(letter, contact):
        if letter.has_page:
            _put_on_page(letter, reason, by=None)
    elif contact is not None and contact.takes_letters_by_themselves:
        Letter.objects.filter(pk=letter.pk, state=Letter.State.DRAFT).update(
            state=Letter.State.RELEASED
        )
        ask("send_letter", letter.pk)


@transaction.atomic
def release(letter: Letter, *, by: User, precautions_read: str = "") -> bool:
    """Release a letter that a clerk has read. False if it was put on the page of the witness
    instead, because we may not email them or the letter has a word to avoid.

    `precautions_read` is the digest of the precautions that the clerk had on the page. Raises
    `NotReadyError` if it cannot be sent and waits on the page already, or there is none, and
    `PrecautionsUnreadError` if the precautions have changed since.
    """
    require(by, Action.WRITE, letter.submission.inquiry)
    if reason := _why_not(letter, CONTACTS.find(letter.witness_id)):
        waits = Letter.objects.filter(pk=letter.pk, on_page_since__isnull=False)
        if waits.exists() or not letter.has_page:
            raise NotReadyError(WORD_TO_AVOID if reason == Letter.NotSent.WORDS else NO_LEAVE)
        _put_on_page(letter, reason, by=by)
        return False
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
    return True


@transaction.atomic
def rewrite(letter: Letter, *, subject: str, body: str, by: User) -> None:
    """A clerk changes a letter that was not sent. Raises `NotReadyError` for one that was, and for
    one that would lose the link its witness is to open."""
    require(by, Action.WRITE, letter.submission.inquiry)
    if LINK in letter.body and LINK not in body:
        raise NotReadyError(f"Keep the words {LINK} in the letter: the link takes their place.")
    unsent = Letter.objects.filter(pk=letter.pk, state__in=WITH_A_CLERK)
    if not unsent.update(subject=subject, body=body):
        raise NotReadyError("This letter was sent or discarded, so you cannot change it.")
    record("letter changed", letter, by=by, inquiry=letter.submission.inquiry_id)


def _why_not(letter: Letter, contact: Contact | None) -> Letter.NotSent | None:
    """Why this letter must not be sent, if it must not."""
    if contact is None or not contact.takes_letters:
        return Letter.NotSent.EMAIL
    has_words = contact.avoid.strip() and precautions_of(letter).matches
    return Letter.NotSent.WORDS if has_words else None


def _put_on_page(letter: Letter, reason: Letter.NotSent, *, by: User | None) -> None:
    waiting = Letter.objects.filter(pk=letter.pk, state__in=WITH_A_CLERK)
    if waiting.update(
        state=Letter.State.ON_PAGE,
        not_sent=reason,
        on_page_since=timezone.now(),
        released_by=by,
    ):
        inquiry = letter.submission.inquiry_id
        record("letter put on page", letter, by=by, inquiry=inquiry, why=str(reason))


@transaction.atomic
def mark_posted(letter: Letter, on: date, *, by: User) -> None:
    """Record that a clerk printed and posted a letter. It is then not sent by email.

    Raises `NotReadyError` for a day to come or before the letter was written, for one that needs a
    link, and for one that was sent or discarded meanwhile.
    """
    require(by, Action.WRITE, letter.submission.inquiry)
    written = timezone.localdate(letter.created_at)
    if not written <= on <= timezone.localdate():
        raise NotReadyError("Enter the day you posted it: from the day it was written to today.")
    if LINK in letter.body:
        raise NotReadyError("This letter has a link that is made when it is sent by email.")
    waiting = Letter.objects.filter(pk=letter.pk, state__in=WITH_A_CLERK)
    if not waiting.update(state=Letter.State.POSTED, posted_on=on, released_by=by):
        raise NotReadyError("This letter was sent or discarded meanwhile.")
    inquiry = letter.submission.inquiry_id
    record("letter posted", letter, by=by, inquiry=inquiry, day=on.isoformat())


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


def send(letter: Letter, *, link: str = "", within: Settle = transaction.atomic) -> None:
    """Send a released letter and mark it sent; one that may not be sent goes back to a clerk.

    `link` takes the place of `LINK`. A letter is sent at least once. If a worker dies before
    marking it sent, it is sent again with the same Message-ID, so mail programs recognise it.
    """
    contact = Contact.objects.filter(witness=letter.witness).first()
    end, why = Letter.State.SENT, ""
    reason = _why_not(letter, contact)
    if contact is None or reason == Letter.NotSent.EMAIL:
        end, why = Letter.State.UNWANTED, "no leave to write"
    elif reason == Letter.NotSent.WORDS:
        end = Letter.State.ON_PAGE if letter.has_page else Letter.State.DRAFT
        why = "a word to avoid"
    elif contact.has_precautions and not _is_still_safe(letter):
        end, why = Letter.State.DRAFT, "a clerk must read when and how to write"
    elif letter.state == Letter.State.RELEASED:
        try:
            head = letterhead_for(letter, language=contact.language)
            post(letter.body.replace(LINK, link), to=contact.email, key=letter.pk, head=head)
        except RetryLaterError:
            if not contact.has_precautions:
                raise
            # Otherwise it would be retried at hours that no clerk has checked.
            end, why = Letter.State.FAILED, "mail failed, and not every hour is safe"
    _settle(letter, end, why=why, not_sent=reason, within=within)


def _settle(
    letter: Letter,
    end: Letter.State,
    *,
    why: str,
    within: Settle,
    not_sent: Letter.NotSent | None = None,
) -> None:
    """Move a released letter to its final state, and record it."""
    with within():
        released = Letter.objects.filter(pk=letter.pk, state=Letter.State.RELEASED)
        is_sent = end == Letter.State.SENT
        if released.update(
            state=end,
            not_sent=not_sent or "",
            sent_at=timezone.now() if is_sent else None,
            on_page_since=letter.on_page_since or _shown_from(letter, not_sent),
        ):
            reason = {"why": why} if why else {}
            act = "letter sent" if is_sent else "letter not sent"
            record(act, letter, by=None, inquiry=letter.submission.inquiry_id, **reason)


def _shown_from(letter: Letter, not_sent: Letter.NotSent | None) -> datetime | None:
    """Since when the witness reads it on their page, if it is not sent."""
    return timezone.now() if not_sent and letter.has_page else None


def _is_still_safe(letter: Letter) -> bool:
    """Whether a clerk has recently read the precautions as they are now."""
    if letter.released_at is None or timezone.now() - letter.released_at > SAFE_FOR:
        return False
    return letter.precautions_read == precautions_of(letter).digest


def fail_letter(letter: Letter, *, reason: str, within: Settle) -> None:  # noqa: ARG001
    """Give up a letter after days of retries. A clerk sends it again or discards it."""
    _settle(letter, Letter.State.FAILED, why="mail failed for days", within=within)


def ask_for_lost_letters() -> None:
    """Make released letters due again if the rows of their jobs were lost."""
    on_their_way = Letter.objects.filter(state=Letter.State.RELEASED)
    for letter in on_their_way.exclude(pk__in=subjects_with_job("send_letter")):
        ask("send_letter", letter.pk)
