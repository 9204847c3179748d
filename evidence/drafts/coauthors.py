"""Asks the other authors of a submission whether they agreed to be named as such.

Asks only authors whom, according to the sender, we may email. The link in their letter is made
when the letter is sent and only its digest is stored, so neither a clerk nor the sender can answer
for them.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from evidence.custody.record import record
from evidence.drafts.models import CoauthorLink
from evidence.drafts.return_codes import digest, digests, new_token
from evidence.errors import RetryLaterError, UnknownCodeError
from evidence.intake.author_refusal import hold_for_author
from evidence.jobs.queue import Settle
from evidence.letters import outbox
from evidence.letters.models import Letter
from evidence.submissions.models import SubmissionWitness

LASTS = timedelta(days=30)


def send_letter(letter: Letter, *, within: Settle = transaction.atomic) -> None:
    """Send a released letter, that to another author with a link of their own.

    If it runs twice it can send two letters, and the links of both work.
    """
    author = SubmissionWitness.objects.filter(
        submission=letter.submission_id, witness=letter.witness_id
    ).first()
    if letter.kind != Letter.Kind.COAUTHOR or author is None:
        outbox.send(letter, within=within)
        return
    token = new_token()
    row = CoauthorLink.objects.create(author=author, digest=digest("coauthor", token))
    try:
        outbox.send(letter, link=_address(letter, token), within=within)
    except RetryLaterError:
        row.delete()
        raise


def _address(letter: Letter, token: str) -> str:
    language = letter.witness.contact.language
    start = "" if language == settings.LANGUAGE_CODE else f"/{language}"
    return f"{settings.LETTER_SITE_URL}{start}/confirm/{token}/"


def by_link(token: str) -> SubmissionWitness:
    """The author to whom a link was sent.

    Raises `UnknownCodeError` if it is unknown or too old, or the author has answered.
    """
    links = CoauthorLink.objects.select_related("author__submission", "author__witness")
    link = links.filter(
        digest__in=digests("coauthor", token), made_at__gt=timezone.now() - LASTS
    ).first()
    if link is None or link.author.agreement:
        raise UnknownCodeError
    return link.author


@transaction.atomic
def answer(author: SubmissionWitness, *, agrees: bool) -> None:
    """Keep what the author says, once. If they did not agree, the submission is held.

    Raises `UnknownCodeError` if they have answered already.
    """
    agreement = SubmissionWitness.Agreement.AGREED if agrees else author.Agreement.REFUSED
    unanswered = SubmissionWitness.objects.filter(pk=author.pk, agreement="")
    if not unanswered.update(agreement=agreement, answered_at=timezone.now()):
        raise UnknownCodeError
    act = "author agreed" if agrees else "author did not agree"
    submission = author.submission
    record(act, submission, by=None, inquiry=submission.inquiry_id, author=author.position + 1)
    if not agrees:
        hold_for_author(submission, name=author.witness.heading())


def forget_old_coauthor_links() -> int:
    """Delete links that work no more. Returns how many."""
    return CoauthorLink.objects.filter(made_at__lt=timezone.now() - LASTS).delete()[0]
