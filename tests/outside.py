"""Fakes of the outside world: a clock set by hand, and a mail server that can be down."""

import datetime
import smtplib
from collections.abc import Callable, Sequence
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from evidence.jobs.models import Job


class Clock:
    """What `timezone.now()` says. It stands still until somebody moves it."""

    def __init__(self, monkeypatch: Any) -> None:
        self.now = timezone.now()
        monkeypatch.setattr(timezone, "now", lambda: self.now)

    def advance(self, **by: float) -> None:
        self.now += datetime.timedelta(**by)

    def let_pass(self, work: Callable[[], int], **time: float) -> None:
        """Do whatever becomes due in this time, at the moment it does."""
        end = self.now + datetime.timedelta(**time)
        while self.now < end:
            work()
            due = Job.objects.filter(state=Job.State.WAITING).order_by("due_at").first()
            self.now = min(end, max(due.due_at, self.now)) if due else end
        work()


class PostOffice(EmailBackend):
    """Takes letters while it is open; the test reads them in `mail.outbox`."""

    is_open = True

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        if not PostOffice.is_open:
            raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")
        return super().send_messages(messages)
