"""The counts on each inquiry's desk; each count links to the list it counts."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.urls import reverse

from evidence.decisions.models import Decision
from evidence.letters.models import Letter
from evidence.lifecycle import Status
from evidence.permissions import Action, Person, inquiries_where, may
from evidence.search.filters import tagged
from evidence.submissions.models import Submission
from evidence.tagging.models import Standing
from evidence.tasks import failed_jobs
from evidence.witness_requests.pending import WORDS, Waits, narrowed
from inquiry.calls.models import Inquiry

# In the order of the flow.
STATUS_LABELS = (
    (Status.HELD, "Held: needs your decision"),
    (Status.RECEIVED, "Checks running"),
    (Status.CHECKED, "Being converted"),
    (Status.PREPARED, "Ready for the committee"),
    (Status.ACCEPTED, "Accepted, not yet reported"),
    (Status.REPORTED, "Reported, ready to publish"),
    (Status.PUBLISHED, "Published"),
)


@dataclass(frozen=True)
class Pile:
    """How many items need attention, what they are, and the address of their list."""

    count: int
    label: str
    address: str
    urgent: bool = False


@dataclass(frozen=True)
class InquiryDesk:
    inquiry: Inquiry
    piles: tuple[Pile, ...]
    register: str
    may_receive: bool


def desks_of(person: Person) -> list[InquiryDesk]:
    keys = inquiries_where(person, Action.SEE_DESK)
    inquiries = Inquiry.objects.filter(pk__in=keys).select_related("committee", "parent")
    return [_desk(person, inquiry) for inquiry in inquiries]


def _desk(person: Person, inquiry: Inquiry) -> InquiryDesk:
    visible = Submission.objects.visible_to(person).filter(inquiry=inquiry)
    counts = dict(
        visible.order_by().values_list("status").annotate(n=Count("pk")).values_list("status", "n")
    )
    listing = reverse("admin:evidence_submission_changelist")
    piles = [
        Pile(
            counts.get(status, 0),
            label,
            f"{listing}?{urlencode({'inquiry__id__exact': inquiry.pk, 'status__exact': status})}",
            urgent=status == Status.HELD and bool(counts.get(status)),
        )
        for status, label in STATUS_LABELS
    ]
    piles += _more(person, inquiry)
    return InquiryDesk(
        inquiry,
        tuple(piles),
        register=f"{reverse('register')}?{urlencode({'inquiry': inquiry.code})}",
        may_receive=may(person, Action.RECEIVE, inquiry),
    )


def _from_witnesses(person: Person, visible: QuerySet[Submission], inquiry: Inquiry) -> list[Pile]:
    """Questions, replies and withdrawal requests that nobody has dealt with yet."""
    listing = reverse("admin:evidence_submission_changelist")
    counts = [(what, narrowed(visible, what, reader=person).count()) for what in Waits]
    return [
        Pile(
            count,
            WORDS[what],
            f"{listing}?{urlencode({'inquiry__id__exact': inquiry.pk, 'witness': what})}",
            urgent=what == Waits.WITHDRAWAL and bool(count),
        )
        for what, count in counts
    ]


def _unwanted_letters(inquiry: Inquiry) -> list[Pile]:
    letters = Letter.objects.filter(submission__inquiry=inquiry, state=Letter.State.UNWANTED)
    address = f"{reverse('admin:evidence_letter_changelist')}?" + urlencode(
        {"inquiry__id__exact": inquiry.pk, "state__exact": Letter.State.UNWANTED}
    )
    count = letters.count()
    label = "Letters not sent: email not agreed"
    return [Pile(count, label, address, urgent=True)] if count else []


def _jobs(person: Person, inquiry: Inquiry) -> Pile:
    count = failed_jobs.count(person, inquiry)
    address = f"{reverse('admin:jobs')}?{urlencode({'inquiry': inquiry.pk})}"
    return Pile(count, "Failed and late jobs", address, urgent=count > 0)


def _more(person: Person, inquiry: Inquiry) -> list[Pile]:
    piles = []
    visible = Submission.objects.visible_to(person).filter(inquiry=inquiry)
    if may(person, Action.TAG, inquiry):
        suggested = visible.filter(tagged(Standing.SUGGESTED, person))
        address = f"{reverse('admin:evidence_submission_changelist')}?" + urlencode(
            {"inquiry__id__exact": inquiry.pk, "tags": "suggested"}
        )
        piles.append(Pile(suggested.count(), "Tags to review", address))
    if may(person, Action.PROPOSE, inquiry):
        proposed = Decision.objects.filter(
            state=Decision.State.PROPOSED, submission__inquiry=inquiry
        ).count()
        address = f"{reverse('admin:evidence_meeting_changelist')}?" + urlencode(
            {"inquiry__id__exact": inquiry.pk}
        )
        piles.append(Pile(proposed, "Decisions for the next meeting", address))
    if may(person, Action.WRITE, inquiry):
        letters = Letter.objects.to_release().filter(submission__inquiry=inquiry)
        address = f"{reverse('admin:evidence_letter_changelist')}?" + urlencode(
            {"inquiry__id__exact": inquiry.pk, "waits": "yes"}
        )
        piles.append(Pile(letters.count(), "Letters to approve", address))
        piles += _unwanted_letters(inquiry)
        piles += _from_witnesses(person, visible, inquiry)
    if may(person, Action.MEND_JOBS, inquiry):
        piles.append(_jobs(person, inquiry))
    return piles
