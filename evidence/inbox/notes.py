"""Notes of staff on a submission, which may ask a colleague by name and have a date."""

import datetime
import re

from django.db import transaction
from django.utils import timezone

from evidence.custody.record import record
from evidence.errors import EvidenceError, NotPermittedError
from evidence.inbox.models import Check, Mention, Note
from evidence.lifecycle import Disclosure
from evidence.permissions import Action, may, people_who, require
from evidence.submissions.models import Submission
from inquiry.people.models import User

LONGEST = 4000
MENTION = re.compile(r"(?<!\w)@([\w.+-]{1,150})")


def may_read_notes(submission: Submission, person: User) -> bool:
    allowed = may(person, Action.READ_NOTES, submission.inquiry_id)
    return allowed and submission.shows_identity_to(person)


def readers_of_notes(submission: Submission) -> list[User]:
    """Who can be asked with @: people who may read the notes of this submission."""
    needed = [Action.READ_NOTES]
    if submission.protected:
        needed.append(Action.SEE_IDENTITY)
    if submission.disclosure == Disclosure.CONFIDENTIAL:
        needed.append(Action.READ_CONFIDENTIAL)
    return people_who(*needed, inquiry=submission.inquiry_id)


@transaction.atomic
def add_note(
    submission: Submission, text: str, *, by: User, due_on: datetime.date | None = None
) -> Note:
    """Keep a note; each `@username` in it asks that person.

    Raises `NotPermittedError`, and `EvidenceError` for an empty or too long note and for a name
    that nobody has who may read it.
    """
    require(by, Action.READ_NOTES, submission.inquiry_id)
    if not submission.shows_identity_to(by):
        raise NotPermittedError(Action.READ_NOTES)
    words = text.strip()
    if not words:
        raise EvidenceError("Enter the note.")
    if len(words) > LONGEST:
        raise EvidenceError(f"Shorten the note to {LONGEST:,} characters.")
    people = _mentioned(submission, words)
    note = Note.objects.create(submission=submission, text=words, by=by, due_on=due_on)
    Mention.objects.bulk_create(Mention(note=note, person=person) for person in people)
    record("note added", submission, by=by, inquiry=submission.inquiry_id, note=str(note.pk))
    return note


def _mentioned(submission: Submission, words: str) -> list[User]:
    names = {name.rstrip(".").casefold() for name in MENTION.findall(words)}
    known = {user.username.casefold(): user for user in readers_of_notes(submission)}
    if unknown := sorted(names - set(known)):
        raise EvidenceError(
            f"“@{unknown[0]}” cannot read notes on this submission. "
            "Use the user name of a colleague on this inquiry, or leave out the @."
        )
    return [known[name] for name in sorted(names)]


@transaction.atomic
def close_note(note: Note, *, by: User) -> None:
    """Mark a note as dealt with, for everybody it asked."""
    require(by, Action.READ_NOTES, note.submission.inquiry_id)
    now = timezone.now()
    if Note.objects.filter(pk=note.pk, done_at=None).update(done_at=now, done_by=by):
        note.mentions.filter(dealt_with_at=None).update(dealt_with_at=now)
        record(
            "note done",
            note.submission,
            by=by,
            inquiry=note.submission.inquiry_id,
            note=str(note.pk),
        )


@transaction.atomic
def answer_check(submission: Submission, question: str, answer: str, *, by: User) -> None:
    """Record an answer to one question of the checklist; an empty answer takes it back.

    Raises `NotPermittedError`, and `ValueError` for a question or answer that does not exist.
    """
    require(by, Action.TAG, submission.inquiry_id)
    checked = Check.Question(question)
    if answer:
        Check.objects.update_or_create(
            submission=submission,
            question=checked,
            defaults={"answer": Check.Answer(answer), "by": by},
        )
    else:
        Check.objects.filter(submission=submission, question=checked).delete()
    record(
        "checklist answered",
        submission,
        by=by,
        inquiry=submission.inquiry_id,
        question=str(checked),
        answer=answer,
    )
