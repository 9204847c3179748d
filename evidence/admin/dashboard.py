"""What else the desk of an inquiry has to do, beside its inbox; each count links to its list."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse

from evidence.letters.models import Letter
from evidence.lifecycle import Status
from evidence.permissions import Action, Person, may
from evidence.submissions.models import Submission
from evidence.tasks import failed_jobs
from inquiry.calls.models import Inquiry

# What is neither held nor to be proposed or published: those are in the inbox itself.
STATUS_LABELS = (
    (Status.RECEIVED, "Checks running"),
    (Status.CHECKED, "Being converted"),
    (Status.ACCEPTED, "Accepted, not yet reported"),
    (Status.PUBLISHED, "Published"),
)


@dataclass(frozen=True)
class Pile:
    """How many items need attention, what they are, and the address of their list."""

    count: int
    label: str
    address: str
    urgent: bool = False


def other_work(person: Person, inquiry: Inquiry) -> list[Pile]:
    """What else the desk of an inquiry has for this person, what needs them first."""
    visible = Submission.objects.visible_to(person).filter(inquiry=inquiry)
    counts = dict(
        visible.order_by().values_list("status").annotate(n=Count("pk")).values_list("status", "n")
    )
    piles = [
        Pile(
            counts.get(status, 0),
            label,
            f"{reverse('register')}?{urlencode({'inquiry': inquiry.code, 'status': status})}",
        )
        for status, label in STATUS_LABELS
    ]
    return [*_more(person, inquiry), *piles]


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
    if may(person, Action.WRITE, inquiry):
        letters = Letter.objects.to_release().filter(submission__inquiry=inquiry)
        address = f"{reverse('admin:evidence_letter_changelist')}?" + urlencode(
            {"inquiry__id__exact": inquiry.pk, "waits": "yes"}
        )
        piles.append(Pile(letters.count(), "Letters to approve", address))
        piles += _unwanted_letters(inquiry)
    if may(person, Action.MEND_JOBS, inquiry):
        piles.append(_jobs(person, inquiry))
    return piles
