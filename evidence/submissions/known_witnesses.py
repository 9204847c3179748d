"""Witnesses as one reader may know them."""

from django.db.models import QuerySet

from evidence.permissions import Action, Person, may
from evidence.submissions.models import Submission, SubmissionWitness
from evidence.witnesses.models import Witness
from inquiry.people.models import User


def links_known_to(person: Person) -> QuerySet[SubmissionWitness]:
    """The authors of submissions that the reader may see and whose witnesses they may know."""
    known = Submission.objects.visible_to(person).with_name_known_to(person)
    return SubmissionWitness.objects.filter(submission__in=known.values("pk"))


def may_correct(witness: Witness, person: User) -> bool:
    """Whether the person may edit every submission of the witness."""
    inquiries = witness.submissions.values_list("inquiry", flat=True)
    return all(may(person, Action.CHECK, inquiry) for inquiry in set(inquiries))
