"""Verifies the chain of custody entries and reports where it breaks."""

from dataclasses import dataclass

from evidence.custody.models import START, CustodyEntry, CustodyHead


@dataclass(frozen=True)
class ChainResult:
    """`broken_at` is the number of the first altered or missing entry, or None."""

    entries: int
    broken_at: int | None = None
    reason: str = ""

    @property
    def whole(self) -> bool:
        return self.broken_at is None


def verify() -> ChainResult:
    """Read and check every entry in order, in constant memory."""
    before, expected = START, 1
    for entry in CustodyEntry.objects.order_by("sequence").iterator(chunk_size=2000):
        if entry.sequence != expected:
            return ChainResult(expected - 1, expected, f"Entry {expected} is missing.")
        if entry.digest != entry.digest_after(before):
            why = f"Entry {entry.sequence} has been altered."
            return ChainResult(expected - 1, entry.sequence, why)
        before, expected = entry.digest, expected + 1
    head = CustodyHead.objects.filter(pk=1).first() or CustodyHead()
    if (head.sequence, head.digest) != (expected - 1, before):
        return ChainResult(expected - 1, expected, f"Entries after {expected - 1} are missing.")
    return ChainResult(expected - 1)
