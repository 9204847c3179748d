"""Make one bundle of many pieces: the way a clerk hands evidence to members.

Each piece is opened, prepared, copied and forgotten, so time and memory grow with the pages and
no faster; a piece that cannot be opened is named in the bundle and sinks nothing. The same
pieces give the same bytes.
"""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from evidence.pdf import outline
from evidence.pdf.fragments import FAULTS, Fragment, prepare, prepare_front
from evidence.pdf.furniture import Front, Index, Piece, Standing, front_pages, index_pages
from evidence.pdf.letters import Letters
from evidence.pdf.linker import FAN_OUT, Linked, link, tree
from evidence.pdf.outline import Mark
from evidence.pdf.pages import Box
from evidence.pdf.problems import BundleWrong, PieceUnusable
from evidence.pdf.stamps import Placement, frame, line_of, numbers
from evidence.pdf.typeset import TypsetFailed
from evidence.pdf.verify import Joined, Placed, verify
from evidence.pdf.writer import Writer, dictionary, reference, text

__all__ = ["Front", "Index", "Joined", "Piece", "Placed", "join", "verify"]

Progress = Callable[[int, int, str], None]


def _silent(done: int, of: int, doing: str) -> None:
    """Tell nobody."""


def join(
    pieces: Sequence[Piece],
    front: Front,
    indexes: Sequence[Index],
    target: Path,
    *,
    progress: Progress = _silent,
) -> Joined:
    """Write the bundle to `target` and say where each piece stands, pages counted from 1.

    `progress(done, of, doing)` is told of every piece. Raises `BundleWrong` when the bundle
    cannot be made at all, and `OSError` when it cannot be written; then there is no `target`.
    """
    part = target.with_name(f"{target.name}.part")
    try:
        with part.open("wb") as out:
            joined = _Binder(Writer(out), pieces, front).bind(indexes, progress)
        part.replace(target)
    except (TypsetFailed, ValueError) as fault:
        raise BundleWrong(f"The bundle cannot be made: {fault}") from fault
    finally:
        part.unlink(missing_ok=True)
    return joined


@dataclass(frozen=True)
class _Bound:
    """A piece that is in the file, with what its lines still need."""

    standing: Standing
    linked: Linked
    placements: tuple[Placement, ...]
    saves: tuple[int, ...]


