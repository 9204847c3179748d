"""The addresses that automatic emails about a form can go to: reminders, codes and links."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from evidence.drafts import return_codes
from evidence.drafts.models import Draft
from evidence.witnesses.models import Contact

PRECAUTIONS = ("hours", "avoid", "safe_ways")


def contact_of(draft: Draft) -> Contact:
    """The contact details in the form or, once it is sent, those of the witness.

    We may email only if the answer is yes; no answer means no.
    """
    if draft.submission_id is not None:
        first = Contact.objects.filter(
            witness__submission_links__submission=draft.submission_id,
            witness__submission_links__position=0,
        ).first()
        return first or Contact(may_email=False)
    answers = draft.answers_by_page.get("contact", {})
    words = {name: str(answers.get(name) or "") for name in ("email", *PRECAUTIONS)}
    return Contact(may_email=answers.get("may_email") == "yes", **words)


def address_of(draft: Draft) -> str:
    """The address that automatic emails can go to.

    Empty if there is no address, if we may not email it, or if the witness told us when or how to
    contact them, or words to avoid: then a clerk must read that first.
    """
    contact = contact_of(draft)
    email = contact.email.strip()
    try:
        validate_email(email)
    except ValidationError:
        return ""
    return email if contact.takes_letters_by_themselves else ""


def confirmed_address_of(draft: Draft) -> str:
    """The same address, if it was confirmed; otherwise empty. Links go only there."""
    email = address_of(draft)
    return email if email and is_confirmed(draft, email) else ""


def is_confirmed(draft: Draft, email: str) -> bool:
    return bool(email) and draft.confirmed_digest in return_codes.email_digests(email)
