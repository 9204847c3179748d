"""The buttons on the page of a submission: what this person may do with it now."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from evidence.errors import NotReadyError
from evidence.intake.examine import release, try_again
from evidence.lifecycle import FINAL, Status
from evidence.permissions import Action, may
from evidence.publication.publish import publish, take_down
from evidence.submissions.models import Submission
from evidence.witness_requests.models import WithdrawalRequest, WitnessQuestion
from evidence.witness_requests.questions import ask_witness, deal_with_answers, keep, let_go
from inquiry.people.models import User


def _always(_submission: Submission) -> bool:
    return True


def _asked_back(submission: Submission) -> bool:
    return WithdrawalRequest.objects.waiting().filter(submission=submission).exists()


def _has_answered(submission: Submission) -> bool:
    return WitnessQuestion.objects.filter(
        submission=submission, answered_at__isnull=False, dealt_with_at=None
    ).exists()


@dataclass(frozen=True)
class Act:
    """One button: its label, who may press it and when, and the function it calls."""

    name: str
    label: str
    needs: Action
    when: frozenset[Status]
    do: Callable[[Submission, User, str], object]
    asks_why: bool = False
    group: str = "Now"
    asks: str = "Why"
    # Whether a page shows what will come of it before it is done.
    shows_first: bool = False
    # False where the act would change nothing, or could not be decided on as things are.
    sensible: Callable[[Submission], bool] = _always


ACTS: tuple[Act, ...] = (
    Act(
        "try-again",
        "Try the checks again",
        Action.CHECK,
        frozenset({Status.HELD}),
        lambda submission, by, _note: try_again(submission, by=by),
    ),
    Act(
        "release",
        "Let it past the checks",
        Action.CHECK,
        frozenset({Status.HELD}),
        lambda submission, by, note: release(submission, by=by, note=note),
        asks_why=True,
    ),
    Act(
        "publish",
        "Publish",
        Action.PUBLISH,
        frozenset({Status.REPORTED}),
        lambda submission, by, _note: publish(submission, by=by),
        shows_first=True,
    ),
    Act(
        "take-down",
        "Take down",
        Action.PUBLISH,
        frozenset({Status.PUBLISHED}),
        lambda submission, by, note: take_down(submission, by=by, note=note),
        asks_why=True,
    ),
    Act(
        "ask-witness",
        "Ask the witness",
        Action.WRITE,
        frozenset(set(Status) - FINAL),
        lambda submission, by, note: ask_witness(submission, note, by=by),
        asks_why=True,
        group="Witness",
        asks="Your question. They read it with their return code; the letter does not tell it",
    ),
    Act(
        "deal-with-answers",
        "The answer is dealt with",
        Action.WRITE,
        frozenset(Status),
        lambda submission, by, _note: deal_with_answers(submission, by=by),
        group="Witness",
        sensible=_has_answered,
    ),
    Act(
        "keep",
        "The committee keeps it",
        Action.DECIDE,
        frozenset(set(Status) - FINAL),
        lambda submission, by, _note: keep(submission, by=by),
        group="Witness",
        sensible=_asked_back,
    ),
    Act(
        "withdraw",
        "Withdraw",
        Action.DECIDE,
        frozenset(set(Status) - FINAL),
        lambda submission, by, note: let_go(submission, by=by, note=note),
        asks_why=True,
        group="End",
    ),
)


def open_to(person: User, submission: Submission) -> Iterator[Act]:
    """The acts this person may do with this submission as it stands."""
    for act in ACTS:
        allowed = may(person, act.needs, submission.inquiry_id)
        if allowed and submission.status in act.when and act.sensible(submission):
            yield act


def check_time(act: Act, submission: Submission) -> None:
    """Raise `NotReadyError` for an act that is not offered while the submission stands where it
    does.

    A button on a page that was opened before the submission moved would otherwise do something
    else: the moves alone allow, for one, that what is accepted is taken to “reported”.
    """
    if submission.status not in act.when:
        raise NotReadyError(
            f"{submission.label} is “{submission.get_status_display()}”; “{act.label}” cannot be "
            "done now. Look at the submission again."
        )


def by_name(name: str) -> Act | None:
    return next((act for act in ACTS if act.name == name), None)
