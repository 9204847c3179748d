"""The letters a bundle adds: small fonts with little more than what is used, shared by all pages.

Latin, Greek and Cyrillic come from Noto Sans, Arabic and Chinese, Japanese and Korean from its
sisters, Hebrew from Heebo; what none of them has is shown as “?”, so that nothing ever fails for a
letter.
"""

import importlib.util
import io
import itertools
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import attrgetter
from pathlib import Path
from typing import Final

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from evidence.pdf.notation import dictionary
from evidence.pdf.writer import Writer

FONTS: Final = (
    ("fontpkg_noto_sans", "files/NotoSans[[]wdth,wght[]].ttf"),
    ("fontpkg_noto_sans_arabic", "files/NotoSansArabic*.ttf"),
    ("noto_cjk_sans_otc", "NotoSansCJK-Regular.ttc"),
    ("fontpkg_heebo", "files/Heebo*.ttf"),
)
REGULAR, BOLD = 0, 4
"""Places of Noto Sans and its bold face among the fonts; between them stand the others."""
COUNT: Final = 5
WEIGHT: Final = 700
# Tables of variable fonts: without them the regular face is left.
VARIATIONS: Final = ["fvar", "gvar", "avar", "HVAR", "VVAR", "MVAR", "STAT", "cvar"]
# Tables of setting text, which is done here.
LAYOUT: Final = ["GSUB", "GPOS", "GDEF", "STAT"]
UNKNOWN: Final = "?"
DIGITS: Final = "0123456789"
LATIN: Final = frozenset(
    map(chr, itertools.chain(
        range(0x20, 0x7F), range(0xA0, 0x180), range(0x1E80, 0x1E86), range(0x1EF2, 0x1EF4),
        range(0x2010, 0x2028), range(0x2030, 0x203B), (0x20AC, 0x2122),
    ))
)  # fmt: skip
"""Letters and marks of the languages of Europe, in each cut of Noto Sans, used or not: so the words
of most bundles need the same one, and it is cut once. That is some 8 kilobytes for each face."""
CUTS_KEPT: Final = 32
LAM_WITH_ALEF: Final = 0xFEF5
# Kinds of letters by their direction: from right to left, from left to right, numbers; all other
# letters follow those around them.
_KINDS: Final = {"R": "r", "AL": "r", "NSM": "r", "L": "l", "EN": "d", "AN": "d"}
_KINDS_BACKWARDS: Final = {"R", "AL", "AN"}
_BACKWARDS: Final = re.compile("r(?:[rnd]*r)?")
_NUMBER: Final = re.compile(r"\d[\d.,:/-]*\d")
_MIRRORED: Final = str.maketrans("()[]{}<>«»", ")(][}{><»«")


@dataclass(frozen=True)
class Glyph:
    """One letter: which font, its code there in hex, its width in parts of the size."""

    font: int
    code: bytes
    width: float


@dataclass(frozen=True)
class Run:
    """Words ready to be drawn: codes in hex by font. `width` is in parts of the size."""

    parts: tuple[tuple[int, bytes], ...]
    width: float

    def show(self, size: float, names: Sequence[str]) -> bytes:
        """The drawing of the words, from where the pen stands, with the fonts' names."""
        return b" ".join(
            b"/%b %.4g Tf <%b> Tj" % (names[font].encode(), size, codes)
            for font, codes in self.parts
        )


_font_of = attrgetter("font")


class Letters:
    """The fonts for a known set of words, and the setting of such words."""

    def __init__(self, words: Iterable[str], bold: Iterable[str] = ()) -> None:
        self._faces: dict[int, _Face] = {}
        self._known: dict[tuple[str, bool], Run] = {}
        heavy = {letter for part in bold for letter in shaped(part)}
        wanted = {letter for part in words for letter in shaped(part)} | heavy
        self._glyphs: dict[str, Glyph] = {}
        for font, (package, pattern) in enumerate(FONTS):
            missing = wanted | LATIN if font == REGULAR else wanted
            self._take(font, _font_file(package, pattern), missing - self._glyphs.keys())
        self._heavy = dict(self._glyphs)
        if heavy:
            self._take(BOLD, _font_file(*FONTS[REGULAR]), heavy | LATIN)

    def digits(self) -> Mapping[str, bytes]:
        """The codes of the digits in the regular face, where they are equally wide."""
        return {digit: self._glyphs[digit].code for digit in DIGITS}

    def run_of(self, words: str, *, bold: bool = False) -> Run:
        """These words as glyphs. Letters no font has become “?”."""
        run = self._known.get((words, bold))
        if run is None:
            glyphs = self._heavy if bold else self._glyphs
            unknown = glyphs[UNKNOWN]
            drawn = [glyphs.get(letter, unknown) for letter in shaped(words)]
            parts = tuple(
                (font, b"".join([glyph.code for glyph in group]))
                for font, group in itertools.groupby(drawn, key=_font_of)
            )
            run = self._known[words, bold] = Run(parts, sum([glyph.width for glyph in drawn]))
        return run

    def write(self, writer: Writer, first: int) -> None:
        """Write the fonts, numbered from `first`. In the place of one that is not needed stands
        the regular face."""
        written = {font: face.write(writer) for font, face in self._faces.items()}
        for font in range(COUNT):
            writer.put(first + font, written.get(font, written[REGULAR]))

    def _take(self, font: int, path: Path | None, letters: set[str]) -> None:
        held = {letter for letter in letters if path and ord(letter) in _alphabet(path)}
        if path is None or not held:
            return
        face = self._faces[font] = _Face(path, held, bold=font == BOLD)
        glyphs = self._heavy if font == BOLD else self._glyphs
        for letter, (code, width) in face.glyphs.items():
            glyphs[letter] = Glyph(font, b"%04x" % code, width)


