"""Late codes: with one from a clerk, a witness can start a form after the call has closed."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from evidence.custody.record import record
from evidence.drafts import return_codes
from evidence.drafts.models import LateCode
from evidence.errors import NotReadyError
from evidence.jobs.queue import ask
from evidence.permissions import Action, require
from inquiry.calls.models import Call
from inquiry.people.models import User


@transaction.atomic
def make(
    call: Call, *, by: User, expires_at: datetime, uses_allowed: int | None = 1, for_whom: str = ""
) -> LateCode:
    """Create a code for a call of the clerk's inquiry. Raises `NotReadyError` if `expires_at` is
    not in the future."""
    require(by, Action.LET_IN_LATE, call.inquiry_id)
    if expires_at <= timezone.now():
        raise NotReadyError("The code must expire in the future.")
    code = return_codes.new_late_code()
    made = LateCode.objects.create(
        call=call,
        code=code,
        digest=return_codes.digest("late", code),
        for_whom=for_whom,
        uses_allowed=uses_allowed,
        expires_at=expires_at,
        made_by=by,
    )
    record("late code made", made, by=by, inquiry=call.inquiry_id, uses=uses_allowed)
    return made


@transaction.atomic
def withdraw(code: LateCode, *, by: User) -> None:
    """Withdraw a code: it stops working, and forms started with it can no longer be sent late."""
    require(by, Action.LET_IN_LATE, code.call.inquiry_id)
    changed = LateCode.objects.filter(pk=code.pk, withdrawn_at__isnull=True)
    if changed.update(withdrawn_at=timezone.now()):
        record("late code withdrawn", code, by=by, inquiry=code.call.inquiry_id)
        for draft in code.drafts.open():
            ask("expire", draft.pk, at=draft.dies_at())
