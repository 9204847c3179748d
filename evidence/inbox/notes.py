"""Notes of staff on a submission, which may ask a colleague by name and have a date."""

import datetime
import re

from django.db import transaction
from django.utils import timezone

from evidence.custody.record import record
from evidence.errors import EvidenceError, NotPermittedError
from evidence.inbox.models import Mention, Note
from evidence.lifecycle import Disclosure
from evidence.permissions import Action, may, people_who, require
from evidence.submissions.models import Submission
from inquiry.people.models import User

LONGEST = 4000
SAME_PRESS = datetime.timedelta(minutes=1)
"""The same words by the same person within this time are one note, sent twice."""
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
    """Keep a note; each `@username` in it asks that person. Sent twice, it is kept once.

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
    if (again := _just_kept(submission, words, by)) is not None:
        return again
    people = _mentioned(submission, words)
    note = Note.objects.create(submission=submission, text=words, by=by, due_on=due_on)
    Mention.objects.bulk_create(Mention(note=note, person=person) for person in people)
    record("note added", submission, by=by, inquiry=submission.inquiry_id, note=str(note.pk))
    return note


def _just_kept(submission: Submission, words: str, by: User) -> Note | None:
    since = timezone.now() - SAME_PRESS
    rows = Note.objects.filter(submission=submission, by=by, made_at__gt=since)
    return next((note for note in rows if note.text == words), None)


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
