"""The buttons on the page of a piece: what this person may do with it now."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from evidence.errors import NotReady
from evidence.intake.examine import release, try_again
from evidence.lifecycle import FINAL, Status
from evidence.permissions import Action, may
from evidence.publication.publish import publish, take_down
from evidence.queries.ask import ask_witness, deal_with_answers, keep, let_go
from evidence.queries.models import Query, Withdrawal
from evidence.submissions.models import Submission
from inquiry.people.models import User


def _always(_piece: Submission) -> bool:
    return True


def _asked_back(piece: Submission) -> bool:
    return Withdrawal.objects.waiting().filter(submission=piece).exists()


def _has_answered(piece: Submission) -> bool:
    return Query.objects.filter(
        submission=piece, answered_at__isnull=False, dealt_with_at=None
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
        lambda piece, by, _note: try_again(piece, by=by),
    ),
    Act(
        "release",
        "Let it past the checks",
        Action.CHECK,
        frozenset({Status.HELD}),
        lambda piece, by, note: release(piece, by=by, note=note),
        asks_why=True,
    ),
    Act(
        "publish",
        "Publish",
        Action.PUBLISH,
        frozenset({Status.REPORTED}),
        lambda piece, by, _note: publish(piece, by=by),
        shows_first=True,
    ),
    Act(
        "take-down",
        "Take down",
        Action.PUBLISH,
        frozenset({Status.PUBLISHED}),
        lambda piece, by, note: take_down(piece, by=by, note=note),
        asks_why=True,
    ),
    Act(
        "ask-witness",
        "Ask the witness",
        Action.WRITE,
        frozenset(set(Status) - FINAL),
        lambda piece, by, note: ask_witness(piece, note, by=by),
        asks_why=True,
        group="Witness",
        asks="Your question. They read it with their return code; the letter does not tell it",
    ),
    Act(
        "deal-with-answers",
        "The answer is dealt with",
        Action.WRITE,
        frozenset(Status),
        lambda piece, by, _note: deal_with_answers(piece, by=by),
        group="Witness",
        sensible=_has_answered,
    ),
    Act(
        "keep",
        "The committee keeps it",
        Action.DECIDE,
        frozenset(set(Status) - FINAL),
        lambda piece, by, _note: keep(piece, by=by),
        group="Witness",
        sensible=_asked_back,
    ),
    Act(
        "withdraw",
        "Withdraw",
        Action.DECIDE,
        frozenset(set(Status) - FINAL),
        lambda piece, by, note: let_go(piece, by=by, note=note),
        asks_why=True,
        group="End",
    ),
)


def open_to(person: User, piece: Submission) -> Iterator[Act]:
    """The acts this person may do with this piece as it stands."""
    for act in ACTS:
        allowed = may(person, act.needs, piece.inquiry_id)
        if allowed and piece.status in act.when and act.sensible(piece):
            yield act


def check_time(act: Act, piece: Submission) -> None:
    """Raise `NotReady` for an act that is not offered while the piece stands where it does.

    A button on a page that was opened before the piece moved would otherwise do something else:
    the moves alone allow, for one, that what is accepted is taken to “reported”.
    """
    if piece.status not in act.when:
        raise NotReady(
            f"{piece.label} is “{piece.get_status_display()}”; “{act.label}” cannot be done now. "
            "Look at the piece again."
        )


def by_name(name: str) -> Act | None:
    return next((act for act in ACTS if act.name == name), None)
