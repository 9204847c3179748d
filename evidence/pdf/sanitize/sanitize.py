"""Sanitises a PDF: the copy holds the pages and nothing else.

Made by allow-list: a new catalog over the pages, each page reduced to the keys that draw it. So
scripts, actions, attached files, forms, names of authors, histories and hidden layers do not
have to be found to be left out. Tags of structure and marks in the text are left out too: they
can hold other words than the page shows. Runs in the sandbox (`evidence.sandbox.child`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from pikepdf import Array, Dictionary, Object, ObjectStreamMode, Pdf

from evidence.pdf.exceptions import SanitizeError
from evidence.pdf.sanitize import annotations, image_metadata, marked_content, optional_content
from evidence.pdf.sanitize.document_metadata import details_of
from evidence.pdf.sanitize.pages import make_explicit, pages_of, start_catalog
from evidence.sandbox import child

SECONDS: Final = 120

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


@dataclass(frozen=True)
class Sanitized:
    """What the copy has, and in words what was removed. `details` are what the original says about
    itself, each with its kind.

    `details` are the words that the original says about itself, each with what they are there.
    """

    pages: int
    removed: tuple[str, ...]
    details: tuple[tuple[str, str], ...] = ()


def sanitize(source: Path, target: Path) -> Sanitized:
    """Writes the pages of `source`, as a reader sees them, to `target`, and nothing else.

    The same source gives the same bytes. Hidden layers are taken out; forms and drawings become
    part of their page; links to the web and inside the document stay. Raises `SanitizeError`; then
    `target` is not to be used.
    """
    order = {"source": str(source.resolve()), "target": str(target.resolve())}
    try:
        pages, removed, details = cast(
            "tuple[int, list[str], list[tuple[str, str]]]",
            child.work("evidence.pdf.sanitize.sanitize", order, seconds=SECONDS),
        )
    except child.ChildFailedError as fault:
        raise SanitizeError(
            f"No safe copy of this PDF can be made. {fault} "
            "Ask the witness to print it to a new PDF and send that."
        ) from fault
    return Sanitized(pages, tuple(removed), tuple((words, where) for words, where in details))


def answer(source: str, target: str) -> tuple[int, list[str], list[tuple[str, str]]]:
    """Runs in the sandbox. Raises whatever the file provokes."""
    with Pdf.open(source) as pdf:
        details = details_of(pdf)
        removed = list(_whole_document(pdf))
        pages = pages_of(pdf)
        if not pages:
            message = "it has no pages"
            raise ValueError(message)
        removed += reduce(pdf, pages)
        if image_metadata.scrub(pdf):
            removed.append(OF_PICTURES)
        pdf.save(
            target,
            encryption=False,
            deterministic_id=True,
            object_stream_mode=ObjectStreamMode.generate,
            fix_metadata_version=False,
        )
    return len(pages), list(dict.fromkeys(removed)), details


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
    """What is removed because it belongs to no page."""
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
