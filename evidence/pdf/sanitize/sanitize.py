"""Sanitises a PDF: the copy holds the pages and nothing else.

Made by allow-list: a new catalog over the pages, each page reduced to the keys that draw it. So
scripts, actions, attached files, forms, author names, histories and hidden layers are left out
without searching for them. Structure tags and marked content are left out too: they can hold other
words than the page shows. Runs in the sandbox (`evidence.sandbox.child`).
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol, TypedDict, cast

from pikepdf import Array, Dictionary, Object, ObjectStreamMode, Pdf

from evidence.findings import Finding, Location
from evidence.pdf.exceptions import SanitizeError
from evidence.pdf.sanitize import annotations, image_metadata, marked_content, optional_content
from evidence.pdf.sanitize.complete_content import complete_content
from evidence.pdf.sanitize.damage import damaged_pages
from evidence.pdf.sanitize.pages import make_explicit, pages_of, start_catalog
from evidence.pdf.sanitize.read_metadata import details_of
from evidence.sandbox import child

SECONDS: Final = 120
DRAWS: Final = "evidence.pdf.sanitize.sanitize_by_drawing"
"""Loads more, so it is only started for the few files that need it."""

CATALOG_NAMES: Final = {
    "/OpenAction": "an action on opening",
    "/AA": "actions of the document",
    "/AcroForm": "a form",
    "/Metadata": "details about the author and the program (XMP)",
    "/Outlines": "bookmarks",
    "/StructTreeRoot": "tags of structure",
    "/Collection": "a portfolio",
    "/AF": "attached files",
    "/Perms": "signatures and permissions",
}
OF_THE_FILE: Final = "details about the author and the program"
OF_PICTURES: Final = "details inside pictures (camera, place, program)"
# These are reported as removed only once the copy has been searched for them.
DETAILS: Final = frozenset({OF_THE_FILE, OF_PICTURES, CATALOG_NAMES["/Metadata"]})
NAME_TREES: Final = {"/JavaScript": "scripts", "/EmbeddedFiles": "attached files"}


# Most pages of one file that are named in findings of their own.
MOST_NAMED: Final = 50


@dataclass(frozen=True)
class Sanitized:
    """What the copy has, and in words what was removed.

    `details` are the original's metadata, each with its property. `drawn` are the numbers of the
    pages that are pictures because their content is damaged; if `all_drawn`, the file itself was.
    """

    pages: int
    removed: tuple[str, ...]
    details: tuple[tuple[str, Location], ...] = ()
    drawn: tuple[int, ...] = ()
    all_drawn: bool = False

    @property
    def findings(self) -> list[Finding]:
        """What a clerk should compare with the original."""
        if self.all_drawn:
            return [Finding("pages-as-pictures", "warn", location=Location("whole-file"))]
        return [
            Finding("page-as-picture", "warn", location=Location("page", number))
            for number in self.drawn[:MOST_NAMED]
        ]


class Copy(TypedDict):
    """What the sandbox answers, as JSON."""

    pages: int
    removed: list[str]
    details: list[tuple[str, object]]
    drawn: list[int]
    all_drawn: bool


class Drawing(Protocol):
    """Draws pages of `content` in place of the pages of `pdf` (`drawn_pages.draw_pages`)."""

    def __call__(
        self,
        pdf: Pdf,
        pages: Sequence[Object],
        places: Sequence[int],
        content: bytes,
        *,
        words: bool,
    ) -> int: ...


def sanitize(source: Path, target: Path) -> Sanitized:
    """Writes the pages of `source`, as a reader sees them, to `target`, and nothing else.

    The same source gives the same bytes. Hidden layers are removed. Forms and drawings become part
    of their page. Links to the web and inside the document are kept. A page that cannot be copied
    because it is damaged becomes a picture with its words, and so do all pages of a file that
    breaks the rules of PDF but that readers show. Raises `SanitizeError`; `target` must then not be
    used.
    """
    order = {"source": str(source.resolve()), "target": str(target.resolve())}
    try:
        made = cast(
            "Copy | None", child.work("evidence.pdf.sanitize.sanitize", order, seconds=SECONDS)
        )
        if made is None:
            made = cast("Copy", child.work(DRAWS, order, seconds=SECONDS))
    except child.ChildFailedError as fault:
        raise SanitizeError(
            f"No safe copy of this PDF can be made. {fault} "
            "Ask the witness to print it to a new PDF and send that."
        ) from fault
    return Sanitized(
        made["pages"],
        tuple(made["removed"]),
        tuple((words, Location.from_json(where)) for words, where in made["details"]),
        tuple(made["drawn"]),
        made["all_drawn"],
    )


def answer(source: str, target: str) -> Copy | None:
    """Runs in the sandbox. None for a file of which pages have to be drawn.

    Raises `UnfitFileError`.
    """
    try:
        return copied(complete_content(source), target)
    except (MemoryError, child.UnfitFileError):
        raise
    except Exception:  # noqa: BLE001 - readers fail in many ways at what they were not made for
        return None


def copied(content: bytes, target: str, *, draw: Drawing | None = None) -> Copy:
    """Writes the file with its pages copied, and those that are damaged drawn.

    Raises ValueError if pages are damaged and there is nothing to `draw` them with, and whatever
    the file provokes.
    """
    with Pdf.open(io.BytesIO(content)) as pdf:
        details: list[tuple[str, object]] = [
            (words, location.to_json()) for words, location in details_of(pdf)
        ]
        removed = list(_whole_document(pdf))
        pages = pages_of(pdf)
        damaged = damaged_pages(pages)
        if damaged:
            if draw is None:
                message = "pages are damaged"
                raise ValueError(message)
            draw(pdf, pages, damaged, content, words="/OCProperties" not in pdf.Root)
        removed += reduce(pdf, pages)
        if image_metadata.scrub(pdf):
            removed.append(OF_PICTURES)
        save(pdf, target)
    check_copy(target, len(pages))
    return Copy(
        pages=len(pages),
        removed=list(dict.fromkeys(removed)),
        details=details,
        drawn=[place + 1 for place in damaged],
        all_drawn=False,
    )


def save(pdf: Pdf, target: str) -> None:
    pdf.save(
        target,
        encryption=False,
        deterministic_id=True,
        object_stream_mode=ObjectStreamMode.generate,
        fix_metadata_version=False,
    )


def check_copy(target: str, pages: int) -> None:
    """Raises unless the copy can be opened and has its pages. (PDFium opens it for its text.)"""
    with Pdf.open(target) as copy:
        if len(copy.pages) != pages:
            message = "the copy has not the pages of the original"
            raise ValueError(message)


def reduce(pdf: Pdf, pages: list[Object]) -> list[str]:
    """Reduces the file to these pages. Returns in words what was removed."""
    removed = []
    if any("/AA" in page for page in pages):
        removed.append("actions of pages")
    for page in pages:
        make_explicit(page)
    if optional_content.flatten(pdf, pages):
        removed.append("content on hidden layers")
    removed += annotations.flatten(pdf, pages)
    if marked_content.remove_marked_content(pdf, pages):
        removed.append("marks in the text that can hold other words than are shown")
    start_catalog(pdf, pages)
    return removed


def _whole_document(pdf: Pdf) -> Iterator[str]:
    """What is removed because it does not belong to a page."""
    yield from (words for key, words in CATALOG_NAMES.items() if key in pdf.Root)
    names = pdf.Root.get("/Names")
    if isinstance(names, Dictionary):
        yield from (words for key, words in NAME_TREES.items() if key in names)
    if isinstance(pdf.trailer.get("/Info"), Dictionary) and len(pdf.trailer["/Info"].keys()):
        yield OF_THE_FILE
    properties = pdf.Root.get("/OCProperties")
    if isinstance(properties, Dictionary) and isinstance(properties.get("/OCGs"), Array):
        yield "the list of layers"
    if pdf.is_encrypted:
        yield "restrictions on printing and copying"


if __name__ == "__main__":
    child.serve(answer)
