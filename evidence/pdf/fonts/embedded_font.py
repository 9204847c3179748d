"""A small font with the glyphs a bundle's own words need, from any number of fonts."""

import io
from collections.abc import Iterator, Sequence
from typing import Final

from fontTools.fontBuilder import FontBuilder
from fontTools.ttLib.tables._g_l_y_f import Glyph as Outline

from evidence.pdf.assemble.syntax import dictionary
from evidence.pdf.assemble.writer import Writer
from evidence.pdf.fonts.catalogue import EM, all_fonts
from evidence.pdf.fonts.shaping import Shape

ASCENT: Final = 1069
DESCENT: Final = -293
CAPITALS: Final = 714
NAMES: Final = (b"INQLIN+NotoSans", b"INQBLD+NotoSans-Bold")
BLOCK: Final = 100
_BEFORE_MEANINGS: Final = (
    b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
    b"/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
    b"/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
    b"1 begincodespacerange <0000> <ffff> endcodespacerange\n"
)
_AFTER_MEANINGS: Final = b"\nendcmap CMapName currentdict /CMap defineresource pop end end\n"


class EmbeddedFont:
    """Glyphs with a code each, counted from 1, written as a font (ISO 32000-2, 9.7)."""

    def __init__(self, *, bold: bool) -> None:
        self.bold = bold
        self._codes: dict[Shape, int] = {}

    def code(self, shown: Shape) -> int:
        """The code of glyphs that are drawn as one. They are added to the font."""
        return self._codes.setdefault(shown, len(self._codes) + 1)

    def write(self, writer: Writer) -> bytes:
        """Writes the font's objects and returns the font dictionary."""
        file, descriptor, descendant, meanings = (writer.allocate() for _ in range(4))
        program = _program(tuple(self._codes), bold=self.bold)
        writer.stream(file, program, b"/Length1 %d" % len(program), pack=True)
        writer.put(descriptor, self._descriptor(file))
        writer.put(descendant, self._descendant(descriptor))
        writer.stream(meanings, self._meanings(), pack=True)
        return (
            b"<< /Type /Font /Subtype /Type0 /BaseFont /%b /Encoding /Identity-H "
            b"/DescendantFonts [ %d 0 R ] /ToUnicode %d 0 R >>" % (self._name, descendant, meanings)
        )

    @property
    def _name(self) -> bytes:
        # Six letters and a plus say that the font is a subset (9.9.2).
        return NAMES[self.bold]

    def _descriptor(self, file: int) -> bytes:
        return dictionary(
            {
                "Type": b"/FontDescriptor",
                "FontName": b"/" + self._name,
                "Flags": b"4",
                "FontBBox": b"[ -%d %d %d %d ]" % (EM, 2 * DESCENT, 4 * EM, 2 * ASCENT),
                "ItalicAngle": b"0",
                "Ascent": b"%d" % ASCENT,
                "Descent": b"%d" % DESCENT,
                "CapHeight": b"%d" % CAPITALS,
                "StemV": b"140" if self.bold else b"80",
                "FontFile2": b"%d 0 R" % file,
            }
        )

    def _descendant(self, descriptor: int) -> bytes:
        return dictionary(
            {
                "Type": b"/Font",
                "Subtype": b"/CIDFontType2",
                "BaseFont": b"/" + self._name,
                "CIDSystemInfo": b"<< /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>",
                "FontDescriptor": b"%d 0 R" % descriptor,
                "CIDToGIDMap": b"/Identity",
                "W": b"[ 1 [ %b ] ]" % b" ".join(b"%d" % shape.advance for shape in self._codes),
            }
        )

    def _meanings(self) -> bytes:
        lines = list(self._blocks())
        return b"%b%b%b" % (_BEFORE_MEANINGS, b"\n".join(lines), _AFTER_MEANINGS)

    def _blocks(self) -> Iterator[bytes]:
        pairs = [(code, shape.text) for shape, code in self._codes.items()]
        for start in range(0, len(pairs), BLOCK):
            block = pairs[start : start + BLOCK]
            yield b"%d beginbfchar" % len(block)
            for code, letters in block:
                yield b"<%04x> <%b>" % (code, letters.encode("utf-16-be").hex().encode())
            yield b"endbfchar"


def _program(shapes: Sequence[Shape], *, bold: bool) -> bytes:
    """A TrueType font of these shapes, the first of which has number 1."""
    fonts, names = all_fonts(), [".notdef", *(f"g{at}" for at in range(1, len(shapes) + 1))]
    outlines = [
        Outline(),
        *(fonts[shape.font].outline(shape.glyphs, bold=bold) for shape in shapes),
    ]
    widths = [EM, *(shape.advance for shape in shapes)]
    builder = FontBuilder(EM, isTTF=True)
    builder.updateHead(created=0, modified=0)
    builder.setupGlyphOrder(names)
    builder.setupGlyf(dict(zip(names, outlines, strict=True)))
    builder.setupHorizontalMetrics(
        {
            name: (width, getattr(outline, "xMin", 0))
            for name, width, outline in zip(names, widths, outlines, strict=True)
        }
    )
    builder.setupHorizontalHeader(ascent=ASCENT, descent=DESCENT)
    builder.font.recalcTimestamp = False
    saved = io.BytesIO()
    builder.save(saved)
    return saved.getvalue()
