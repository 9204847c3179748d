"""Saves what a witness types, page by page, complete or not."""

import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from evidence.drafts.models import REMINDED_BEFORE_CLOSING, Draft
from evidence.errors import AlreadySubmittedError, DraftDeletedError
from evidence.jobs.queue import ask
from evidence.prepared_query import PreparedRow
from evidence.rate_limits import rules as limits

LOCKED = PreparedRow(Draft.objects.select_for_update, by="id")


@transaction.atomic
def keep(draft: Draft, page: str, answers: Mapping[str, Any]) -> None:
    """Save the answers of one page. Other pages keep theirs, even if saved at the same time.

    Raises `AlreadySubmittedError`, and `RateLimitExceededError` for a form that is saved too often.
    """
    limits.allow(limits.SAVE, draft.pk.hex)
    locked = locked_draft(draft)
    pages = {**locked.answers_by_page, page: dict(answers)}
    locked.answers = json.dumps(pages)
    locked.saved_at = timezone.now()
    locked.first_saved_at = locked.first_saved_at or locked.saved_at
    fields = ["answers", "saved_at", "first_saved_at"]
    if page == "contact":
        locked.reminder_wanted = bool(str(answers.get("email") or "").strip())
        fields.append("reminder_wanted")
        _remind_later(locked)
    locked.save(update_fields=fields)
    draft.answers, draft.saved_at = locked.answers, locked.saved_at
    draft.first_saved_at = locked.first_saved_at


def locked_draft(draft: Draft) -> Draft:
    """The draft as it is now, locked until the transaction ends.

    Raises `AlreadySubmittedError`, and `DraftDeletedError` if it was deleted.
    """
    locked = LOCKED.find(draft.pk)
    if locked is None:
        raise DraftDeletedError
    if locked.sent:
        raise AlreadySubmittedError
    return locked


def _remind_later(draft: Draft) -> None:
    at = draft.ends_at() - REMINDED_BEFORE_CLOSING
    if draft.reminder_wanted and draft.reminded_at is None and at > timezone.now():
        ask("remind", draft.pk, at=at)
