"""Begins drafts and opens them again by return code; a link sent by letter shows where one is.

Whoever reads a witness's letters is not for that the witness. So a link goes to no address that
was not confirmed (`confirm`) or that we may not write to by ourselves (`reach`), and shows the
state alone: whatever was typed, and whatever may be done, asks for the return code.

Whoever asks learns nothing: a code that is not known, one whose draft has died and one that was
replaced are answered alike, and so are an address that is known and one that is not.
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
from evidence.errors import CallNotOpenError, RateLimitExceededError, UnknownCodeError
from evidence.jobs.queue import Settle, ask, ask_first
from evidence.letters.outbox import post
from evidence.rate_limits import rules as limits
from evidence.submissions.models import Submission
from inquiry.calls.models import Call, Openness

LINK_LASTS = timedelta(minutes=10)
# Longer than it is tried to send one.
UNSENT_LASTS = timedelta(days=8)
EVERYWHERE = "everywhere"
# Of one address; all were confirmed, so nobody but its reader can make them many.
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
    """Another return code for somebody who lost theirs; the old one opens nothing any more."""
    code = return_codes.new_code()
    Draft.objects.filter(pk=draft.pk).update(code_digest=return_codes.digest("return", code))
    return code


def by_code(typed: str, *, address: str) -> Draft:
    """The draft of a return code.

    Five wrong codes from one address, and codes from everywhere while somebody guesses, have to
    wait (`RateLimitExceededError`). Raises `UnknownCodeError` for whatever opens nothing.
    """
    wrong, anywhere = (limits.WRONG_CODE, address), (limits.WRONG_CODE_ANYWHERE, EVERYWHERE)
    limits.allow(*wrong)
    if limits.count(*anywhere) > limits.WRONG_CODE_ANYWHERE.most:
        try:
            limits.allow(limits.CODE_WHILE_GUESSED, EVERYWHERE)
        except RateLimitExceededError:
            limits.give_back(wrong, anywhere)
            raise
    draft = _find("return", typed)
    if draft is None:
        raise UnknownCodeError
    limits.give_back(wrong, anywhere)
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
    """Ask for a link by letter. The same is done for an address nobody knows.

    Raises `RateLimitExceededError` for one visitor. That too many were asked for one address is
    not told, or it would tell that somebody else has lately asked for it: then no letter is
    written.
    """
    limits.allow(limits.LINK, address)
    goes = limits.is_allowed(limits.LINK_TO_ONE, return_codes.email_digest(typed))
    with transaction.atomic():
        asked = EntryLink.objects.create(email=typed.strip() if goes else "", language=language)
        ask("send_link", asked.pk)


def send_link(asked: EntryLink, *, within: Settle = transaction.atomic) -> None:
    """Write the letter with a link to the state of each draft of this address, if there is one.

    The tokens are made here, where nobody waits for an answer, and only their hashes are kept.
    Run twice it may send two letters; the links of both are good.
    """
    tokens = [(draft, return_codes.new_token()) for draft in _drafts_of(asked.email)]
    if tokens and asked.expires_at is None:
        _keep_links(tokens, asked)
        start = "" if asked.language == settings.LANGUAGE_CODE else f"/{asked.language}"
        links = [f"{settings.SITE_URL}{start}/return/link/{token}/" for _draft, token in tokens]
        with translation.override(asked.language):
            body = render_to_string("letters/link.txt", {"links": links})
            post(_("Your link"), body, to=asked.email, key=asked.pk)
    with within():
        EntryLink.objects.filter(pk=asked.pk).update(expires_at=timezone.now())


@transaction.atomic
def _keep_links(tokens: list[tuple[Draft, str]], asked: EntryLink) -> None:
    ends = timezone.now() + LINK_LASTS
    for draft, token in tokens:
        EntryLink.objects.create(
            draft=draft,
            email=asked.email,
            digest=return_codes.digest("link", token),
            language=asked.language,
            expires_at=ends,
        )


@transaction.atomic
def by_link(token: str) -> Draft:
    """The draft whose state a link shows, once and within ten minutes.

    Raises `UnknownCodeError` also where the address has been changed since, or the leave to write
    to it taken back.
    """
    now = timezone.now()
    link = EntryLink.objects.filter(
        digest__in=return_codes.digests("link", token), expires_at__gt=now, used_at__isnull=True
    )
    found = link.select_related("draft__call").first()
    if found is None or found.draft is None or not _may_see(found.draft, found.email):
        raise UnknownCodeError
    if not link.update(used_at=now):
        raise UnknownCodeError
    return found.draft


def forget_old_links() -> int:
    """Links that have run out; what was asked for and could not be sent is kept for some days."""
    now = timezone.now()
    run_out = Q(requested_at__lt=now - timedelta(days=1), expires_at__isnull=False)
    given_up = Q(requested_at__lt=now - UNSENT_LASTS)
    return EntryLink.objects.filter(run_out | given_up).delete()[0]


def _find(kind: str, typed: str) -> Draft | None:
    known: Iterable[str] = return_codes.digests(kind, typed)
    drafts = Draft.objects.select_related("call", "late_code", "submission")
    return drafts.filter(code_digest__in=known).first()


def _drafts_of(email: str) -> list[Draft]:
    """The drafts whose state a reader of this address may see, newest first."""
    confirmed = Draft.objects.filter(confirmed_digest__in=return_codes.email_digests(email))
    newest = confirmed.select_related("submission").order_by("-saved_at")
    return [draft for draft in newest if _may_see(draft, email)][:MOST_LINKS]


def _may_see(draft: Draft, email: str) -> bool:
    return contact_addresses.confirmed_address_of(draft).casefold() == email.strip().casefold()


def _use(code: LateCode, call: Call) -> None:
    """Count one use, unless somebody else has just had the last one."""
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
