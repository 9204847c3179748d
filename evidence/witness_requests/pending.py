"""Submissions with an open question, answer or withdrawal request."""

from enum import StrEnum

from django.db.models import QuerySet

from evidence.permissions import Action, Person, inquiries_where
from evidence.submissions.models import Submission
from evidence.witness_requests.models import WithdrawalRequest, WitnessQuestion


class Waits(StrEnum):
    WITHDRAWAL = "withdrawal"
    QUESTION = "question"
    ANSWERED = "answered"


WORDS = {
    Waits.WITHDRAWAL: "Withdrawal requests",
    Waits.QUESTION: "Awaiting the witness",
    Waits.ANSWERED: "Replies from witnesses",
}


def narrowed(
    submissions: QuerySet[Submission], what: str, *, reader: Person
) -> QuerySet[Submission]:
    """The submissions with this kind of open request; none for readers who may not see contact
    details."""
    readable = submissions.filter(inquiry__in=inquiries_where(reader, Action.READ_CONTACT))
    match what:
        case Waits.WITHDRAWAL:
            return readable.filter(pk__in=WithdrawalRequest.objects.waiting().values("submission"))
        case Waits.QUESTION:
            open_still = WitnessQuestion.objects.filter(answered_at__isnull=True)
            return readable.filter(pk__in=open_still.values("submission"))
        case Waits.ANSWERED:
            answered = WitnessQuestion.objects.filter(answered_at__isnull=False, dealt_with_at=None)
            return readable.filter(pk__in=answered.values("submission"))
    return submissions
