"""Makes styled runs from pandoc's nested inline elements."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from evidence.documents.document import Run, safe_link
from evidence.documents.errors import UnreadableFileError
from evidence.documents.readers import look_marks
from evidence.documents.readers.list_labels import without_marks
from evidence.documents.text_cleaning import clean
from evidence.findings import Finding, Location

DEPTH = 40
"""The deepest nesting read; people's documents have about ten levels."""
TOO_DEEP = (
    "The document is nested too deeply to be read. It may be made to overload the system. Please "
    "ask for it again, saved as a new Word document."
)

Tree = dict[str, Any]

_STYLE_OF = {
    "Emph": "emphasis",
    "Strong": "strong",
    "Underline": "underline",
    "Strikeout": "strike",
    "Superscript": "superscript",
    "Subscript": "subscript",
    "SmallCaps": "small-caps",
}
_QUOTES = {"SingleQuote": ("‘", "’"), "DoubleQuote": ("“", "”")}


class Inlines:
    """Turns inline elements into runs; calls back for pictures, notes and findings.

    `picture` gets the source and the alternative text of a picture, `note` the blocks of a note
    and answers with its number.
    """

    def __init__(
        self,
        *,
        picture: Callable[[str, str], None],
        note: Callable[[list[Tree]], int],
        finding: Callable[[Finding], None],
    ) -> None:
        self._picture = picture
        self._note = note
        self._finding = finding
        self._marked: tuple[str, ...] = ()

    def runs(self, inlines: list[Tree]) -> tuple[Run, ...]:
        """The runs of a paragraph, equal neighbours joined, no blanks at either end."""
        out: list[Run] = []
        # The styles of the last mark; those of the paragraph around a note are kept.
        around, self._marked = self._marked, ()
        self._read(inlines, Run(), out, 0)
        self._marked = around
        return merge_runs(out)

    def _read(self, inlines: list[Tree], look: Run, out: list[Run], depth: int) -> None:
        if depth > DEPTH:
            raise UnreadableFileError(TOO_DEEP)
        for inline in inlines:
            kind: str = inline["t"]
            content: Any = inline.get("c")
            if kind == "Str":
                out += self._words(content, look)
            elif kind in {"Space", "SoftBreak", "LineBreak"}:
                out.append(self._styled(look, "\n" if kind == "LineBreak" else " "))
            elif kind in _STYLE_OF:
                styles = tuple(sorted({*look.styles, _STYLE_OF[kind]}))
                self._read(content, replace(look, styles=styles), out, depth + 1)
            else:
                self._special(inline, look, out, depth)

    def _words(self, content: str, look: Run) -> Iterator[Run]:
        for styles, words in look_marks.parts(content):
            if styles is not None:
                self._marked = styles
            yield self._styled(look, clean(without_marks(words)))

    def _styled(self, look: Run, text: str) -> Run:
        styles = tuple(sorted({*look.styles, *self._marked})) if self._marked else look.styles
        return replace(look, text=text, styles=styles)

    def _special(self, inline: Tree, look: Run, out: list[Run], depth: int) -> None:
        kind: str = inline["t"]
        content: Any = inline.get("c")
        match kind:
            case "Span" | "Cite":
                self._read(content[1], look, out, depth + 1)
            case "Quoted":
                opening, closing = _QUOTES[content[0]["t"]]
                out.append(replace(look, text=opening))
                self._read(content[1], look, out, depth + 1)
                out.append(replace(look, text=closing))
            case "Link":
                self._link(content, look, out, depth)
            case "Code" | "Math":
                style = "code" if kind == "Code" else "formula"
                styles = tuple(sorted({*look.styles, style}))
                out.append(replace(look, text=clean(content[1]), styles=styles))
                if kind == "Math":
                    self._finding(
                        Finding.quoting("formula", "warn", clean(content[1]), Location("formula"))
                    )
            case _:
                self._leaf(kind, content, out)

    def _leaf(self, kind: str, content: Any, out: list[Run]) -> None:
        match kind:
            case "Note":
                out.append(Run(note=self._note(content)))
            case "Image":
                self._picture(content[2][0], _words(content[1]))
            case "RawInline":
                self._finding(
                    Finding.quoting(
                        "raw-left-out", "warn", clean(content[1])[:500], Location("text")
                    )
                )
            case _:
                raise UnreadableFileError(
                    f"The document holds something this program cannot read ({kind})."
                )

    def _link(self, content: Any, look: Run, out: list[Run], depth: int) -> None:
        address = content[2][0]
        kept = safe_link(address)
        if address and not kept and not address.startswith("#"):
            self._finding(
                Finding.quoting("link-left-out", "info", clean(address)[:500], Location("link"))
            )
        self._read(content[1], replace(look, link=kept or look.link), out, depth + 1)


def merge_runs(runs: list[Run]) -> tuple[Run, ...]:
    """Join runs of one look, collapse blanks, and take blanks from both ends."""
    joined: list[Run] = []
    # The parts of the last run; they are joined once it has ended.
    words: list[str] = []
    ended_blank = True
    for run in runs:
        text = _collapsed(run.text, after_blank=ended_blank)
        if not text and not run.note:
            continue
        ended_blank = text.endswith((" ", "\n")) if text else False
        if joined and not run.note and _look(joined[-1]) == _look(run):
            words.append(text)
        else:
            _end(joined, words)
            joined.append(run)
            words = [text]
    _end(joined, words)
    while joined and not joined[-1].note:
        last = joined[-1].text.rstrip(" \n")
        if last:
            joined[-1] = replace(joined[-1], text=last)
            break
        joined.pop()
    return tuple(joined)


def _end(joined: list[Run], words: list[str]) -> None:
    if joined:
        joined[-1] = replace(joined[-1], text="".join(words))


def _look(run: Run) -> tuple[tuple[str, ...], str, int]:
    return run.styles, run.link, run.note


def _collapsed(text: str, *, after_blank: bool) -> str:
    out: list[str] = []
    blank = after_blank
    for letter in text:
        if letter in " \n":
            if blank and letter == " ":
                continue
            blank = True
        else:
            blank = False
        out.append(letter)
    return "".join(out)


def _words(inlines: list[Tree]) -> str:
    """The bare words of a picture's description."""
    out: list[str] = []
    for inline in inlines:
        content: Any = inline.get("c")
        if inline["t"] == "Str":
            out.append(content)
        elif inline["t"] in _STYLE_OF:
            out.append(_words(content))
        else:
            out.append(" ")
    return clean(" ".join("".join(out).split()))
