"""Confirms that the person who has a form open reads the email address in it.

Six digits go to the address and are typed into the form. Anyone can type any address into their
form, but a link shows only forms whose address was confirmed. So strangers cannot crowd out
someone's own form, and nobody sees the progress of a stranger's.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from evidence.drafts import contact_addresses, return_codes
from evidence.drafts.models import AddressCode, Draft
from evidence.errors import NotReadyError
from evidence.jobs.queue import Settle, ask
from evidence.letters.letterhead import letterhead_of
from evidence.letters.outbox import post
from evidence.rate_limits import rules as limits

DIGITS = 6
LASTS = timedelta(hours=24)
UNSENT_LASTS = timedelta(days=8)
MOST_WRONG = 5
WRONG = gettext_noop(
    "This is not the code in our latest email. Check the code, or ask for a new one."
)
NO_ADDRESS = gettext_noop(
    "We have no email address that we can send a code to. Add one on "
    "the page “How we can contact you”."
)


def ask_for_code(draft: Draft, *, language: str, address: str) -> None:
    """Request an email with a code to the address in the form. Earlier codes stop working.

    Raises `NotReadyError` if no automatic email can go there, `RateLimitExceededError` for one form
    or one visitor. Too many to one address raises nothing: somebody else may have asked for them.
    """
    email = contact_addresses.address_of(draft)
    if not email:
        raise NotReadyError(_(NO_ADDRESS))
    limits.allow_all((limits.CODE, address), (limits.CODE_OF_ONE_FORM, draft.pk.hex))
    goes = limits.is_allowed(limits.CODE_TO_ONE, return_codes.email_digest(email))
    with transaction.atomic():
        AddressCode.objects.filter(draft=draft).delete()
        requested = AddressCode.objects.create(
            draft=draft, email=email if goes else "", language=language
        )
        ask("send_code", requested.pk)


def send_code(requested: AddressCode, *, within: Settle = transaction.atomic) -> None:
    """Write the letter with the code. Run twice it may send two; both hold the same code."""
    to = requested.email
    wanted = to and to.casefold() == contact_addresses.address_of(requested.draft).casefold()
    if wanted and requested.sent_at is None:
        with translation.override(requested.language):
            body = render_to_string("letters/code.txt", {"code": _spaced(code_of(requested))})
            head = letterhead_of(requested.draft.call.inquiry.committee)
            post(body, to=to, key=requested.pk, head=head)
    with within():
        sent = AddressCode.objects.filter(pk=requested.pk, sent_at=None)
        sent.update(sent_at=timezone.now())


def confirm(draft: Draft, typed: str) -> None:
    """The code is typed into the form: links go to its address from now on.

    Raises `NotReadyError` for a code that is not that of the last letter, is a day old, was tried
    too often, or went to another address than now stands in the form.
    """
    requested = AddressCode.objects.filter(draft=draft).first()
    email = contact_addresses.address_of(draft)
    if requested is None or not email or not _holds(requested, email):
        raise NotReadyError(_(WRONG))
    tried = AddressCode.objects.filter(pk=requested.pk, wrong_attempts__lt=MOST_WRONG)
    # Counted before it is looked at, so that many at the same moment are not more.
    if not tried.update(wrong_attempts=F("wrong_attempts") + 1):
        raise NotReadyError(_(WRONG))
    if not _is_right(requested, return_codes.tidied(typed)):
        raise NotReadyError(_(WRONG))
    with transaction.atomic():
        Draft.objects.filter(pk=draft.pk).update(confirmed_digest=return_codes.email_digest(email))
        AddressCode.objects.filter(draft=draft).delete()


def is_waiting(draft: Draft) -> bool:
    """Whether a code was asked for that is not typed yet."""
    requested = AddressCode.objects.filter(draft=draft).first()
    return requested is not None and _lasts(requested)


def code_of(requested: AddressCode, secret: str | bytes | None = None) -> str:
    """The digits of a letter. Made from its key, they are the same if it is written again."""
    made = salted_hmac(
        "evidence.drafts.email_confirmation", requested.pk.hex, secret=secret, algorithm="sha256"
    )
    return str(int(made.hexdigest(), 16) % 10**DIGITS).zfill(DIGITS)


def forget_old_codes() -> int:
    """Delete expired codes. Requests that could not be sent are kept for some days."""
    now = timezone.now()
    run_out = AddressCode.objects.filter(sent_at__lt=now - LASTS)
    given_up = AddressCode.objects.filter(requested_at__lt=now - UNSENT_LASTS)
    return (run_out | given_up).delete()[0]


def _holds(requested: AddressCode, email: str) -> bool:
    return requested.email.casefold() == email.casefold() and _lasts(requested)


def _lasts(requested: AddressCode) -> bool:
    return requested.sent_at is None or timezone.now() - requested.sent_at < LASTS


def _is_right(requested: AddressCode, typed: str) -> bool:
    secrets = (None, *settings.SECRET_KEY_FALLBACKS)
    return any(constant_time_compare(code_of(requested, secret), typed) for secret in secrets)


def _spaced(code: str) -> str:
    return f"{code[:3]} {code[3:]}"
