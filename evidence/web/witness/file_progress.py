"""What a page says while a worker reads a file of the form.

No answer waits for the worker. The page says that the file is being read and looks again: with
scripts by itself (reading.js), without them by being loaded anew, after longer pauses each time.
"""

from dataclasses import dataclass

from django.http import HttpRequest

from evidence.drafts.models import Draft, DraftFile

FIRST_PAUSE_SECONDS, MOST_DOUBLED = 4, 3
LOOKS = "look"


@dataclass(frozen=True)
class NextLook:
    """When a page without scripts is loaded anew, and with what in its address."""

    seconds: int
    query: str


def reading_of(request: HttpRequest, draft: Draft) -> NextLook | None:
    """The next look at a page that tells what was read; None once everything is read."""
    reading = any(file.state == DraftFile.State.READING for file in draft.files.all())
    return next_look(request) if reading else None


def next_look(request: HttpRequest) -> NextLook:
    """How long to wait depends on how often the page was loaded anew already."""
    said = request.GET.get(LOOKS, "")
    looks = min(int(said[:3]), MOST_DOUBLED) if said.isascii() and said.isdecimal() else 0
    query = request.GET.copy()
    query[LOOKS] = str(min(looks + 1, MOST_DOUBLED))
    return NextLook(FIRST_PAUSE_SECONDS * 2**looks, query.urlencode())
