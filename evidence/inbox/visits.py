"""When somebody last looked at an inbox, so that it can say what is new."""

import datetime

from django.db import transaction
from django.utils import timezone

from evidence.inbox.models import OpenPage, Visit
from evidence.submissions.models import Submission
from inquiry.calls.models import Inquiry
from inquiry.people.models import User

ONE_VISIT = datetime.timedelta(hours=1)
"""Within this time, looking again is the same visit: what was new is still new."""
STILL_OPEN = datetime.timedelta(minutes=3)


def last_visit(person: User, inquiry: Inquiry) -> datetime.datetime | None:
    """When the person's visit before this one was; None for the first. Notes this visit."""
    now = timezone.now()
    with transaction.atomic():
        visit, is_first = Visit.objects.get_or_create(
            person=person, inquiry=inquiry, defaults={"at": now}
        )
        if not is_first and now - visit.at > ONE_VISIT:
            visit.before = visit.at
        if not is_first:
            visit.at = now
            visit.save(update_fields=["at", "before"])
    return visit.before


def visit_before(person: User, inquiry: Inquiry) -> datetime.datetime | None:
    """What `last_visit` answered last; notes nothing."""
    visit = Visit.objects.filter(person=person, inquiry=inquiry).first()
    return visit.before if visit else None


def open_page(submission: Submission, person: User) -> list[User]:
    """Notes that the person has the page open; returns who else has, in order of name."""
    now = timezone.now()
    OpenPage.objects.bulk_create(
        [OpenPage(submission=submission, person=person, at=now)],
        update_conflicts=True,
        unique_fields=["submission", "person"],
        update_fields=["at"],
    )
    others = OpenPage.objects.filter(submission=submission, at__gt=now - STILL_OPEN)
    rows = others.exclude(person=person).select_related("person").order_by("person__username")
    return [row.person for row in rows]
