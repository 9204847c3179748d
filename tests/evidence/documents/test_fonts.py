"""Each script uses the font that joins and stacks its letters, even if other fonts have them
too."""

import ctypes
import re
from collections import defaultdict
from collections.abc import Callable, Mapping

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from evidence.documents.document import (
    Block,
    Document,
    Heading,
    Paragraph,
    Preformatted,
    Run,
    numbered,
)
from evidence.documents.renderers.pdf import PageHeading, to_pdf
from evidence.pdf.fonts import catalogue
from tests.evidence.pdf.languages import WORDS

KINDS: Mapping[str, Callable[[str], Block]] = {
    "paragraph": lambda words: Paragraph((Run(words),)),
    "heading": lambda words: Heading(2, (Run(words),)),
    "code": lambda words: Paragraph((Run(words, ("code",)),)),
    "preformatted": Preformatted,
}


def used_fonts(pdf: bytes) -> dict[str, set[str]]:
    """The names of the fonts in which each letter stands on the pages."""
    used: dict[str, set[str]] = defaultdict(set)
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        words = page.get_textpage()
        name, flags = ctypes.create_string_buffer(200), ctypes.c_int()
        for at in range(words.count_chars()):
            pdfium.FPDFText_GetFontInfo(words, at, name, len(name), flags)
            letter = chr(pdfium.FPDFText_GetUnicode(words, at))
            used[letter].add(name.value.decode().partition("+")[2].replace(" ", ""))
        words.close()
        page.close()
    document.close()
    return used


@pytest.mark.parametrize("kind", KINDS)
def test_joining_scripts_use_the_font_that_joins_their_letters(kind):
    made = Document(numbered([KINDS[kind](words) for words in WORDS.values()]), ())
    names = [re.split(r"[\[-]", path.name)[0] for path in catalogue._paths()]

    used = used_fonts(to_pdf(made, {}, PageHeading("C", "I", "H", "R", "March 2026")).pdf)

    wrong = {}
    for script, words in WORDS.items():
        for letter in words:
            place = catalogue.place_of(letter)
            if place is None or not catalogue.all_fonts()[place].joins:
                continue
            meant = names[place]
            if others := {name for name in used.get(letter, ()) if not name.startswith(meant)}:
                wrong[script] = others
    assert wrong == {}


def test_accents_missing_from_the_monospace_font_use_another_font():
    made = Document(numbered([Paragraph((Run("Hồng ẹ̀kọ́ Ŵyn", ("code",)),))]), ())

    used = used_fonts(to_pdf(made, {}, PageHeading("C", "I", "H", "R", "March 2026")).pdf)

    assert used["ồ"] == used["ẹ"] == {"NotoSans-Regular"}
    assert used["Ŵ"] == {"DejaVuSansMono"}


@pytest.mark.parametrize("sign", "。、「」《》〈〉・")
def test_chinese_characters_use_the_chinese_font(sign):
    made = Document(numbered([Paragraph((Run(f"{sign}王{sign} A{sign}"),))]), ())
    paths = list(catalogue._paths())

    used = used_fonts(to_pdf(made, {}, PageHeading("C", "I", "H", "R", "March 2026")).pdf)

    assert {name[:12] for name in used[sign]} == {"NotoSansCJKs"}
    assert paths[catalogue.place_of(sign)].name == catalogue.CHINESE
