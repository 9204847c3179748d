"""Splits the items of a bundle into volumes with a limit of pages or bytes."""

from collections.abc import Sequence
from dataclasses import dataclass

from evidence.bundles.volume import Part, Source

# The items of one volume.


@dataclass(frozen=True)
class Size:
    """A number of pages and bytes. As a limit, 0 means no limit."""

    pages: int = 0
    bytes: int = 0

    def __bool__(self) -> bool:
        return bool(self.pages or self.bytes)

    def less(self, other: "Size") -> "Size":
        """The limit reduced by a size. No limit stays no limit."""
        return Size(
            max(1, self.pages - other.pages) if self.pages else 0,
            max(1, self.bytes - other.bytes) if self.bytes else 0,
        )

    def least(self, other: "Size") -> "Size":
        """The narrower of two limits, of which both have one or neither."""
        return Size(min(self.pages, other.pages), min(self.bytes, other.bytes))


@dataclass(frozen=True)
class Filled:
    """The items of a volume, and its size including contents, sheets and indexes."""

    sources: Part
    size: Size


def split(sources: Sequence[Source], room: Size) -> list[Part]:
    """Split items into volumes within the limit. A single item may exceed it."""
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
    """By how much the largest volumes that can still be split exceed the limit."""
    several = [volume.size for volume in volumes if len(volume.sources) > 1]
    pages = max((size.pages - wanted.pages for size in several), default=0)
    more = max((size.bytes - wanted.bytes for size in several), default=0)
    return Size(max(0, pages) if wanted.pages else 0, max(0, more) if wanted.bytes else 0)


def besides(volumes: Sequence[Filled]) -> Size:
    """The largest size of what a volume holds besides its items."""
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
