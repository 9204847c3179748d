"""Words that are under a picture of a page, where nobody sees them and every search finds them.

They are set in text rendering mode 3 (ISO 32000-2, 9.3.6) in a Type 3 font without shapes, whose
/ToUnicode says what each code stands for (9.10.3). Each word is stretched to the place it has in
the picture.
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from pikepdf import Array, Dictionary, Name, Object, Pdf

MOST_CODES: Final = 256
NAME: Final = "/UnseenWords"
WIDTH: Final = 500
"""The width of each letter, in thousandths of the font size."""
SMALLEST: Final = 0.1
DESCENT: Final = 0.2
"""How much of the height of a word is below its baseline."""


ALONG: Final = {0: (1, 0), 90: (0, 1), 180: (-1, 0), 270: (0, -1)}
"""The direction of writing, as cosine and sine, by the degrees that it is turned to the left."""


class Word(NamedTuple):
    """One word, and where it is on the page as seen, in points.

    It is written in a direction that is turned to the left by `turn` degrees. The sides are those
    of the word itself, for a reader who turned the page so that the word is upright.
    """

    text: str
    left: float
    bottom: float
    right: float
    top: float
    turn: int = 0


def turned(box: Sequence[float], turn: int) -> tuple[float, float, float, float]:
    """A box of the page as seen by a reader who turned it so that such words are upright."""
    cos, sin = ALONG[turn]
    across = sorted(box[at] * cos + box[at + 1] * sin for at in (0, 2))
    up = sorted(box[at + 1] * cos - box[at] * sin for at in (0, 2))
    return across[0], up[0], across[1], up[1]


class InvisibleFont:
    """The font of one document; each 256 different characters need another one."""

    def __init__(self, pdf: Pdf) -> None:
        self._pdf = pdf
        self._codes: dict[str, int] = {}
        self._fonts: list[Object] = []

    def content(self, words: Iterable[Word]) -> bytes:
        """What writes these words."""
        rows = [self._written(word) for word in words if word.text]
        return b"BT 3 Tr\n" + b"\n".join(rows) + b"\nET\n" if rows else b""

    def resources(self) -> Dictionary:
        """The fonts by name, for the pages that `content` was made for so far."""
        count = -(-len(self._codes) // MOST_CODES)
        while len(self._fonts) < count:
            self._fonts.append(self._pdf.make_indirect(Dictionary(Type=Name.Font)))
        return Dictionary({f"{NAME}{number}": font for number, font in enumerate(self._fonts)})

    def finish(self) -> None:
        """Writes the fonts, when all words are known."""
        for number, font in enumerate(self._fonts):
            first = number * MOST_CODES
            self._write(font, list(self._codes)[first : first + MOST_CODES])

    def _written(self, word: Word) -> bytes:
        size = max(word.top - word.bottom, SMALLEST)
        natural = len(word.text) * size * WIDTH / 1000
        stretch = 100 * max(word.right - word.left, SMALLEST) / natural
        runs: list[tuple[int, bytearray]] = []
        for letter in word.text:
            code = self._codes.setdefault(letter, len(self._codes))
            font, at = divmod(code, MOST_CODES)
            if not runs or runs[-1][0] != font:
                runs.append((font, bytearray()))
            runs[-1][1].append(at)
        shown = b" ".join(
            b"%s%d %.2f Tf <%s> Tj" % (NAME.encode(), font, size, codes.hex().encode())
            for font, codes in runs
        )
        baseline = word.bottom + size * DESCENT
        cos, sin = ALONG[word.turn]
        x, y = word.left * cos - baseline * sin, word.left * sin + baseline * cos
        return b"%.2f Tz %d %d %d %d %.2f %.2f Tm %s" % (stretch, cos, sin, -sin, cos, x, y, shown)

    def _write(self, font: Object, letters: list[str]) -> None:
        names = [f"/g{code}" for code in range(len(letters))]
        # d1 says how wide the letter is and where it would be; nothing is drawn (9.6.4).
        top = round(1000 * (1 - DESCENT))
        box = [0, round(-1000 * DESCENT), WIDTH, top]
        shape = self._pdf.make_stream(f"{WIDTH} 0 {' '.join(map(str, box))} d1".encode())
        font.update(
            Dictionary(
                Type=Name.Font,
                Subtype=Name.Type3,
                FontBBox=box,
                FontMatrix=[0.001, 0, 0, 0.001, 0, 0],
                FirstChar=0,
                LastChar=len(letters) - 1,
                Widths=[WIDTH] * len(letters),
                Encoding=Dictionary(
                    Type=Name.Encoding, Differences=Array([0, *(Name(name) for name in names)])
                ),
                CharProcs=Dictionary(dict.fromkeys(names, shape)),
                Resources=Dictionary(),
                ToUnicode=self._pdf.make_stream(_to_unicode(letters)),
            )
        )


def _to_unicode(letters: list[str]) -> bytes:
    """The CMap from codes to letters, in the blocks of 100 that are allowed."""
    rows = [
        f"<{code:02x}> <{letter.encode('utf-16-be', 'replace').hex()}>"
        for code, letter in enumerate(letters)
    ]
    blocks = [
        f"{len(part)} beginbfchar\n{chr(10).join(part)}\nendbfchar"
        for part in (rows[at : at + 100] for at in range(0, len(rows), 100))
    ]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
            "/CMapName /Words def /CMapType 2 def",
            "1 begincodespacerange <00> <ff> endcodespacerange",
            *blocks,
            "endcmap CMapName currentdict /CMap defineresource pop end end",
        ]
    ).encode()
