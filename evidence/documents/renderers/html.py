"""The document as a semantic HTML fragment: every word escaped, no style, no script.

This module writes all tags, from a fixed set. The words of a witness always pass through
`html.escape`.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from html import escape

from evidence.documents.document import (
    Block,
    Cell,
    Document,
    Heading,
    Image,
    ListBlock,
    Paragraph,
    Preformatted,
    Quote,
    Run,
    Table,
    anchor,
    safe_link,
)
from evidence.documents.list_numbers import item_mark
from evidence.documents.renderers.heading_levels import levelled
from evidence.documents.renderers.text_direction import backwards

_TAGS = {
    "strong": "strong",
    "emphasis": "em",
    "underline": "u",
    "strike": "s",
    "superscript": "sup",
    "subscript": "sub",
    "code": "code",
    "formula": "code",
    "mark": "mark",
}
_LIST_TYPES = {
    "lower-alpha": "a",
    "upper-alpha": "A",
    "lower-roman": "i",
    "upper-roman": "I",
}
TOP_HEADING = 2
"""The page around the fragment has the h1."""


def to_html(
    document: Document, *, image_url: Callable[[str], str], marked: Collection[str] = ()
) -> str:
    """The fragment. Paragraph 7 has the id "p7"; `image_url` gives a picture's address by name.

    Words of `marked` stand in <mark> wherever they occur within one paragraph, cell or item.
    """
    writer = _Writer(image_url, marked)
    shown = levelled(document)
    parts = list(writer.blocks(shown.blocks))
    if shown.notes:
        parts.append(writer.notes(shown.notes))
    return "\n".join(parts)


class _Writer:
    def __init__(self, image_url: Callable[[str], str], marked: Collection[str]) -> None:
        self._image_url = image_url
        self._marked = [words for words in marked if words.strip()]
        self._referred: set[int] = set()

    def blocks(self, blocks: Iterable[Block]) -> Iterator[str]:
        for block in blocks:
            yield self._block(block)

    def notes(self, notes: tuple[tuple[Block, ...], ...]) -> str:
        items = []
        for number, note in enumerate(notes, 1):
            back = (
                f'<a class="note-back" href="#note-mark-{number}" '
                f'aria-label="Back to the text at note {number}">↩</a>'
                if number in self._referred
                else ""
            )
            inner = "\n".join(self.blocks(note))
            items.append(f'<li id="note-{number}">{inner}\n{back}</li>')
        listed = "\n".join(items)
        return f'<section class="notes" aria-label="Footnotes">\n<ol>\n{listed}\n</ol>\n</section>'

    def _block(self, block: Block) -> str:
        match block:
            case Paragraph(runs, number):
                numbered = f' id="{anchor(number)}" class="numbered"' if number else ""
                mark = (
                    f'<a class="paragraph-number" href="#{anchor(number)}">{number}</a> '
                    if number
                    else ""
                )
                element = f"<p{numbered}{_dir(block)}>{mark}{self._runs(runs)}</p>"
            case Heading(level, runs):
                tag = f"h{min(level + TOP_HEADING - 1, 6)}"
                element = f"<{tag}{_dir(block)}>{self._runs(runs)}</{tag}>"
            case ListBlock():
                element = self._list(block)
            case Table():
                element = self._table(block)
            case _:
                element = self._rest(block)
        return element

    def _rest(self, block: Block) -> str:
        match block:
            case Quote(blocks):
                inner = "\n".join(self.blocks(blocks))
                return f"<blockquote{_dir(block)}>\n{inner}\n</blockquote>"
            case Preformatted(text):
                return f"<pre{_dir(block)}>{escape(text)}</pre>"
            case Image(name, alt, _):
                address, words = escape(self._image_url(name)), escape(alt)
                return f'<p><img src="{address}" alt="{words}" loading="lazy"></p>'
            case _:
                return ""

    def _list(self, block: ListBlock) -> str:
        items = "\n".join(f"<li{_dir(*item)}>{self._inside(item)}</li>" for item in block.items)
        if not block.ordered:
            return f"<ul{_dir(block)}>\n{items}\n</ul>"
        if block.marks:
            return self._marked_list(block)
        kind = f' type="{_LIST_TYPES[block.style]}"' if block.style in _LIST_TYPES else ""
        start = f' start="{block.start}"' if block.start != 1 else ""
        return f"<ol{kind}{start}{_dir(block)}>\n{items}\n</ol>"

    def _marked_list(self, block: ListBlock) -> str:
        """A list whose labels a browser could not count."""
        items = "\n".join(
            f'<li{_dir(*item)}><span class="item-mark">{escape(item_mark(block, place))}</span> '
            f"{self._inside(item)}</li>"
            for place, item in enumerate(block.items)
        )
        return f'<ol class="own-marks" role="list"{_dir(block)}>\n{items}\n</ol>'

    def _table(self, table: Table) -> str:
        parts = ["<table>"]
        if table.caption:
            direction = _dir(Paragraph(table.caption))
            parts.append(f"<caption{direction}>{self._runs(table.caption)}</caption>")
        if table.header:
            rows = "\n".join(self._row(row, tag="th", more=' scope="col"') for row in table.header)
            parts.append(f"<thead>\n{rows}\n</thead>")
        rows = "\n".join(self._row(row, tag="td", more="") for row in table.rows)
        parts.append(f"<tbody>\n{rows}\n</tbody>\n</table>")
        return "\n".join(parts)

    def _row(self, row: Iterable[Cell], *, tag: str, more: str) -> str:
        return "<tr>" + "".join(self._cell(cell, tag, more) for cell in row) + "</tr>"

    def _cell(self, cell: Cell, tag: str, more: str) -> str:
        spans = f' colspan="{cell.columns}"' if cell.columns > 1 else ""
        spans += f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
        spans += _dir(*cell.blocks)
        return f"<{tag}{more}{spans}>{self._inside(cell.blocks)}</{tag}>"

    def _inside(self, blocks: tuple[Block, ...]) -> str:
        """One paragraph alone needs no <p> in a cell or an item."""
        if len(blocks) == 1 and isinstance(blocks[0], Paragraph):
            return self._runs(blocks[0].runs)
        return "\n".join(self.blocks(blocks))

    def _runs(self, runs: Iterable[Run]) -> str:
        runs = with_marks(runs, self._marked) if self._marked else runs
        return "".join(self._note_mark(run.note) if run.note else _run(run) for run in runs)

    def _note_mark(self, number: int) -> str:
        named = "" if number in self._referred else f' id="note-mark-{number}"'
        self._referred.add(number)
        return (
            f'<sup><a{named} class="note-mark" href="#note-{number}" '
            f'aria-label="Footnote {number}">{number}</a></sup>'
        )


def with_marks(runs: Iterable[Run], marked: Iterable[str]) -> list[Run]:
    """The same runs, cut where marked words begin and end; those within have the style "mark"."""
    listed = list(runs)
    text = "".join(run.text for run in listed)
    inside = bytearray(len(text))
    for words in marked:
        start = text.find(words)
        while start >= 0:
            inside[start : start + len(words)] = b"\1" * len(words)
            start = text.find(words, start + len(words))
    return [part for run, start in _placed(listed) for part in _cut(run, start, inside)]


def _placed(runs: Iterable[Run]) -> Iterator[tuple[Run, int]]:
    """Each run with the place at which its text starts."""
    start = 0
    for run in runs:
        yield run, start
        start += len(run.text)


def _cut(run: Run, start: int, inside: bytearray) -> Iterator[Run]:
    if run.note or not run.text:
        yield run
        return
    begin = 0
    for end in range(1, len(run.text) + 1):
        is_end = end == len(run.text)
        if is_end or inside[start + end] != inside[start + begin]:
            styles = (*run.styles, "mark") if inside[start + begin] else run.styles
            yield replace(run, text=run.text[begin:end], styles=styles)
            begin = end


def _dir(*blocks: Block) -> str:
    """The direction of what holds these blocks: that of the first."""
    return ' dir="rtl"' if blocks and backwards(blocks[0]) else ""


def _run(run: Run) -> str:
    markup = escape(run.text, quote=False).replace("\n", "<br>")
    for style in run.styles:
        if style == "small-caps":
            markup = f'<span class="small-caps">{markup}</span>'
        elif tag := _TAGS.get(style):
            markup = f"<{tag}>{markup}</{tag}>"
    if address := safe_link(run.link):
        markup = f'<a href="{escape(address)}" rel="noopener noreferrer nofollow">{markup}</a>'
    return markup
