"""Where letters about a form may go that nobody reads before: reminders, codes and links."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from evidence.drafts import return_codes
from evidence.drafts.models import Draft
from evidence.witnesses.models import Contact

PRECAUTIONS = ("hours", "avoid", "safe_ways")


def contact_of(draft: Draft) -> Contact:
    """How whoever sends the form is reached: as typed in it and, once it is sent, as kept since.

    Leave to write is what was answered with yes; no answer is none.
    """
    if draft.submission_id is not None:
        first = Contact.objects.filter(
            witness__submission_links__submission=draft.submission_id,
            witness__submission_links__position=0,
        ).first()
        return first or Contact(may_email=False)
    answers = draft.said.get("contact", {})
    words = {name: str(answers.get(name) or "") for name in ("email", *PRECAUTIONS)}
    return Contact(may_email=answers.get("may_email") == "yes", **words)


def address_of(draft: Draft) -> str:
    """The address that a letter may go to by itself.

    Empty without an address or leave to write to it, and where the witness told when, how or with
    which words to write: then somebody must read that first.
    """
    contact = contact_of(draft)
    email = contact.email.strip()
    try:
        validate_email(email)
    except ValidationError:
        return ""
    return email if contact.takes_letters_by_themselves else ""


def confirmed_address_of(draft: Draft) -> str:
    """The same, if whoever had the form open has confirmed it: links go there and nowhere else."""
    email = address_of(draft)
    return email if email and is_confirmed(draft, email) else ""


def is_confirmed(draft: Draft, email: str) -> bool:
    return bool(email) and draft.confirmed_digest in return_codes.email_digests(email)
