"""What a paper of `benchmarks/fidelity_truth.py` shows: truly, in our document, in a web page."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import lxml.html
from fidelity_truth import ROMAN, Paper, Text

from evidence.documents.document import Document, Heading, ListBlock, Paragraph
from evidence.documents.document import Table as OurTable
from evidence.documents.list_numbers import item_mark

WORD = re.compile(r"[^\W\d_]+\d+")
TAGS = {
    "b": "strong", "strong": "strong", "i": "emphasis", "em": "emphasis", "u": "underline",
    "s": "strike", "strike": "strike", "del": "strike", "sup": "superscript", "sub": "subscript",
}  # fmt: skip
BLOCKS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "td", "th", "div", "br", "table", "tr"}
Place = tuple[int, int, int, int]


@dataclass
class View:
    """By the words they belong to: labels, places of cells, notes, styles."""

    words: list[str] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    cells: dict[str, Place] = field(default_factory=dict)
    notes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    styles: dict[str, frozenset[str]] = field(default_factory=dict)
    note_words: list[str] = field(default_factory=list)

    def label(self, words: Iterable[str], label: str) -> None:
        plain = "•" if label.strip() in {"•", "▪", "◦"} else re.sub(r"[\W_]", "", label)
        for word in list(words)[:1]:
            if plain:
                self.labels.setdefault(word, plain)

    def note(self, note: Iterable[str]) -> None:
        if self.words:
            self.notes[self.words[-1]] = tuple(note)

    def row(self, row: Iterable[tuple[Place, str]]) -> None:
        """The cells of a row: what stands in a cell without words labels the next."""
        label = ""
        for place, text in row:
            words = WORD.findall(text)
            for word in words[:1]:
                self.cells[word] = place
                self.label(words, label or text[: text.index(word)])
            label = "" if words else text


def of_truth(paper: Paper, *, formulas: bool) -> View:
    view = View()
    for block in paper.blocks:
        if isinstance(block, Text):
            _true_text(view, block, formulas=formulas)
            continue
        for number, row in enumerate(block.rows):
            cells = []
            for column, cell in row:
                _true_text(view, cell.text, formulas=formulas)
                place = number, column, cell.columns, cell.rows
                words = " ".join(run.words for run in cell.text.runs)
                cells.append((place, words or cell.text.label))
            view.row(cells)
    view.words += view.note_words
    return view


def _true_text(view: View, text: Text, *, formulas: bool) -> None:
    shown = [run for run in text.runs if run.change != "del"]
    view.label(WORD.findall(" ".join(run.words for run in shown)), text.label)
    for run in shown:
        words = WORD.findall(run.words)
        view.words += words
        if not text.level:
            view.styles |= dict.fromkeys(words, frozenset(run.styles))
        if run.note:
            view.note(run.note.split())
            view.note_words += run.note.split()
    view.words += [text.formula] if text.formula and formulas else []
    view.words += text.boxed.split()


class OurView:
    """The view of our document."""

    def __init__(self, document: Document) -> None:
        self.view = View()
        self._document = document
        self._blocks(document.blocks)
        self.view.words += self.view.note_words

    def _blocks(self, blocks: Iterable[Any]) -> str:
        return " ".join(self._block(block) for block in blocks)

    def _block(self, block: Any) -> str:
        match block:
            case Paragraph(runs) | Heading(_, runs):
                return self._runs(runs, is_heading=isinstance(block, Heading))
            case ListBlock():
                return " ".join(self._items(block))
            case OurTable():
                return self._table(block)
            case _:
                return self._blocks(getattr(block, "blocks", ()))

    def _items(self, block: ListBlock) -> Iterator[str]:
        for place, item in enumerate(block.items):
            text = self._blocks(item)
            self.view.label(WORD.findall(text), item_mark(block, place))
            yield text

    def _runs(self, runs: Iterable[Any], *, is_heading: bool) -> str:
        text = ""
        for run in runs:
            if run.note:
                note = self._note(run.note)
                self.view.note(note)
                self.view.note_words += note
                text += " "
                continue
            text += run.text
            words = WORD.findall(run.text)
            self.view.words += words
            if not is_heading:
                styles = frozenset(run.styles) - {"formula"}
                self.view.styles |= dict.fromkeys(words, styles)
        for word in WORD.findall(text)[:1]:
            self.view.label([word], text[: text.index(word)])
        return text

    def _note(self, number: int) -> list[str]:
        inner = OurView(Document(self._document.notes[number - 1]))
        return inner.view.words

    def _table(self, table: OurTable) -> str:
        covered: set[tuple[int, int]] = set()
        texts = []
        for number, row in enumerate((*table.header, *table.rows)):
            column, cells = 0, []
            for cell in row:
                while (number, column) in covered:
                    column += 1
                covered |= {
                    (number + down, column + over)
                    for down in range(cell.rows)
                    for over in range(cell.columns)
                }
                text = self._blocks(cell.blocks)
                cells.append(((number, column, cell.columns, cell.rows), text))
            self.view.row(cells)
            texts += [text for _, text in cells]
        return " ".join(texts)


class PageView:
    """The view of a web page that LibreOffice made."""

    def __init__(self, content: bytes) -> None:
        self.view = View()
        self._parts: list[tuple[str, frozenset[str] | None]] = []
        page = lxml.html.document_fromstring(content)
        self._notes = {
            note.get("id", ""): WORD.findall(note.text_content())
            for note in page.iter("div")
            if note.get("id", "").startswith(("sdfootnote", "sdendnote"))
        }
        body = page.find("body")
        self._element(body, frozenset(), is_heading=False)
        self._end_block()
        self.view.words += self.view.note_words

    def _element(self, element: Any, styles: frozenset[str], *, is_heading: bool) -> str:
        if not isinstance(element.tag, str) or element.get("id", "") in self._notes:
            return ""
        if element.get("class", "") in {"sdfootnoteanc", "sdendnoteanc"}:
            return self._note(element.get("href", "")[1:].removesuffix("sym"))
        if element.tag == "table":
            return self._table(element, styles)
        styles = styles | ({TAGS[element.tag]} if element.tag in TAGS else frozenset())
        heading = is_heading or (element.tag[0] == "h" and element.tag[1:].isdigit())
        if element.tag not in BLOCKS:
            return self._inside(element, styles, is_heading=heading)
        self._end_block()
        text = self._inside(element, styles, is_heading=heading)
        self._end_block()
        if element.tag == "p" or (heading and not is_heading):
            for word in WORD.findall(text)[:1]:
                self.view.label([word], text[: text.index(word)])
        return f" {text} "

    def _inside(self, element: Any, styles: frozenset[str], *, is_heading: bool) -> str:
        text = self._words(element.text, styles, is_heading=is_heading)
        number = _whole(element.get("start"), 1)
        for child in element:
            inner = self._element(child, styles, is_heading=is_heading)
            if child.tag == "li" and element.tag in {"ol", "ul"}:
                number = _whole(child.get("value"), number)
                inner = self._item(inner, number, element)
                number += 1
            text += inner + self._words(child.tail, styles, is_heading=is_heading)
        return text

    def _item(self, text: str, number: int, holder: Any) -> str:
        mark = "•" if holder.tag == "ul" else _counted(number, holder.get("type", "1"))
        words = WORD.findall(text)
        self.view.label(words[:1], mark)
        return text if words else f"{mark} {text}"

    def _note(self, name: str) -> str:
        self._end_block()
        words = self._notes.get(name, [])
        self.view.note(words)
        self.view.note_words += words
        return " "

    def _words(self, text: str | None, styles: frozenset[str], *, is_heading: bool) -> str:
        self._parts.append((text or "", None if is_heading else styles))
        return text or ""

    def _end_block(self) -> None:
        """Words may be in several elements, as letters and digits of Arabic are."""
        text = "".join(part for part, _ in self._parts)
        looks = [styles for part, styles in self._parts for _ in part]
        self._parts = []
        for match in WORD.finditer(text):
            self.view.words.append(match[0])
            if (styles := looks[match.start()]) is not None:
                self.view.styles[match[0]] = styles

    def _table(self, table: Any, styles: frozenset[str]) -> str:
        covered: set[tuple[int, int]] = set()
        texts = []
        for number, row in enumerate(table.iter("tr")):
            column, cells = 0, []
            for cell in row.iterchildren("td", "th"):
                while (number, column) in covered:
                    column += 1
                columns, rows = _whole(cell.get("colspan"), 1), _whole(cell.get("rowspan"), 1)
                covered |= {
                    (number + down, column + over)
                    for down in range(rows)
                    for over in range(columns)
                }
                text = self._element(cell, styles, is_heading=False)
                cells.append(((number, column, columns, rows), text))
            self.view.row(cells)
            texts += [text for _, text in cells]
        return " ".join(texts)


def _whole(digits: str | None, otherwise: int) -> int:
    return int(digits) if digits and digits.isdecimal() else otherwise


def _counted(number: int, kind: str) -> str:
    if kind in "aA":
        letter = chr(ord("a") + (number - 1) % 26)
        return letter if kind == "a" else letter.upper()
    if kind in "iI":
        out = ""
        for value, letters in ROMAN:
            times, number = divmod(number, value)
            out += letters * times
        return out if kind == "i" else out.upper()
    return str(number)
