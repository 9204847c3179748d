"""Starts drafts and opens them again by return code. A link sent by email shows their progress.

A person who reads the emails of a witness is not always the witness. So a link goes only to an
address that was confirmed (`email_confirmation`) and that gets automatic emails
(`contact_addresses`), and it shows the progress only. Everything else needs the return code.

The answers reveal nothing: an unknown code, one whose draft was deleted and one that was replaced
get the same answer. So do a known and an unknown address.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from evidence.drafts import contact_addresses, return_codes
from evidence.drafts.models import Draft, EntryLink, LateCode
from evidence.errors import CallNotOpenError, UnknownCodeError
from evidence.jobs.queue import Settle, ask, ask_first
from evidence.letters.letterhead import letterhead_of
from evidence.letters.outbox import post
from evidence.rate_limits import rules as limits
from evidence.submissions.models import Submission
from inquiry.calls.models import Call, Openness

LINK_LASTS = timedelta(minutes=10)
# Longer than sending is retried.
UNSENT_LASTS = timedelta(days=8)
# For one address. All were confirmed, so only its reader can have many.
MOST_LINKS = 20


@transaction.atomic
def start(
    call: Call,
    *,
    language: str,
    late_code: LateCode | None = None,
    supplements: Submission | None = None,
) -> tuple[Draft, str]:
    """A new draft and its return code, which is stored nowhere and cannot be shown again.

    Raises `CallNotOpenError` while the call takes nothing new and no late code is given.
    """
    now = timezone.now()
    if late_code is not None:
        _use(late_code, call)
    elif call.openness(now) != Openness.OPEN:
        raise CallNotOpenError(_("This call for evidence is not open, so you cannot start a form."))
    code = return_codes.new_code()
    draft = Draft.objects.create(
        call=call,
        code_digest=return_codes.digest("return", code),
        language=language,
        late_code=late_code,
        supplements=supplements,
    )
    ask_first("expire", draft.pk, at=draft.dies_at())
    return draft, code


def new_code(draft: Draft) -> str:
    """Replace the return code of a draft; the old one stops working."""
    code = return_codes.new_code()
    Draft.objects.filter(pk=draft.pk).update(code_digest=return_codes.digest("return", code))
    return code


def by_code(typed: str, *, browser: str, address: str) -> Draft:
    """The draft of a return code.

    `browser` names the browser in which wrong codes were typed. Raises `MistypedCodeError`, which
    counts for nothing; `UnknownCodeError` for a code that opens no draft; `RateLimitExceededError`
    after five wrong codes in one browser, and for the same wrong code again. Neither limit affects
    other people. The length of the codes makes guessing hopeless.
    """
    code = return_codes.read(typed)
    acts = [(limits.CODES_OF_ADDRESS, address)]
    if limits.is_allowed(*acts[0]):
        # Otherwise somebody is trying thousands: no row is kept for each.
        singly = [
            (limits.WRONG_CODE, return_codes.digest("return", code)),
            (limits.WRONG_CODE_IN_BROWSER, browser),
        ]
        limits.allow_all(*singly)
        acts += singly
    draft = _find("return", code)
    if draft is None:
        raise UnknownCodeError
    limits.give_back(*acts)
    return draft


def late_code(typed: str, call: Call, *, address: str) -> LateCode:
    """The late code that was typed, if it opens this call now. Raises `UnknownCodeError`,
    `RateLimitExceededError`."""
    limits.allow(limits.LATE_CODE, address)
    known = LateCode.objects.filter(
        digest__in=return_codes.digests("late", typed), call=call
    ).first()
    if known is None or known.spent or not known.lasts(timezone.now()):
        raise UnknownCodeError
    limits.give_back((limits.LATE_CODE, address))
    return known


def ask_for_link(typed: str, *, language: str, address: str) -> None:
    """Request a link by email. The same is done for an unknown address.

    Raises `RateLimitExceededError` for one visitor. Too many requests for one address send nothing
    and raise nothing, because an error would reveal that somebody else asked for it.
    """
    limits.allow(limits.LINK, address)
    goes = limits.is_allowed(limits.LINK_TO_ONE, return_codes.email_digest(typed))
    with transaction.atomic():
        request = EntryLink.objects.create(email=typed.strip() if goes else "", language=language)
        ask("send_link", request.pk)


def send_link(request: EntryLink, *, within: Settle = transaction.atomic) -> None:
    """Email a link to the progress of each draft of this address, if there is one.

    The tokens are made here, in a job, so that the response takes the same time for every address.
    Only their hashes are kept. If it runs twice it can send two emails, and the links of both work.
    """
    tokens = [(draft, return_codes.new_token()) for draft in _drafts_of(request.email)]
    if tokens and request.expires_at is None:
        _keep_links(tokens, request)
        start = "" if request.language == settings.LANGUAGE_CODE else f"/{request.language}"
        links = [
            f"{settings.LETTER_SITE_URL}{start}/return/link/{token}/" for _draft, token in tokens
        ]
        with translation.override(request.language):
            body = render_to_string("letters/link.txt", {"links": links})
            head = letterhead_of(*(draft.call.inquiry.committee for draft, _token in tokens))
            post(body, to=request.email, key=request.pk, head=head)
    with within():
        EntryLink.objects.filter(pk=request.pk).update(expires_at=timezone.now())


@transaction.atomic
def _keep_links(tokens: list[tuple[Draft, str]], request: EntryLink) -> None:
    ends = timezone.now() + LINK_LASTS
    for draft, token in tokens:
        EntryLink.objects.create(
            draft=draft,
            email=request.email,
            digest=return_codes.digest("link", token),
            language=request.language,
            expires_at=ends,
        )


@transaction.atomic
def by_link(token: str) -> Draft:
    """The draft whose progress a link shows, once and within ten minutes.

    Also raises `UnknownCodeError` if the address has changed since, or we may no longer email it.
    """
    now = timezone.now()
    link = EntryLink.objects.filter(
        digest__in=return_codes.digests("link", token), expires_at__gt=now, used_at__isnull=True
    )
    row = link.select_related("draft__call").first()
    if row is None or row.draft is None or not _may_see(row.draft, row.email):
        raise UnknownCodeError
    if not link.update(used_at=now):
        raise UnknownCodeError
    return row.draft


def forget_old_links() -> int:
    """Delete expired links, and requests that could not be sent for days. Returns how many."""
    now = timezone.now()
    run_out = Q(requested_at__lt=now - timedelta(days=1), expires_at__isnull=False)
    given_up = Q(requested_at__lt=now - UNSENT_LASTS)
    return EntryLink.objects.filter(run_out | given_up).delete()[0]


def _find(kind: str, typed: str) -> Draft | None:
    known: Iterable[str] = return_codes.digests(kind, typed)
    drafts = Draft.objects.select_related("call", "late_code", "submission")
    return drafts.filter(code_digest__in=known).first()


def _drafts_of(email: str) -> list[Draft]:
    """The drafts whose progress a reader of this address may see, newest first."""
    confirmed = Draft.objects.filter(confirmed_digest__in=return_codes.email_digests(email))
    newest = confirmed.select_related("submission", "call__inquiry__committee").order_by(
        "-saved_at"
    )
    return [draft for draft in newest if _may_see(draft, email)][:MOST_LINKS]


def _may_see(draft: Draft, email: str) -> bool:
    return contact_addresses.confirmed_address_of(draft).casefold() == email.strip().casefold()


def _use(code: LateCode, call: Call) -> None:
    """Count one use, unless somebody else has just taken the last one."""
    free = Q(uses_allowed__isnull=True) | Q(uses__lt=F("uses_allowed"))
    mine = LateCode.objects.filter(free, pk=code.pk, call=call, withdrawn_at__isnull=True)
    if not mine.filter(expires_at__gt=timezone.now()).update(uses=F("uses") + 1):
        raise UnknownCodeError


def admit(draft: Draft, typed: str, *, address: str) -> None:
    """Let a draft be sent late by a late code. Raises `UnknownCodeError`,
    `RateLimitExceededError`."""
    code = late_code(typed, draft.call, address=address)
    with transaction.atomic():
        _use(code, draft.call)
        Draft.objects.open().filter(pk=draft.pk).update(late_code=code)
        draft.late_code = code
        ask("expire", draft.pk, at=draft.dies_at())
