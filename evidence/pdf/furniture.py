"""What a bundle says about itself: cover, contents, what is left out, indexes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from evidence.pdf.typeset import typeset

TEMPLATE: Final = Path(__file__).with_name("bundle.typ")
SECONDS: Final = 120


@dataclass(frozen=True)
class Piece:
    """One paper of a bundle.

    `key` is the caller's name for it, `title` what contents and bookmarks show. Equal `groups`
    of neighbours share a section. `marking` is printed on each of its pages.
    """

    key: str
    path: Path
    reference: str
    title: str
    date: str
    groups: tuple[str, ...] = ()
    marking: str = ""


@dataclass(frozen=True)
class Index:
    """An index at the end of the bundle: each name with the keys of the pieces it leads to."""

    title: str
    entries: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Front:
    """What the cover says. `lines` are such as recipient and date of the meeting; `left_out`
    are the sentences of the statement of what is left out."""

    committee: str
    inquiry: str
    hc_number: str
    title: str
    marking: str
    lines: tuple[str, ...]
    left_out: tuple[str, ...]
    fingerprint: str


@dataclass(frozen=True)
class Standing:
    """A piece that stands in the bundle: its place among the pieces, and the pages of all
    pieces before it."""

    at: int
    piece: Piece
    offset: int
    pages: int


def front_pages(
    front: Front, standing: Sequence[Standing], missing: Sequence[tuple[Piece, str]]
) -> bytes:
    """Cover, contents and statements as PDF. Its links are addresses `bdl:row:N`, N being a
    piece's place. Raises `TypsetFailed`."""
    data = _shared(front, "front", before=0) | {
        "lines": list(front.lines),
        "left_out": list(front.left_out),
        "fingerprint": front.fingerprint,
        "extent": _extent(standing),
        "rows": _rows(standing),
        "reference_mm": _reference_mm(standing),
        "not_included": [
            {"reference": p.reference, "name": name_without_reference(p), "reason": reason}
            for p, reason in missing
        ],
    }
    return typeset(TEMPLATE, data, standards=(), seconds=SECONDS)


def index_pages(
    front: Front, indexes: Sequence[Index], standing: Sequence[Standing], *, before: int, own: int
) -> bytes:
    """The indexes as PDF. `own` is how many of our pages stand before the first piece, `before`
    how many pages stand before the indexes. Raises `TypsetFailed`."""
    places: dict[str, list[Standing]] = {}
    for one in standing:
        places.setdefault(one.piece.key, []).append(one)
    data = _shared(front, "indexes", before=before) | {
        "indexes": [
            {"title": index.title, "entries": _entries(index, places, own)} for index in indexes
        ]
    }
    return typeset(TEMPLATE, data, standards=(), seconds=SECONDS)


def name_without_reference(piece: Piece) -> str:
    """The title for a table that has the reference in a column of its own."""
    rest = piece.title.removeprefix(piece.reference)
    return rest.strip(" \t:,–—-") or piece.title


def _shared(front: Front, part: str, *, before: int) -> dict[str, object]:
    return {
        "part": part,
        "before": before,
        "committee": front.committee,
        "inquiry": front.inquiry,
        "hc_number": front.hc_number,
        "title": front.title,
        "marking": front.marking,
        "footing": ", ".join(words for words in (front.committee, front.inquiry) if words),
    }


def _reference_mm(standing: Sequence[Standing]) -> float:
    """Width of the column of references: as wide as the longest needs, within reason.

    Worked out here, because a column that measures itself makes long contents slow to set.
    """
    longest = max((len(one.piece.reference) for one in standing), default=0)
    return min(48.0, max(24.0, 2.15 * longest + 4))


def _extent(standing: Sequence[Standing]) -> str:
    pieces, pages = len(standing), sum(one.pages for one in standing)
    return (
        f"{pieces:,} {'document' if pieces == 1 else 'documents'} on "
        f"{pages:,} {'page' if pages == 1 else 'pages'}, with contents in front."
    )


def _rows(standing: Sequence[Standing]) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    open_groups: tuple[str, ...] = ()
    for one in standing:
        groups = one.piece.groups
        same = 0
        while same < min(len(groups), len(open_groups)) and groups[same] == open_groups[same]:
            same += 1
        rows += ({"level": level, "name": groups[level]} for level in range(same, len(groups)))
        open_groups = groups
        rows.append(
            {
                "reference": one.piece.reference,
                "name": name_without_reference(one.piece),
                "date": one.piece.date,
                "marking": one.piece.marking,
                "offset": one.offset,
                "address": f"bdl:row:{one.at}",
            }
        )
    return rows


def _entries(
    index: Index, places: Mapping[str, Sequence[Standing]], own: int
) -> list[dict[str, object]]:
    entries: list[dict[str, object]] = []
    for name, keys in index.entries:
        found = sorted({one.at: one for key in keys for one in places.get(key, ())}.items())
        if found:
            pages = [{"page": own + one.offset + 1, "address": f"bdl:{at}"} for at, one in found]
            entries.append({"name": name, "places": pages})
    return entries
