"""Answers to the checklist of a submission: what a clerk checks before the committee sees it."""

from django.db import transaction

from evidence.custody.record import record
from evidence.inbox.models import Check
from evidence.permissions import Action, require
from evidence.submissions.models import Submission
from inquiry.people.models import User


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
