"""Searches finished PDFs for given words: on the pages, in properties, in all objects.

Runs in the sandbox (`evidence.sandbox.child`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

import pypdfium2
from pikepdf import Array, Dictionary, Name, Object, Pdf, PdfError, Stream, String

from evidence.findings import Location
from evidence.sandbox import child
from evidence.word_search import Text

SECONDS: Final = 60
PAGES: Final = "pdf-words"
INSIDE: Final = "pdf-inside"
DEEPEST: Final = 50
MOST_LETTERS: Final = 20_000_000
MOST_BYTES: Final = 400 * 1024 * 1024
# Fonts and colour profiles name their own makers, so they are not searched.
WORD: Final = re.compile(r"\w+")
# Single words that occur in the syntax of nearly every PDF.
_OF_PDF: Final = frozenset(
    {
        "adobe", "annot", "artifact", "caption", "catalog", "contents", "count", "creator", "date",
        "description", "document", "encoding", "figure", "filter", "font", "form", "format",
        "function", "group", "height", "identity", "image", "info", "kids", "label", "language",
        "length", "limits", "link", "list", "metadata", "names", "note", "outlines", "page",
        "pages", "parent", "part", "pattern", "producer", "properties", "quote", "resources",
        "rights", "root", "section", "size", "span", "standard", "subtype", "table", "title",
        "type", "typst", "width",
    }
)  # fmt: skip
_PROGRAMS: Final = ("/FontFile", "/FontFile2", "/FontFile3")


@dataclass(frozen=True)
class Search:
    """A PDF and the words it must not hold."""

    path: Path
    words: Sequence[str]


@dataclass(frozen=True)
class Hit:
    """Words that a PDF holds: which PDF, which words, and where."""

    path: Path
    words: str
    location: Location


def search(files: Sequence[Search]) -> list[Hit]:
    """Every hit. Raises `ChildFailedError` if a file cannot be searched completely."""
    searches = [file for file in files if file.words]
    if not searches:
        return []
    order = {"files": [[str(file.path.resolve()), list(file.words)] for file in searches]}
    answer = child.work("evidence.pdf.sandbox.metadata_search", order, seconds=SECONDS)
    hits = cast("list[tuple[int, str, str]]", answer)
    return [Hit(searches[number].path, words, Location(code)) for number, words, code in hits]


def answer(files: list[tuple[str, list[str]]]) -> list[tuple[int, str, str]]:
    """Runs in the sandbox."""
    hits = []
    for number, (path, words) in enumerate(files):
        pages = Text(_words_of_pages(path))
        hits += [(number, phrase, PAGES) for phrase in words if pages.has(phrase)]
        hits += [(number, phrase, INSIDE) for phrase in _inside(path, words)]
    return hits


def _words_of_pages(path: str) -> str:
    document = pypdfium2.PdfDocument(path)
    texts: list[str] = []
    left = MOST_LETTERS
    try:
        for index in range(len(document)):
            words = document[index].get_textpage()
            text = words.get_text_range(0, min(words.count_chars(), left)) if left > 0 else ""
            texts.append(text.replace("\ufffe", ""))
            left -= len(text)
            words.close()
    finally:
        document.close()
    return "\n".join(texts)


def _inside(path: str, words: Sequence[str]) -> list[str]:
    """The words that occur in strings, names or streams of the file."""
    hits: dict[str, None] = {}
    with Pdf.open(path) as pdf:
        programs = _programs(pdf)
        inside = _Inside()
        inside.add(pdf.trailer, 0)
        left = MOST_BYTES
        for thing in pdf.objects:
            inside.add(thing, 0)
            if isinstance(thing, Stream) and thing.objgen not in programs:
                raw = _content(thing)
                left -= len(raw)
                if left < 0:
                    raise child.UnfitFileError("It unpacks to more than a document holds.")
                hits |= dict.fromkeys(phrase for phrase in words if _in_bytes(phrase, raw))
    strings, names = Text("\n".join(inside.strings)), Text("\n".join(inside.names))
    hits |= dict.fromkeys(phrase for phrase in words if strings.has(phrase))
    # Names in PDF syntax are often words of titles too.
    hits |= dict.fromkeys(
        phrase for phrase in words if len(WORD.findall(phrase)) > 1 and names.has(phrase)
    )
    return list(hits)


def _programs(pdf: Pdf) -> set[tuple[int, int]]:
    """The streams that are fonts and colour profiles."""
    programs = set()
    for thing in pdf.objects:
        if isinstance(thing, Dictionary):
            programs |= {thing[key].objgen for key in _PROGRAMS if key in thing}
        elif isinstance(thing, Array) and len(thing) > 1 and thing[0] == Name.ICCBased:
            programs.add(thing[1].objgen)
        elif isinstance(thing, Stream) and "/N" in thing and "/Alternate" in thing:
            programs.add(thing.objgen)
    return programs


class _Inside:
    """Collects the strings and names of objects."""

    def __init__(self) -> None:
        self.strings: list[str] = []
        self.names: list[str] = []

    def add(self, thing: object, depth: int) -> None:
        """Collect all of one object. Objects that it refers to are collected separately."""
        if depth > DEEPEST:
            return
        if isinstance(thing, String):
            self.strings.append(str(thing))
        elif isinstance(thing, Name):
            self.names.append(str(thing)[1:])
        elif isinstance(thing, Array):
            for inner in list(thing):
                self._direct(inner, depth)
        elif isinstance(thing, Dictionary | Stream):
            for key in list(thing.keys()):
                self.names.append(key[1:])
                self._direct(thing[key], depth)

    def _direct(self, inner: object, depth: int) -> None:
        if isinstance(inner, Object) and not inner.is_indirect:
            self.add(inner, depth + 1)


def _content(stream: Object) -> bytes:
    """The content of a stream: pictures as they are stored, all others decompressed."""
    try:
        if stream.get("/Subtype") == Name.Image:
            return stream.read_raw_bytes()
        return stream.read_bytes()
    except (PdfError, RuntimeError):
        return stream.read_raw_bytes()


def _in_bytes(words: str, raw: bytes) -> bool:
    """Whether the bytes hold the words in a usual encoding."""
    first = WORD.findall(words)[0]
    if first.casefold() in _OF_PDF and first == words:
        return False
    plain = raw.lower()
    for begin in {first, first.casefold()}:
        for encoding in ("utf-8", "latin-1", "utf-16-be", "utf-16-le"):
            at = plain.find(begin.encode(encoding, "ignore").lower()) if begin else -1
            # Characters of two bytes may begin at an odd offset.
            if at >= 0 and Text(raw[at % 2 :].decode(encoding, "replace")).has(words):
                return True
    return False


if __name__ == "__main__":
    child.serve(answer)