class _Binder:
    """One bundle in the making."""

    def __init__(self, writer: Writer, pieces: Sequence[Piece], front: Front) -> None:
        self._writer, self._pieces, self._front = writer, pieces, front
        words = {word for piece in pieces for word in (piece.reference, self._marking(piece))}
        self._letters = Letters([*sorted(words), "Page 0123456789,"])
        self._fonts = [writer.allocate() for _ in self._letters.names]
        self._end = writer.allocate()
        self._root = writer.allocate()
        self._bound: list[_Bound] = []
        self._missing: list[tuple[Piece, str]] = []
        self._parents: dict[int, int] = {}
        self._middle: list[int] = []

    def bind(self, indexes: Sequence[Index], progress: Progress) -> Joined:
        of = len(self._pieces) + 2
        for at, piece in enumerate(self._pieces):
            progress(at, of, piece.reference)
            self._take(at, piece)
        progress(of - 2, of, "Contents")
        standing = [bound.standing for bound in self._bound]
        ours = self._own(front_pages(self._front, standing, self._missing))
        own, last = len(ours.pages), standing[-1] if standing else None
        before = own + (last.offset + last.pages if last else 0)
        self._write_lines(own)
        progress(of - 1, of, "Indexes")
        end = None
        if indexes:
            end = self._own(index_pages(self._front, indexes, standing, before=before, own=own))
        self._finish(ours, end, indexes)
        progress(of, of, "Done")
        placed = tuple(
            Placed(one.piece.key, own + one.offset + 1, own + one.offset + one.pages)
            for one in standing
        )
        missing = tuple((piece.key, reason) for piece, reason in self._missing)
        return Joined(before + (len(end.pages) if end else 0), placed, missing)

    def _take(self, at: int, piece: Piece) -> None:
        try:
            fragment = prepare(piece.path, fonts=self._letters.names)
            linked = self._link(fragment)
        except PieceUnusable as reason:
            self._missing.append((piece, str(reason)))
            return
        except FAULTS as fault:
            self._missing.append((piece, f"Its file is damaged ({type(fault).__name__})."))
            return
        last = self._bound[-1].standing if self._bound else None
        offset = last.offset + last.pages if last else 0
        standing = Standing(at, piece, offset, len(linked.pages))
        self._bound.append(_Bound(standing, linked, fragment.placements, fragment.saves))

    def _link(self, fragment: Fragment) -> Linked:
        parent = self._parent()
        linked = link(self._writer, fragment, parent=parent, fonts=self._fonts, end=self._end)
        self._parents[linked.node] = parent
        return linked

    def _own(self, raw: bytes) -> Linked:
        """Take in pages of our own."""
        parent = self._writer.allocate()
        fragment = prepare_front(raw)
        by_place = {bound.standing.at: bound for bound in self._bound}

        def place(address: bytes) -> bytes:
            bound = by_place[int(address.rsplit(b":", 1)[-1])]
            return _destination(bound.linked.pages[0], bound.placements[0].corner)

        linked = link(self._writer, fragment, parent=parent, fonts=(), end=0, places=place)
        self._parents[linked.node] = parent
        return linked

    def _parent(self) -> int:
        """The page node of this and the next pieces: each has at most `FAN_OUT`."""
        if len(self._bound) % FAN_OUT == 0 or not self._middle:
            self._middle.append(self._writer.allocate())
        return self._middle[-1]

    def _write_lines(self, own: int) -> None:
        for bound in self._bound:
            piece = bound.standing.piece
            first = own + bound.standing.offset + 1
            for number, line, placement, saves in zip(
                itertools.count(first), bound.linked.lines, bound.placements, bound.saves
            ):
                words = (piece.reference, self._marking(piece), f"Page {number}")
                drawing = line_of(placement, self._letters, words) + frame(placement, saves=saves)
                self._writer.stream(line, drawing)

    def _marking(self, piece: Piece) -> str:
        """What stands on each page of a piece: its own marking, then that of the bundle."""
        return " · ".join(filter(None, (piece.marking, self._front.marking)))

    def _finish(self, ours: Linked, end: Linked | None, indexes: Sequence[Index]) -> None:
        writer = self._writer
        self._letters.write(writer, dict(enumerate(self._fonts)))
        writer.stream(self._end, b"\nQ\n")
        linked = [ours, *(bound.linked for bound in self._bound), *([end] if end else [])]
        nodes = [(one.node, len(one.pages)) for one in linked]
        tree(writer, nodes, self._parents, self._root)
        marks = outline.write(writer, self._marks(ours, end, indexes))
        catalog = {
            "Type": b"/Catalog",
            "Pages": reference(self._root),
            "Outlines": reference(marks),
            "PageMode": b"/UseOutlines",
            "PageLabels": b"<< /Nums [ 0 << /S /D >> ] >>",
            "Lang": b"(en-GB)",
            "ViewerPreferences": b"<< /DisplayDocTitle true >>",
        }
        info = writer.add(dictionary({"Title": text(self._front.title)}))
        writer.finish(catalog=writer.add(dictionary(catalog)), info=info)

    def _marks(self, ours: Linked, end: Linked | None, indexes: Sequence[Index]) -> list[Mark]:
        a4 = Box(0, 0, 595.276, 841.89)
        corner = (a4.left, a4.top)
        marks = [Mark("Cover", _destination(ours.pages[0], corner))]
        marks += (Mark("Contents", _destination(page, corner)) for page in ours.pages[1:2])
        entries = []
        for bound in self._bound:
            place = _destination(bound.linked.pages[0], bound.placements[0].corner)
            entries.append((bound.standing.piece.groups, Mark(bound.standing.piece.title, place)))
        marks += outline.grouped(entries)
        if end is not None:
            first = _destination(end.pages[0], corner)
            marks.append(Mark(indexes[0].title if len(indexes) == 1 else "Indexes", first))
        return marks


def _destination(page: int, corner: tuple[float, float]) -> bytes:
    """The upper left of a page as the reader sees it; the zoom stays as the reader has it."""
    return b"[ %d 0 R /XYZ %b null ]" % (page, numbers(*corner))
