"""How papers are split into volumes of so many pages or bytes."""

from collections.abc import Sequence
from dataclasses import dataclass

from evidence.bundles.volume import Part, Source

# The papers of one volume.


@dataclass(frozen=True)
class Size:
    """Pages and bytes; as a limit, 0 is for any number."""

    pages: int = 0
    bytes: int = 0

    def __bool__(self) -> bool:
        return bool(self.pages or self.bytes)

    def less(self, other: "Size") -> "Size":
        """A smaller limit; what has none keeps none."""
        return Size(
            max(1, self.pages - other.pages) if self.pages else 0,
            max(1, self.bytes - other.bytes) if self.bytes else 0,
        )

    def least(self, other: "Size") -> "Size":
        """The narrower of two limits, of which both have one or neither."""
        return Size(min(self.pages, other.pages), min(self.bytes, other.bytes))


@dataclass(frozen=True)
class Filled:
    """What stands in a volume, and how large it is with all that is around it."""

    sources: Part
    size: Size


def split(sources: Sequence[Source], room: Size) -> list[Part]:
    """At most so many pages and bytes of papers each, where single papers allow."""
    parts: list[list[Source]] = [[]]
    filled = Size()
    for source in sources:
        more = _size(source)
        full = (room.pages and filled.pages + more.pages > room.pages) or (
            room.bytes and filled.bytes + more.bytes > room.bytes
        )
        if full and parts[-1]:
            parts.append([])
            filled = Size()
        parts[-1].append(source)
        filled = Size(filled.pages + more.pages, filled.bytes + more.bytes)
    return [tuple(part) for part in parts]


def _size(source: Source) -> Size:
    return Size(source.item.pages, source.path.stat().st_size if source.path else 0)


def over(volumes: Sequence[Filled], wanted: Size) -> Size:
    """By how much the largest volumes that could be split further are too large."""
    several = [volume.size for volume in volumes if len(volume.sources) > 1]
    pages = max((size.pages - wanted.pages for size in several), default=0)
    more = max((size.bytes - wanted.bytes for size in several), default=0)
    return Size(max(0, pages) if wanted.pages else 0, max(0, more) if wanted.bytes else 0)


def besides(volumes: Sequence[Filled]) -> Size:
    """The most that stands in a volume besides its papers."""
    papers = [[_size(source) for source in volume.sources] for volume in volumes]
    pages = (
        volume.size.pages - sum(size.pages for size in sizes)
        for volume, sizes in zip(volumes, papers, strict=True)
    )
    more = (
        volume.size.bytes - sum(size.bytes for size in sizes)
        for volume, sizes in zip(volumes, papers, strict=True)
    )
    return Size(max(0, *pages), max(0, *more))
