"""What a page shows while a worker checks a file of the form.

No response waits for the worker. The page says that the file is being checked and refreshes: with
JavaScript by itself (file_progress.js), without it by a page reload, after longer pauses each time.
"""

from dataclasses import dataclass

from django.http import HttpRequest

from evidence.drafts.models import Draft, DraftFile

FIRST_PAUSE_SECONDS, MOST_DOUBLED = 4, 3
LOOKS = "look"


@dataclass(frozen=True)
class NextLook:
    """When a page without JavaScript reloads, and with which query string."""

    seconds: int
    query: str


def reading_of(request: HttpRequest, draft: Draft) -> NextLook | None:
    """When the page reloads next; None once every file is checked."""
    reading = any(file.state == DraftFile.State.READING for file in draft.files.all())
    return next_look(request) if reading else None


def next_look(request: HttpRequest) -> NextLook:
    """The pause doubles each time the page has been reloaded, up to a limit."""
    typed = request.GET.get(LOOKS, "")
    looks = min(int(typed[:3]), MOST_DOUBLED) if typed.isascii() and typed.isdecimal() else 0
    query = request.GET.copy()
    query[LOOKS] = str(min(looks + 1, MOST_DOUBLED))
    return NextLook(FIRST_PAUSE_SECONDS * 2**looks, query.urlencode())
