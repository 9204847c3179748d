"""Turns words into glyphs in visual order, with letters joined where their script joins them.

The order is that of Unicode Standard Annex 9, in a line from left to right. HarfBuzz joins and
places the letters of each font.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import uharfbuzz as hb
from bidi import get_display

from evidence.pdf.fonts.catalogue import all_fonts, place_of
from evidence.unicode_normal_form import normalised

UNKNOWN: Final = "?"
"""What stands for a letter that no font has."""
INVISIBLE: Final = "\u00ad\u200b\u200c\u200d\u2060"
"""They say whether the letters beside them join or part, and are not drawn."""
BINDING: Final = "\u200c\u200d\u2060"
VIRAMA: Final = 9
"""The combining class of marks that bind two letters into one."""
BACKWARDS: Final = {"R", "AL", "AN"}
"""Kinds of letters that stand, or may stand, in words from right to left."""
_MARKS: Final = {"Mn", "Mc", "Me"}
_HANGUL_PARTS: Final = range(0x1100, 0x1200)
_LEVEL: Final = re.compile(r"Level\(\s*(\d+)")


@dataclass(frozen=True, slots=True)
class Shape:
    """Letters that are drawn as one: their text, the index of their font, and its glyphs with their
    offsets from the pen. `advance` is how far the pen moves. Measures are fractions of the font
    size."""

    text: str
    font: int
    glyphs: tuple[tuple[int, int, int], ...]
    advance: int


@dataclass(frozen=True)
class _Stretch:
    """Letters of one font (None for those that none has) and of one level: from left to right if
    it is even, else from right to left."""

    words: str
    font: int | None
    level: int


def plain(words: str) -> str:
    """The words in NFC, with spaces instead of control characters."""
    if words.isascii() and words.isprintable():
        return words
    return "".join(
        letter if letter.isprintable() or letter in INVISIBLE else " "
        for letter in normalised("NFC", words)
    )


def shape(words: str, *, bold: bool) -> list[Shape]:
    """The glyphs of these words as they are drawn, from left to right."""
    stretches = _in_order(list(_stretches(plain(words))))
    return [glyphs for stretch in stretches for glyphs in _shaped(stretch, bold=bold)]


def alone(letter: str, *, bold: bool) -> Shape | None:
    """The shape of a letter that does not depend on its neighbours; None if it does."""
    at = place_of(letter)
    if at is None or not letter.isprintable():
        return None
    font = all_fonts()[at]
    backwards = unicodedata.bidirectional(letter) in BACKWARDS
    joins = _is_mark(letter) or ord(letter) in _HANGUL_PARTS
    if font.joins or backwards or joins:
        return None
    glyph = font.glyph(letter)
    return Shape(letter, at, ((glyph, 0, 0),), font.advance(glyph, bold=bold))


def unprintable(words: str) -> str:
    """The letters that no font has, without repeats; “?” is printed for them."""
    return "".join(dict.fromkeys(
        letter for letter in plain(words)
        if place_of(letter) is None and letter not in INVISIBLE and not _is_mark(letter)
    ))  # fmt: skip


def stays_before_a_number(words: str) -> bool:
    """Whether these words are printed exactly as written when a number follows."""
    backwards = any(unicodedata.bidirectional(letter) in BACKWARDS for letter in words)
    as_it_is = words.isprintable() and plain(words) == words
    return as_it_is and not backwards and not unprintable(words)


def cut_of(words: str, most: int) -> int:
    """Where to cut words that are too long for a line: after at most so many letters, but never
    within a cluster. At least the first cluster is kept."""
    before = range(min(most, len(words)), 0, -1)
    after = range(max(most, 0) + 1, len(words) + 1)
    return next(at for at in itertools.chain(before, after) if _parts_at(words, at))


def _parts_at(words: str, at: int) -> bool:
    if at == len(words):
        return True
    binds = words[at - 1] in BINDING or unicodedata.combining(words[at - 1]) == VIRAMA
    return not (binds or _is_mark(words[at]) or words[at] in BINDING)


def _stretches(words: str) -> Iterator[_Stretch]:
    fonts, levels = list(_fonts(words)), _levels(words)
    together = itertools.groupby(range(len(words)), key=lambda at: (fonts[at], levels[at]))
    for (font, level), places in together:
        yield _Stretch("".join(words[at] for at in places), font, level)


def _fonts(words: str) -> Iterator[int | None]:
    """The font of each letter.

    Marks and other characters take the font of the letter before them.
    """
    known, current = all_fonts(), None
    for letter in words:
        stays = _is_mark(letter) or letter in INVISIBLE or not letter.isalnum()
        if not stays or current is None or not (letter in known[current] or letter in INVISIBLE):
            current = place_of(letter)
        yield current


def _levels(words: str) -> list[int]:
    """The embedding level of each letter (Annex 9)."""
    # The debug output lists a level for each byte of UTF-8, after the words themselves.
    debug_output = get_display(words, base_dir="L", debug=True).rpartition("levels: [")[2]
    levels = [int(level) for level in _LEVEL.findall(debug_output.partition("paragraphs: [")[0])]
    sizes = [len(letter.encode()) for letter in words]
    return [levels[at - 1] for at in itertools.accumulate(sizes)]


def _in_order(stretches: list[_Stretch]) -> Sequence[_Stretch]:
    """Visual order: from the highest level down to the lowest odd one, everything at that level or
    above is reversed (rule L2)."""
    odd = [stretch.level for stretch in stretches if stretch.level % 2]
    if not odd:
        return stretches
    for level in range(max(stretch.level for stretch in stretches), min(odd) - 1, -1):
        groups = itertools.groupby(stretches, key=lambda stretch: stretch.level >= level)
        turned = [list(group)[::-1] if inside else list(group) for inside, group in groups]
        stretches = list(itertools.chain.from_iterable(turned))
    return stretches


def _shaped(stretch: _Stretch, *, bold: bool) -> Iterator[Shape]:
    if stretch.font is None:
        yield from (
            shown for letter in stretch.words
            if not _is_mark(letter) and (shown := alone(UNKNOWN, bold=bold))
        )  # fmt: skip
        return
    buffer = hb.Buffer()
    buffer.add_str(stretch.words)
    buffer.direction = "rtl" if stretch.level % 2 else "ltr"
    buffer.guess_segment_properties()
    hb.shape(all_fonts()[stretch.font].weight(bold=bold), buffer)
    placed = zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
    clusters = [(at, list(group)) for at, group in itertools.groupby(placed, key=_cluster_of)]
    ends = dict(itertools.pairwise(sorted([*(at for at, _ in clusters), len(stretch.words)])))
    for at, group in clusters:
        yield _together(stretch.words[at : ends[at]], stretch.font, group)


def _cluster_of(placed: tuple[hb.GlyphInfo, hb.GlyphPosition]) -> int:
    """The position of the first letter of a glyph's cluster."""
    return int(placed[0].cluster)


def _together(
    text: str, font: int, placed: Sequence[tuple[hb.GlyphInfo, hb.GlyphPosition]]
) -> Shape:
    scale, pen, glyphs = all_fonts()[font].scale, 0, []
    for glyph, stands in placed:
        x, y = (pen + stands.x_offset) * scale, stands.y_offset * scale
        glyphs.append((int(glyph.codepoint), round(x), round(y)))
        pen += stands.x_advance
    return Shape(text, font, tuple(glyphs), round(pen * scale))


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter) in _MARKS
