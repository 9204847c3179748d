"""The buttons on the page of a submission: what this person may do with it now."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from evidence.drafts.issued_codes import ask_by_post
from evidence.intake.examine import release, try_again
from evidence.publication.publish import publish, take_down
from evidence.submissions.models import Submission
from evidence.witness_requests.models import WithdrawalRequest, WitnessQuestion
from evidence.witness_requests.questions import (
    ask_by_email,
    ask_witness,
    can_be_asked_by_email,
    deal_with_answers,
    keep,
    let_go,
    record_answer,
)
from evidence.workflow import check_open, may_operate
from inquiry.people.models import User


def _always(_submission: Submission) -> bool:
    return True


def _has_withdrawal_request(submission: Submission) -> bool:
    return WithdrawalRequest.objects.waiting().filter(submission=submission).exists()


def _has_answered(submission: Submission) -> bool:
    return any(row.answered_at and not row.dealt_with_at for row in _questions(submission))


def _has_open_question(submission: Submission) -> bool:
    return any(row.answered_at is None for row in _questions(submission))


def _questions(submission: Submission) -> list[WitnessQuestion]:
    """The questions to its witnesses, read once."""
    prefetch_related_objects([submission], "witness_questions")
    return list(submission.witness_questions.all())


@dataclass(frozen=True)
class Act:
    """One button: its label and the function it calls.

    `name` is that of an operation of `evidence.workflow`, which says who may press it and when.
    """

    name: str
    label: str
    do: Callable[[Submission, User, str], object]
    asks_why: bool = False
    # What the clerk is told once it is done.
    outcome: str = ""
    group: str = "Actions"
    asks: str = "Reason"
    # Whether a page shows the result first and asks for confirmation.
    shows_first: bool = False
    # Whether the act returns a return code, which a page shows once.
    shows_secret: bool = False
    # False where the act would change nothing.
    sensible: Callable[[Submission], bool] = _always


ACTS: tuple[Act, ...] = (
    Act(
        "try-again",
        "Run the checks again",
        lambda submission, by, _note: try_again(submission, by=by),
        outcome="The checks are running again.",
    ),
    Act(
        "release",
        "Clear and continue",
        lambda submission, by, note: release(submission, by=by, note=note),
        asks_why=True,
        outcome="Cleared. The submission is being converted.",
    ),
    Act(
        "publish",
        "Publish",
        lambda submission, by, _note: publish(submission, by=by),
        shows_first=True,
    ),
    Act(
        "take-down",
        "Take down",
        lambda submission, by, note: take_down(submission, by=by, note=note),
        asks_why=True,
        outcome="Taken down. The public can no longer see it.",
    ),
    Act(
        "ask-witness",
        "Ask the witness",
        lambda submission, by, note: ask_witness(submission, note, by=by),
        asks_why=True,
        outcome="The witness can now read your question.",
        group="Witness",
        asks="Your question. The witness reads it with their return code; the letter leaves it out",
        sensible=lambda submission: submission.has_return_code,
    ),
    Act(
        "ask-by-post",
        "Ask by post, with a new return code",
        lambda submission, by, note: ask_by_post(submission, note, by=by),
        asks_why=True,
        outcome="Your question waits on a page for the witness.",
        group="Witness",
        asks="Your question. The next page shows a return code once: print it, and post it to the "
        "witness. A code issued before stops working",
        shows_secret=True,
        sensible=lambda submission: submission.channel != Submission.Channel.PAGE,
    ),
    Act(
        "ask-by-email",
        "Ask by email",
        lambda submission, by, note: ask_by_email(submission, note, by=by),
        asks_why=True,
        outcome="The letter is written. It is sent, or waits for you under “Letters”.",
        group="Witness",
        asks="Your question. The witness replies to the committee's reply address. The letter "
        "leaves the question out if they asked for protection",
        sensible=can_be_asked_by_email,
    ),
    Act(
        "record-answer",
        "Record an answer",
        lambda submission, by, note: record_answer(submission, note, by=by),
        asks_why=True,
        outcome="Answer recorded.",
        group="Witness",
        asks="What the witness answered by email or post. It is kept with the oldest question "
        "that has no answer yet",
        sensible=_has_open_question,
    ),
    Act(
        "deal-with-answers",
        "Mark reply as dealt with",
        lambda submission, by, _note: deal_with_answers(submission, by=by),
        outcome="Reply marked as dealt with.",
        group="Witness",
        sensible=_has_answered,
    ),
    Act(
        "keep",
        "Refuse withdrawal",
        lambda submission, by, _note: keep(submission, by=by),
        outcome="Withdrawal refused. The committee keeps the evidence.",
        group="Witness",
        sensible=_has_withdrawal_request,
    ),
    Act(
        "withdraw",
        "Withdraw",
        lambda submission, by, note: let_go(submission, by=by, note=note),
        asks_why=True,
        outcome="Withdrawn.",
        group="Withdrawal",
    ),
)


def open_to(person: User, submission: Submission) -> Iterator[Act]:
    """The acts this person may do with this submission as it stands."""
    for act in ACTS:
        allowed = may_operate(
            person, act.name, inquiry=submission.inquiry_id, status=submission.status
        )
        if allowed and act.sensible(submission):
            yield act


def check_time(act: Act, submission: Submission) -> None:
    """Raise `NotReadyError` if the act is not offered at the submission's present status."""
    check_open(act.name, act.label, label=submission.label, status=submission.status)


def by_name(name: str) -> Act | None:
    return next((act for act in ACTS if act.name == name), None)
