"""Return codes for witnesses whose evidence staff added: they never had a form, so never a code.

A clerk encloses the code with a letter by post. From then on the witness has a page of their own.
"""

from django.db import transaction

from evidence.custody.record import record
from evidence.drafts import return_codes
from evidence.drafts.access import new_code
from evidence.drafts.models import Draft
from evidence.errors import NotReadyError
from evidence.permissions import Action, require
from evidence.submissions.models import Submission
from evidence.witness_requests.questions import keep_question
from evidence.witnesses.models import Contact
from inquiry.people.models import User


@transaction.atomic
def ask_by_post(submission: Submission, question: str, *, by: User) -> str:
    """Put a question on a page for the witness, and return the code that opens it.

    The code is stored nowhere. An earlier one that was issued stops working. Raises
    `NotReadyError` for an empty question, and for a witness who has a code from their own form.
    """
    require(by, Action.WRITE, submission.inquiry_id)
    if submission.channel == Submission.Channel.PAGE:
        raise NotReadyError("The witness has a return code from their own form.")
    keep_question(submission, question, by=by)
    record("return code issued", submission, by=by, inquiry=submission.inquiry_id)
    issued = Draft.objects.filter(submission=submission).first()
    if issued is not None:
        return new_code(issued)
    code = return_codes.new_code()
    Draft.objects.create(
        call=submission.call,
        code_digest=return_codes.digest("return", code),
        language=language_of(submission),
        submission=submission,
    )
    return code


def language_of(submission: Submission) -> str:
    """The language in which the sender is written to."""
    contact = Contact.objects.filter(
        witness__submission_links__submission=submission, witness__submission_links__position=0
    ).first()
    return contact.language if contact else "en-gb"