class _Face:
    """One subset font, and how to write it (ISO 32000-2, 9.7)."""

    def __init__(self, path: Path, letters: set[str], *, bold: bool) -> None:
        self._bold = bold
        self._program = _cut(path, frozenset(letters), bold=bold)
        self._font = TTFont(io.BytesIO(self._program))
        self._is_cff = "CFF " in self._font
        self._scale = 1000 / self._font["head"].unitsPerEm
        self.glyphs = self._measure()

    def _measure(self) -> dict[str, tuple[int, float]]:
        found = {}
        for point, name in self._font.getBestCmap().items():
            advance = self._font["hmtx"][name][0] * self._scale / 1000
            found[chr(point)] = (self._code(name), advance)
        return found

    def _code(self, name: str) -> int:
        """A glyph is named by its position, or in CID fonts by its own number."""
        if self._is_cff and name.startswith("cid"):
            return int(name[3:])
        return int(self._font.getGlyphID(name))

    def write(self, writer: Writer) -> bytes:
        """Write what the font is made of and return the font itself."""
        file, descriptor, descendant, letters = (writer.allocate() for _ in range(4))
        program = self._program
        extra = b"/Length1 %d" % len(program)
        if self._is_cff:
            program, extra = self._font.reader["CFF "], b"/Subtype /CIDFontType0C"
        writer.stream(file, program, extra, pack=True)
        writer.put(descriptor, self._descriptor(file))
        writer.put(descendant, self._descendant(descriptor))
        writer.stream(letters, self._to_unicode(), pack=True)
        return (
            b"<< /Type /Font /Subtype /Type0 /BaseFont /%b /Encoding /Identity-H "
            b"/DescendantFonts [ %d 0 R ] /ToUnicode %d 0 R >>" % (self._name, descendant, letters)
        )

    @property
    def _name(self) -> bytes:
        # Six letters and a plus say that the font is a subset (9.9.2).
        if self._is_cff:
            return b"INQLIN+NotoSansCJK"
        return b"INQBLD+NotoSans-Bold" if self._bold else b"INQLIN+NotoSans"

    def _descriptor(self, file: int) -> bytes:
        head, metrics = self._font["head"], self._font["hhea"]
        box = (head.xMin, head.yMin, head.xMax, head.yMax)
        scaled = b" ".join(b"%d" % round(side * self._scale) for side in box)
        return dictionary(
            {
                "Type": b"/FontDescriptor",
                "FontName": b"/" + self._name,
                "Flags": b"4",
                "FontBBox": b"[ " + scaled + b" ]",
                "ItalicAngle": b"0",
                "Ascent": b"%d" % round(metrics.ascent * self._scale),
                "Descent": b"%d" % round(metrics.descent * self._scale),
                "CapHeight": b"714",
                "StemV": b"80",
                "FontFile3" if self._is_cff else "FontFile2": b"%d 0 R" % file,
            }
        )

    def _descendant(self, descriptor: int) -> bytes:
        kind = b"/CIDFontType0" if self._is_cff else b"/CIDFontType2"
        widths = sorted(set(self.glyphs.values()))
        entries = {
            "Type": b"/Font",
            "Subtype": kind,
            "BaseFont": b"/" + self._name,
            "CIDSystemInfo": b"<< /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>",
            "FontDescriptor": b"%d 0 R" % descriptor,
            "W": b"[ %b ]" % b" ".join(b"%d [%d]" % (c, round(w * 1000)) for c, w in widths),
        }
        if not self._is_cff:
            entries["CIDToGIDMap"] = b"/Identity"
        return dictionary(entries)

    def _to_unicode(self) -> bytes:
        pairs = sorted((code, letter) for letter, (code, _) in self.glyphs.items())
        lines = []
        for start in range(0, len(pairs), 100):
            block = pairs[start : start + 100]
            lines.append(b"%d beginbfchar" % len(block))
            lines += (
                b"<%04x> <%b>" % (code, _plain(letter).encode("utf-16-be").hex().encode())
                for code, letter in block
            )
            lines.append(b"endbfchar")
        return (
            b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
            b"/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
            b"/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
            b"1 begincodespacerange <0000> <ffff> endcodespacerange\n"
            + b"\n".join(lines)
            + b"\nendcmap CMapName currentdict /CMap defineresource pop end end\n"
        )


