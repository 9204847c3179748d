"""Compares two bundles file by file."""

from collections.abc import Iterable
from dataclasses import dataclass

from evidence.bundles.models import BundleItem


@dataclass(frozen=True)
class Difference:
    """One file that differs between two bundles: the latest `item`, and what it `was` and is `now`,
    of which one may be None."""

    item: BundleItem
    was: BundleItem | None = None
    now: BundleItem | None = None

    @property
    def sentence(self) -> str:
        if self.was is None:
            return "Added"
        if self.now is None:
            return "No longer included"
        if self.was.pdf_sha256 != self.now.pdf_sha256:
            return "Its pages were made anew"
        return f"Now named “{self.now.label}”"


def differences(before: Iterable[BundleItem], after: Iterable[BundleItem]) -> list[Difference]:
    """The differences in the order of the later bundle, then files that are gone, in that of the
    earlier."""
    was = {item.file: item for item in before}
    changes = []
    for item in after:
        old = was.pop(item.file, None)
        same = old is not None and (old.pdf_sha256, old.label) == (item.pdf_sha256, item.label)
        if not same:
            changes.append(Difference(item, old, item))
    return [*changes, *(Difference(item, was=item) for item in was.values())]
