"""The words a bundle adds, set in one small regular and bold font that all pages share.

For most languages glyphs simply follow one another; words of other languages are shaped. A
character that no font has is shown as “?”, so no character causes an error.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from evidence.pdf.assemble.writer import Writer
from evidence.pdf.fonts.catalogue import EM
from evidence.pdf.fonts.embedded_font import EmbeddedFont
from evidence.pdf.fonts.shaping import Shape, alone, shape

COUNT: Final = 2
"""The regular and the bold face."""
DIGITS: Final = "0123456789"


@dataclass(frozen=True)
class Run:
    """Words ready to be drawn: their codes in hex. `width` is in parts of the size; `literal` says
    that there is one glyph for each letter, in the order of the letters."""

    codes: bytes
    width: float
    literal: bool = True

    def show(self, size: float, font: str) -> bytes:
        """The operators that show the words at the pen's position, with the font's name."""
        if not self.codes:
            return b""
        return b"/%b %.4g Tf <%b> Tj" % (font.encode(), size, self.codes)


class TextRuns:
    """The fonts of one bundle, and words set in them."""

    def __init__(self) -> None:
        self._faces = (EmbeddedFont(bold=False), EmbeddedFont(bold=True))
        self._known: dict[tuple[str, bool], Run] = {}
        self._alone: tuple[dict[str, tuple[bytes, int]], ...] = ({}, {})

    @cached_property
    def digits(self) -> Mapping[int, str]:
        """The codes of the digits in the regular font, in hex, for `str.translate`.

        They must have equal widths.
        """
        codes = {digit: self._by_itself(digit, bold=False)[0].decode() for digit in DIGITS}
        return str.maketrans(codes)

    def run_of(self, words: str, *, bold: bool = False) -> Run:
        """These words as glyphs. Letters no font has become “?”."""
        run = self._known.get((words, bold))
        if run is None:
            run = self._known[words, bold] = self._set(words, bold=bold)
        return run

    def write(self, writer: Writer, first: int) -> None:
        """Write the fonts, numbered from `first`, with the glyphs used so far."""
        for number, face in enumerate(self._faces, first):
            writer.put(number, face.write(writer))

    def _set(self, words: str, *, bold: bool) -> Run:
        known = self._alone[bold]
        try:
            shown = [known.get(letter) or self._by_itself(letter, bold=bold) for letter in words]
        except KeyError:
            shown = [self._drawn(glyphs, bold=bold) for glyphs in shape(words, bold=bold)]
            literal = False
        else:
            literal = True
        codes = b"".join([code for code, _ in shown])
        return Run(codes, sum([width for _, width in shown]) / EM, literal)

    def _by_itself(self, letter: str, *, bold: bool) -> tuple[bytes, int]:
        """The code and the width of a letter.

        Raises `KeyError` if they depend on its neighbours.
        """
        shown = alone(letter, bold=bold)
        if shown is None:
            raise KeyError(letter)
        return self._alone[bold].setdefault(letter, self._drawn(shown, bold=bold))

    def _drawn(self, shown: Shape, *, bold: bool) -> tuple[bytes, int]:
        return b"%04x" % self._faces[bold].code(shown), shown.advance


def get_ready() -> None:
    """Loads the fonts in advance, so that the first bundle does not wait for it."""
    letters = TextRuns()
    letters.run_of(DIGITS)
    letters.write(Writer(io.BytesIO()), 1)