@lru_cache(maxsize=CUTS_KEPT)
def _cut(path: Path, letters: frozenset[str], *, bold: bool) -> bytes:
    """The font with these letters alone."""
    dropped = [*subset.Options().drop_tables, *(LAYOUT if bold else VARIATIONS)]
    options = subset.Options(drop_tables=dropped)
    options.layout_features = []
    options.notdef_outline = True
    options.name_IDs = []
    options.recalc_timestamp = False
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[ord(letter) for letter in letters])
    saved = io.BytesIO()
    with TTFont(path, fontNumber=0, lazy=True, recalcTimestamp=False) as font:
        cutter.subset(font)
        if bold:
            instancer.instantiateVariableFont(font, {"wght": WEIGHT, "wdth": 100}, inplace=True)
        font.save(saved)
    return saved.getvalue()


def get_ready() -> None:
    """Cut what every bundle needs, and read which letters the fonts have, before somebody waits."""
    Letters({"A"}, {"A"})
    _alphabets()


def unprintable(words: str) -> str:
    """The letters that no font has, each once; “?” is printed for them."""
    known = {letter for letter in shaped(words) if any(ord(letter) in one for one in _alphabets())}
    return "".join(dict.fromkeys(letter for letter in shaped(words) if letter not in known))


def stays_before_a_number(words: str) -> bool:
    """Whether these words are printed before a number exactly as they are written."""
    backwards = any(unicodedata.bidirectional(letter) in _KINDS_BACKWARDS for letter in words)
    return not backwards and shaped(words) == words and not unprintable(words)


def shaped(words: str) -> str:
    """The words in the order and the forms in which they are drawn from left to right.

    Arabic letters take their joined forms, and what runs from right to left is turned round with
    the spaces and marks inside it, numbers excepted: enough for a name or a reference, not a text
    (Unicode Standard Annex 9 has the whole rule).
    """
    if words.isascii() and words.isprintable():
        return words
    plain = "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFC", words))
    joined = _joined(plain)
    kinds = "".join(_KINDS.get(unicodedata.bidirectional(letter), "n") for letter in joined)
    drawn, at = [], 0
    for run in _BACKWARDS.finditer(kinds):
        drawn += [joined[at : run.start()], _turned(joined[run.start() : run.end()])]
        at = run.end()
    return "".join([*drawn, joined[at:]])


def _turned(words: str) -> str:
    turned = words[::-1].translate(_MIRRORED)
    return _NUMBER.sub(lambda number: number[0][::-1], turned)


def _joined(words: str) -> str:
    forms = _arabic_forms()
    drawn, at = [], 0
    while at < len(words):
        pair = words[at : at + 2]
        letter = pair if len(pair) == 2 and pair in forms else words[at]  # noqa: PLR2004
        own = forms.get(letter)
        after = at + len(letter)
        if own is None:
            drawn.append(letter)
        else:
            before = "initial" in forms.get(words[at - 1], {}) if at else False
            follows = after < len(words) and "final" in forms.get(words[after], {})
            wish = {(True, True): "medial", (True, False): "final", (False, True): "initial"}
            form = wish.get((before and "final" in own, follows and "initial" in own), "isolated")
            drawn.append(own.get(form, own.get("final" if before else "isolated", letter)))
        at = after
    return "".join(drawn)


@cache
def _arabic_forms() -> Mapping[str, Mapping[str, str]]:
    """Each Arabic letter's joined forms, and those of lam with alef, from the compatibility
    letters of Unicode."""
    forms: dict[str, dict[str, str]] = {}
    for point in (*range(0xFB50, 0xFBFF), *range(0xFE80, 0xFEFD)):
        kind, *letters = unicodedata.decomposition(chr(point)).split() or [""]
        if len(letters) == 1 or point >= LAM_WITH_ALEF:
            whole = "".join(chr(int(letter, 16)) for letter in letters)
            forms.setdefault(whole, {})[kind.strip("<>")] = chr(point)
    return forms


def _plain(letter: str) -> str:
    """The letter a copied text should have: the Arabic letter, not its drawn form."""
    return unicodedata.normalize("NFKC", letter) if "\ufb50" <= letter <= "\ufefc" else letter


@cache
def _font_file(package: str, pattern: str) -> Path | None:
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        return None
    return next(iter(sorted(Path(found.origin).parent.glob(pattern))), None)


def _alphabets() -> Sequence[frozenset[int]]:
    return [_alphabet(path) for named in FONTS if (path := _font_file(*named))]


@cache
def _alphabet(path: Path) -> frozenset[int]:
    with TTFont(path, fontNumber=0, lazy=True) as font:
        return frozenset(font.getBestCmap())
