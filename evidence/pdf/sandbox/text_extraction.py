"""The words of a PDF, page by page, and where they mention evidence by its number.

Runs in the sandbox (`evidence.sandbox.child`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final, cast

import pypdfium2

from evidence.pdf.exceptions import TextExtractionError
from evidence.pdf.fragment.references import MOST, NUMBER, Mention, Rectangle
from evidence.pdf.sandbox.scanned_pages import ScannedPages, is_doubtful, is_without_text
from evidence.pdf.sanitize.complete_content import complete_content
from evidence.sandbox import child

SECONDS: Final = 120
MOST_LETTERS_OF_A_PAGE: Final = 200_000
MOST_LETTERS: Final = 20_000_000


@dataclass(frozen=True)
class ExtractedText:
    """The text of each page in reading order ("" for a page without text, such as a scan), and
    where evidence is mentioned by its number. `scans` are pages to be read by machine."""

    pages: tuple[str, ...]
    mentions: tuple[Mention, ...]
    scans: ScannedPages


def extract_text(path: Path) -> ExtractedText:
    """The text of a PDF.

    At most 200,000 characters a page, 20 million characters and 5,000 mentions a document; the rest
    is left out. Raises `TextExtractionError`.
    """
    order = {"source": str(path.resolve())}
    try:
        result = cast(
            "dict[str, list[object]]",
            child.work("evidence.pdf.sandbox.text_extraction", order, seconds=SECONDS),
        )
    except child.ChildFailedError as fault:
        raise TextExtractionError(f"The words of this PDF cannot be read. {fault}") from fault
    rows = cast("list[tuple[str, int, Rectangle]]", result["mentions"])
    return ExtractedText(
        pages=tuple(cast("list[str]", result["pages"])),
        mentions=tuple(
            Mention(number, page, (left, bottom, right, top))
            for number, page, (left, bottom, right, top) in rows
        ),
        scans=ScannedPages(
            tuple(cast("list[int]", result["without_text"])),
            tuple(cast("list[int]", result["doubtful"])),
        ),
    )


def answer(source: str) -> dict[str, list[object]]:
    """Runs in the sandbox."""
    texts: list[object] = []
    mentions: list[object] = []
    without_text: list[object] = []
    doubtful: list[object] = []
    left = MOST_LETTERS
    document = pypdfium2.PdfDocument(complete_content(source))
    try:
        for index in range(len(document)):
            page = _loaded(document, index)
            if page is None:
                texts.append("")
                continue
            text, mentions_of_page = _read(page, index, most=MOST - len(mentions))
            texts.append(text[: max(left, 0)])
            mentions += mentions_of_page
            left -= len(text)
            if is_without_text(page, text):
                without_text.append(index + 1)
            elif is_doubtful(page, text):
                doubtful.append(index + 1)
            page.close()
    finally:
        document.close()
    return {
        "pages": texts,
        "mentions": mentions,
        "without_text": without_text,
        "doubtful": doubtful,
    }


def _loaded(document: pypdfium2.PdfDocument, index: int) -> pypdfium2.PdfPage | None:
    try:
        return document[index]
    except pypdfium2.PdfiumError:
        return None


def _read(page: pypdfium2.PdfPage, index: int, *, most: int) -> tuple[str, list[object]]:
    """The text of one page, and its mentions of evidence."""
    words = page.get_textpage()
    count = min(words.count_chars(), MOST_LETTERS_OF_A_PAGE)
    text: str = words.get_text_range(0, count) if count > 0 else ""
    mentions = islice(_mentions(words, text), most)
    rows: list[object] = [(number, index, box) for number, box in mentions]
    words.close()
    # pypdfium2 keeps Windows line ends, and U+FFFE for a hyphen at the end of a line.
    return text.replace("\r\n", "\n").replace("\ufffe", "-").replace("\0", ""), rows


def _mentions(words: pypdfium2.PdfTextPage, text: str) -> Iterator[tuple[str, Rectangle]]:
    # PDFium counts characters differently from Python.
    for number in dict.fromkeys(NUMBER.findall(text)):
        searcher = words.search(number, match_case=True, match_whole_word=True)
        while (match := searcher.get_next()) is not None:
            for at in range(words.count_rects(*match)):
                yield number, words.get_rect(at)


if __name__ == "__main__":
    child.serve(answer)
