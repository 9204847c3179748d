"""Questions from staff, and what a witness can do: answer, change contact details, withdraw.

A witness has no account: the person who has the return code acts for the sender. The acts are
recorded as the system's, with "the witness" in the detail and no name.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from evidence.custody.record import record
from evidence.decisions.decide import withdraw
from evidence.decisions.propose import drop_proposals
from evidence.errors import NotReadyError
from evidence.letters.models import Letter
from evidence.letters.outbox import send_by_itself, write
from evidence.lifecycle import FINAL, Status
from evidence.permissions import Action, require
from evidence.submissions.models import Submission
from evidence.witness_requests.models import WithdrawalRequest, WitnessQuestion
from evidence.witnesses.models import Contact
from evidence.workflow import STILL_THE_WITNESSES
from inquiry.people.models import User

WITNESS = "the witness"
# A form that is sent twice arrives within this time.
SENT_TWICE = timedelta(minutes=1)


@transaction.atomic
def ask_witness(submission: Submission, question: str, *, by: User) -> WitnessQuestion:
    """Put a question on the witness's page and tell the first witness that there is one.

    The letter does not say what is asked. Raises `NotReadyError` for an empty question, and for a
    witness without a return code, who could not read it.
    """
    require(by, Action.WRITE, submission.inquiry_id)
    if not submission.has_return_code:
        raise NotReadyError(
            "The witness has no return code. Ask them by post with one, or by email."
        )
    query = keep_question(submission, question, by=by)
    _tell(submission)
    return query


@transaction.atomic
def ask_by_email(submission: Submission, question: str, *, by: User) -> WitnessQuestion:
    """Ask a witness without a return code to reply to the address of the committee.

    The letter says what is asked, unless they asked for protection. Raises `NotReadyError` for an
    empty question, if the committee has no reply address, and if we may not email the witness.
    """
    require(by, Action.WRITE, submission.inquiry_id)
    address = submission.inquiry.committee.reply_address
    if not can_be_asked_by_email(submission):
        raise NotReadyError(
            "The committee has no reply address, or we may not email the witness. Ask them by post."
        )
    query = keep_question(submission, question, by=by)
    _tell(submission, question=query.question, reply_to=address)
    return query


def can_be_asked_by_email(submission: Submission) -> bool:
    """Whether a witness who has no return code can be asked to reply by email."""
    if submission.has_return_code or not submission.inquiry.committee.reply_address:
        return False
    contact = Contact.objects.filter(
        witness__submission_links__submission=submission, witness__submission_links__position=0
    ).first()
    return contact is not None and contact.takes_letters


def keep_question(submission: Submission, question: str, *, by: User) -> WitnessQuestion:
    """Record a question, without telling the witness. Raises `NotReadyError` for an empty one."""
    require(by, Action.WRITE, submission.inquiry_id)
    if not question.strip():
        raise NotReadyError("Write the question.")
    query = WitnessQuestion.objects.create(
        submission=submission, question=question.strip(), asked_by=by
    )
    record("witness asked", submission, by=by, inquiry=submission.inquiry_id, query=str(query.pk))
    return query


def _tell(submission: Submission, *, question: str = "", reply_to: str = "") -> None:
    """Write to the first witness that there is a question. By post they have not agreed to email,
    so a clerk approves the letter."""
    first = submission.witness_links.select_related("witness").order_by("position").first()
    if first is None:
        return
    letter = write(
        Letter.Kind.QUESTION,
        submission=submission,
        witness=first.witness,
        facts={"question": question},
        reply_to=reply_to,
    )
    if submission.channel != Submission.Channel.POST:
        send_by_itself(letter)


@transaction.atomic
def answer(query: WitnessQuestion, words: str) -> None:
    """The witness answers. Raises `NotReadyError` for an empty answer, and for a second one."""
    if not words.strip():
        raise NotReadyError(_("Enter your answer"))
    open_still = WitnessQuestion.objects.filter(pk=query.pk, answered_at__isnull=True)
    if not open_still.update(answer=words.strip(), answered_at=timezone.now()):
        raise NotReadyError(_("You have already answered this question."))
    submission = query.submission
    record(
        "witness answered",
        submission,
        by=None,
        inquiry=submission.inquiry_id,
        query=str(query.pk),
        who=WITNESS,
    )


@transaction.atomic
def record_answer(submission: Submission, words: str, *, by: User) -> None:
    """Record an answer that came by email or post, to the oldest question without one.

    Raises `NotReadyError` for an empty answer, if no question waits for one, and if the same
    answer was recorded a moment ago.
    """
    require(by, Action.WRITE, submission.inquiry_id)
    if not words.strip():
        raise NotReadyError("Enter what the witness answered.")
    just_now = WitnessQuestion.objects.filter(
        submission=submission, answered_at__gte=timezone.now() - SENT_TWICE
    )
    if any(earlier.answer == words.strip() for earlier in just_now):
        raise NotReadyError("This answer is already recorded.")
    unanswered = WitnessQuestion.objects.filter(submission=submission, answered_at=None)
    query = unanswered.select_for_update(of=("self",)).first()
    if query is None:
        raise NotReadyError(f"{submission.label}: no question waits for an answer.")
    WitnessQuestion.objects.filter(pk=query.pk).update(
        answer=words.strip(), answered_at=timezone.now()
    )
    record("answer recorded", submission, by=by, inquiry=submission.inquiry_id, query=str(query.pk))


@transaction.atomic
def deal_with_answers(submission: Submission, *, by: User) -> None:
    """Record that the answers about a submission were read and dealt with.

    Raises `NotReadyError` if no answer waits.
    """
    require(by, Action.WRITE, submission.inquiry_id)
    waiting = WitnessQuestion.objects.filter(
        submission=submission, answered_at__isnull=False, dealt_with_at=None
    )
    if not waiting.update(dealt_with_at=timezone.now(), dealt_with_by=by):
        raise NotReadyError(f"{submission.label}: no answer of the witness waits.")
    record("answers dealt with", submission, by=by, inquiry=submission.inquiry_id)


@transaction.atomic
def correct_contact(submission: Submission, contact: Contact) -> None:
    """Save new contact details of the sender."""
    contact.save()
    record("contact corrected", submission, by=None, inquiry=submission.inquiry_id, who=WITNESS)


@transaction.atomic
def take_back(submission: Submission, *, reason: str) -> bool:
    """The witness withdraws the submission, or asks to. True if it is withdrawn now; otherwise the
    committee decides.

    Raises `NotReadyError` for a closed submission, or if a request is already open.
    """
    locked = Submission.objects.select_for_update(of=("self",)).get(pk=submission.pk)
    if locked.status in FINAL:
        raise NotReadyError(_("You cannot withdraw this evidence, because it is already closed."))
    if locked.status in STILL_THE_WITNESSES:
        locked.move_to(Status.WITHDRAWN, by=None, note="asked for by the witness")
        drop_proposals(locked)
        submission.refresh_from_db()
        return True
    if not reason.strip():
        raise NotReadyError(_("Explain why you want to withdraw your evidence"))
    if WithdrawalRequest.objects.waiting().filter(submission=locked).exists():
        raise NotReadyError(
            _(
                "You have already asked to withdraw your evidence. The committee has not "
                "decided yet."
            )
        )
    WithdrawalRequest.objects.create(submission=locked, reason=reason.strip())
    record("withdrawal asked for", locked, by=None, inquiry=locked.inquiry_id, who=WITNESS)
    return False


@transaction.atomic
def keep(submission: Submission, *, by: User) -> None:
    """The committee refuses the withdrawal: close the open request."""
    require(by, Action.DECIDE, submission.inquiry_id)
    if not _settle(submission, granted=False, by=by):
        raise NotReadyError("Nobody asks to withdraw this submission.")
    record("withdrawal refused", submission, by=by, inquiry=submission.inquiry_id)


@transaction.atomic
def let_go(submission: Submission, *, by: User, note: str) -> None:
    """Withdraw a submission (see `decide.withdraw`), which also grants the witness's request."""
    withdraw(submission, by=by, note=note)
    _settle(submission, granted=True, by=by)


def _settle(submission: Submission, *, granted: bool, by: User) -> bool:
    """Mark the open request as decided; False if there is none."""
    waiting = WithdrawalRequest.objects.waiting().filter(submission=submission)
    return bool(waiting.update(granted=granted, settled_at=timezone.now(), settled_by=by))
