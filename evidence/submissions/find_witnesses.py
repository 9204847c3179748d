"""Finds witnesses by name, and for those who may read them by email address and by file name."""

from django.db.models import Q, QuerySet

from evidence.permissions import Action, Person, inquiries_where
from evidence.submissions.models import Attachment, SubmissionWitness
from evidence.witnesses.keys import email_keys, name_key


def find(
    words: str, links: QuerySet[SubmissionWitness], person: Person
) -> QuerySet[SubmissionWitness]:
    """The authors among `links` who match; `links` are those that the reader may know.

    A whole email address finds its owner, part of a name or organisation all who bear it, and part
    of a file name the authors of its submission.
    """
    match = Q(witness__name__icontains=words) | Q(witness__organisation__icontains=words)
    if key := name_key(words, ""):
        match |= Q(witness__name_key=key)
    if "@" in words:
        match |= Q(
            witness__contact__email_key__in=email_keys(words),
            submission__inquiry__in=inquiries_where(person, Action.READ_CONTACT),
        )
    files = Attachment.objects.filter(
        name__icontains=words,
        submission__inquiry__in=inquiries_where(person, Action.READ_ORIGINAL),
    )
    match |= Q(submission__in=files.values("submission"))
    return links.filter(match)
