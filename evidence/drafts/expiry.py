"""Drafts that are not sent: a reminder before the call closes, and their end 30 days after it."""

from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from evidence.drafts import contact_addresses
from evidence.drafts.models import REMINDED_BEFORE_CLOSING, Draft
from evidence.files import draft_storage as place
from evidence.jobs.queue import Settle, ask
from evidence.letters.outbox import post


def remind(draft: Draft, *, within: Settle = transaction.atomic) -> None:
    """Write to whoever began and did not send, once, two days before the call closes.

    Only who said yes is written to, and nobody who told when, how or with which words to write.
    A call whose closing was moved is asked about again at its new time.
    """
    now, address = timezone.now(), contact_addresses.address_of(draft)
    at = draft.ends_at() - REMINDED_BEFORE_CLOSING
    due = address and not draft.sent and draft.reminded_at is None and draft.may_be_sent(now)
    if due and at <= now:
        with translation.override(draft.language):
            ends = timezone.localtime(draft.ends_at())
            body = render_to_string(
                "letters/reminder.txt", {"ends": ends, "site": settings.SITE_URL}
            )
            post(_("You have a form to finish"), body, to=address, key=draft.pk)
    with within():
        if due and at <= now:
            Draft.objects.filter(pk=draft.pk).update(reminded_at=now)
        elif due:
            ask("remind", draft.pk, at=at)


def expire(draft: Draft, *, within: Settle = transaction.atomic) -> None:
    """Delete a draft that was not sent, and its files, when its time has come.

    The files go first: whoever dies in between leaves a draft that is asked about again. A draft
    that was sent stays as the way back to its submission, without files. A call whose closing was
    moved is asked about again at its new time.
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
    """Delete the files of a draft that was sent or deleted. Twice is the same as once."""
    place.remove_all(key.hex)


@transaction.atomic
def throw_away(draft: Draft) -> None:
    """The witness deletes what was begun. A draft that was sent cannot be thrown away.

    Its files go at once, and by the step if this process dies before.
    """
    key = draft.pk
    if Draft.objects.open().filter(pk=key).delete()[0]:
        ask("expire", key)
        transaction.on_commit(partial(clear, key))
