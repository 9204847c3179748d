"""Follows the chain of custody from its first entry and says where it breaks."""

from dataclasses import dataclass

from evidence.custody.models import START, Entry, Head


@dataclass(frozen=True)
class Verdict:
    """`broken_at` is the first entry that is not as it was written, or None."""

    entries: int
    broken_at: int | None = None
    reason: str = ""

    @property
    def whole(self) -> bool:
        return self.broken_at is None


def verify() -> Verdict:
    """Read every entry in order; constant memory."""
    before, expected = START, 1
    for entry in Entry.objects.order_by("sequence").iterator(chunk_size=2000):
        if entry.sequence != expected:
            return Verdict(expected - 1, expected, f"Entry {expected} is missing.")
        if entry.digest != entry.digest_after(before):
            why = f"Entry {entry.sequence} is not as it was written."
            return Verdict(expected - 1, entry.sequence, why)
        before, expected = entry.digest, expected + 1
    head = Head.objects.filter(pk=1).first() or Head()
    if (head.sequence, head.digest) != (expected - 1, before):
        return Verdict(expected - 1, expected, f"Entries after {expected - 1} are missing.")
    return Verdict(expected - 1)
