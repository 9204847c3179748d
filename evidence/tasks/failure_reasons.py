"""Reasons why a job failed, as sentences for a clerk.

They name the kind of problem and never quote the exception, which may contain an address or words
of a document.
"""

import errno

from django.db import Error

DIED = "The worker was stopped or killed while it did this."
KINDS: tuple[tuple[type[BaseException], str], ...] = (
    (Error, "The database did not answer, or was busy"),
    (MemoryError, "It needed more memory than there is"),
    (FileNotFoundError, "A file was not where it should be"),
    (PermissionError, "A file could not be opened or written"),
    (TimeoutError, "It took too long, or another program did not answer"),
    (ConnectionError, "Another program did not answer"),
)


def in_plain_words(problem: BaseException) -> str:
    kind = type(problem).__name__
    if isinstance(problem, OSError) and problem.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"There was no room on the disk ({kind})."
    for known, words in KINDS:
        if isinstance(problem, known):
            return f"{words} ({kind})."
    return f"It failed with {kind}."


def stopped(attempts: int, last: str) -> str:
    times = "once" if attempts == 1 else f"{attempts} times"
    return f"This was interrupted or failed {times} and was stopped. {last}".strip()
