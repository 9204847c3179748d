"""Reminds witnesses of unsent drafts before the call closes, and deletes them 30 days after it."""

from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from evidence.drafts import contact_addresses
from evidence.drafts.models import REMINDED_BEFORE_CLOSING, Draft
from evidence.files import draft_storage as place
from evidence.jobs.queue import Settle, ask
from evidence.letters.letterhead import letterhead_of
from evidence.letters.outbox import post


def remind(draft: Draft, *, within: Settle = transaction.atomic) -> None:
    """Remind the witness of an unsent draft, once, two days before the call closes.

    Only witnesses who agreed to email and gave no precautions are reminded. If the closing time
    has moved, the job is put off to the new time.
    """
    now, address = timezone.now(), contact_addresses.address_of(draft)
    at = draft.ends_at() - REMINDED_BEFORE_CLOSING
    due = address and not draft.sent and draft.reminded_at is None and draft.may_be_sent(now)
    if due and at <= now:
        with translation.override(draft.language):
            ends = timezone.localtime(draft.ends_at())
            body = render_to_string(
                "letters/reminder.txt", {"ends": ends, "site": settings.LETTER_SITE_URL}
            )
            head = letterhead_of(draft.call.inquiry.committee)
            post(body, to=address, key=draft.pk, head=head)
    with within():
        if due and at <= now:
            Draft.objects.filter(pk=draft.pk).update(reminded_at=now)
        elif due:
            ask("remind", draft.pk, at=at)


def expire(draft: Draft, *, within: Settle = transaction.atomic) -> None:
    """Delete an unsent draft and its files once it has expired.

    The files are deleted first, so a worker that dies half-way leaves a draft to try again. The
    row of a sent draft stays, without files, because its return code opens the submission. If
    the closing time has moved, the job is put off to the new time.
    """
    dies_at = draft.dies_at()
    over = dies_at <= timezone.now()
    if draft.sent or over:
        clear(draft.pk)
    with within():
        if draft.sent:
            return
        if over:
            draft.delete()
        else:
            ask("expire", draft.pk, at=dies_at)


def clear(key: UUID) -> None:
    """Delete the files of a draft that was sent or deleted. Running it again changes nothing."""
    place.remove_all(key.hex)


@transaction.atomic
def throw_away(draft: Draft) -> None:
    """Delete an unsent draft because the witness asks. A sent draft cannot be deleted.

    Its files are deleted straight away, or by a job if this process dies first.
    """
    key = draft.pk
    if Draft.objects.open().filter(pk=key).delete()[0]:
        ask("expire", key)
        transaction.on_commit(partial(clear, key))
