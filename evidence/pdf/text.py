"""The words of a PDF, page by page. Works apart: see `evidence.pdf.apart`."""

from pathlib import Path
from typing import Final, cast

import pypdfium2

from evidence.pdf import apart
from evidence.pdf.problems import CannotReadText

SECONDS: Final = 120
MOST_LETTERS_OF_A_PAGE: Final = 200_000
MOST_LETTERS: Final = 20_000_000


def page_texts(path: Path) -> list[str]:
    """The text of each page in reading order, "" for a page that has none (a scan, say).

    A page gives at most 200,000 letters and a document 20 million; the rest is left out.
    Raises `CannotReadText`.
    """
    order = {"source": str(path.resolve())}
    try:
        return cast("list[str]", apart.work("evidence.pdf.text", order, seconds=SECONDS))
    except apart.WorkFailed as fault:
        raise CannotReadText(f"The words of this PDF cannot be read. {fault}") from fault


def answer(source: str) -> list[str]:
    """The work itself, done apart."""
    texts: list[str] = []
    left = MOST_LETTERS
    document = pypdfium2.PdfDocument(source)
    try:
        for index in range(len(document)):
            texts.append(_text_of(document, index)[: max(left, 0)])
            left -= len(texts[-1])
    finally:
        document.close()
    return texts


def _text_of(document: pypdfium2.PdfDocument, index: int) -> str:
    """One page's text; a page that cannot be loaded among good ones has none."""
    try:
        page = document[index]
    except pypdfium2.PdfiumError:
        return ""
    words = page.get_textpage()
    count = min(words.count_chars(), MOST_LETTERS_OF_A_PAGE)
    text: str = words.get_text_range(0, count) if count > 0 else ""
    words.close()
    page.close()
    # pypdfium2 keeps line ends of Windows and U+FFFE for a hyphen at the end of a line.
    return text.replace("\r\n", "\n").replace("\ufffe", "-").replace("\0", "")


if __name__ == "__main__":
    apart.serve(answer)
