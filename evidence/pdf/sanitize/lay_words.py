"""Lays words that were read by machine under the pages they were read from.

Runs in the sandbox (`evidence.sandbox.child`).
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from pikepdf import Array, Dictionary, Object, ObjectStreamMode, Pdf

from evidence.pdf.exceptions import TextExtractionError
from evidence.pdf.sanitize.invisible_words import InvisibleFont, Word
from evidence.pdf.sanitize.page_geometry import View
from evidence.pdf.sanitize.pages import view_of
from evidence.sandbox import child

SECONDS: Final = 60


def lay_words(path: Path, words: Mapping[int, Sequence[Word]]) -> None:
    """Writes words under pages of a PDF of ours, by the numbers of the pages, from 1.

    Searching for them marks what the page shows. The same file and words give the same bytes.
    Raises `TextExtractionError`.
    """
    order = {"path": str(path.resolve()), "words": {str(key): row for key, row in words.items()}}
    try:
        child.work("evidence.pdf.sanitize.lay_words", order, seconds=SECONDS)
    except child.ChildFailedError as fault:
        raise TextExtractionError(
            f"What was read by machine cannot be put into this PDF. {fault}"
        ) from fault


def answer(path: str, words: dict[str, list[list[object]]]) -> None:
    """Runs in the sandbox."""
    with Pdf.open(path, allow_overwriting_input=True) as pdf:
        font = InvisibleFont(pdf)
        for number, rows in words.items():
            _lay(pdf, pdf.pages[int(number) - 1].obj, font, [Word(*row) for row in rows])  # type: ignore[arg-type]
        font.finish()
        pdf.save(
            path,
            deterministic_id=True,
            object_stream_mode=ObjectStreamMode.generate,
            fix_metadata_version=False,
        )


def _lay(pdf: Pdf, page: Object, font: InvisibleFont, words: Sequence[Word]) -> None:
    matrix = b" ".join(b"%.4f" % entry for entry in _as_seen(view_of(page)))
    stream = pdf.make_stream(b"q " + matrix + b" cm\n" + font.content(words) + b"Q\n")
    contents = page.get("/Contents")
    following = list(contents) if isinstance(contents, Array) else [contents]
    page["/Contents"] = Array([stream, *(part for part in following if part is not None)])
    resources = page.get("/Resources")
    # Pages may share their resources; these fonts are for this page.
    own = Dictionary(dict(resources.items()) if isinstance(resources, Dictionary) else {})
    fonts = own.get("/Font")
    shared = dict(fonts.items()) if isinstance(fonts, Dictionary) else {}
    own["/Font"] = Dictionary({**shared, **dict(font.resources().items())})
    page["/Resources"] = own


def _as_seen(view: View) -> tuple[float, ...]:
    """The matrix from points of the page as seen to the page's own units (/Rotate turns clockwise:
    ISO 32000-2, table 31)."""
    left, bottom, right, top = view.box
    return {
        0: (1, 0, 0, 1, left, bottom),
        90: (0, 1, -1, 0, right, bottom),
        180: (-1, 0, 0, -1, right, top),
        270: (0, -1, 1, 0, left, top),
    }[view.turn]


if __name__ == "__main__":
    child.serve(answer)
