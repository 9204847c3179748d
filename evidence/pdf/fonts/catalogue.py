"""The Noto fonts for the words that a bundle adds, for the scripts in use today.

They are the recommended and the limited-use scripts of Unicode Standard Annex 31, and Mongolian.
Most come with packages; the others are in the folder `noto` beside this file.
"""

from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Final

import uharfbuzz as hb
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables._g_l_y_f import Glyph as Outline

SANS: Final = "NotoSans[wght].ttf"
LAST: Final = ("NotoSansSymbols[wght].ttf", "NotoEmoji[wght].ttf")
"""Asked last, for what is no letter."""
CHINESE: Final = "NotoSansCJK-Regular.ttc"
EACH_BY_ITSELF: Final = {SANS, CHINESE, *LAST}
"""Fonts whose letters stand one after the other, whatever stands beside them; those of all others
may join, move or change places."""
OWN: Final = Path(__file__).parent / "noto"
WEIGHT: Final = 700
EM: Final = 1000
"""Parts of the size in which glyphs are measured and drawn."""
# How far, in these units, a TrueType curve may be from the cubic curve it replaces.
NEAR: Final = 0.5


class Font:
    """One font. Its glyphs have numbers; measures are fractions of the font size."""

    def __init__(self, path: Path) -> None:
        face = hb.Face(hb.Blob.from_file_path(str(path)))
        heavy = hb.Font(face)
        heavy.set_variations({"wght": WEIGHT})
        self._weights = (hb.Font(face), heavy)
        self._letters = face.unicodes
        self.scale: float = EM / face.upem
        self.joins = path.name not in EACH_BY_ITSELF

    def __contains__(self, letter: str) -> bool:
        return ord(letter) in self._letters

    def weight(self, *, bold: bool) -> hb.Font:
        """The font for HarfBuzz. Fonts with a single weight are never bold."""
        return self._weights[bold]

    def glyph(self, letter: str) -> int:
        """The glyph of a letter on its own, without joining."""
        return int(self._weights[False].get_nominal_glyph(ord(letter)))

    def advance(self, glyph: int, *, bold: bool) -> int:
        """The width of a glyph."""
        units: int = self.weight(bold=bold).get_glyph_h_advance(glyph)
        return round(units * self.scale)

    @lru_cache(maxsize=4096)  # noqa: B019 - fonts are never let go
    def outline(self, glyphs: tuple[tuple[int, int, int], ...], *, bold: bool) -> Outline:
        """Several glyphs as one TrueType outline, each moved across and up."""
        pen = TTGlyphPen(None)
        curves = Cu2QuPen(pen, NEAR)
        for glyph, across, up in glyphs:
            moved = TransformPen(curves, (self.scale, 0, 0, self.scale, across, up))
            self.weight(bold=bold).draw_glyph_with_pen(glyph, moved)
        return pen.glyph()


@cache
def all_fonts() -> tuple[Font, ...]:
    """The fonts in the order of preference. The first is Noto Sans."""
    return tuple(map(Font, _paths()))


@lru_cache(maxsize=4096)
def place_of(letter: str) -> int | None:
    """The index of the font that has a letter, or None."""
    return next((at for at, font in enumerate(all_fonts()) if letter in font), None)


def _paths() -> Iterator[Path]:
    carried = Path(str(files("manimgx_fonts")))
    scripts = {path.name for path in carried.glob("NotoSans*.ttf")} - EACH_BY_ITSELF
    yield carried / SANS
    # Fonts of related scripts also have its brackets and full stops, but in their own style.
    yield Path(str(files("noto_cjk_sans_otc"))) / CHINESE
    yield from (carried / name for name in sorted(scripts) if "Italic" not in name)
    yield from sorted(OWN.glob("*.ttf"))
    yield from (carried / name for name in LAST)
