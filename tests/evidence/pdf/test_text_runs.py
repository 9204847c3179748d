"""Words in letters of every language: the right glyphs, in the right order, at the right places."""

import ctypes
import io
import unicodedata

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.pdf.assemble.writer import Writer
from evidence.pdf.fonts.shaping import (
    INVISIBLE,
    cut_of,
    plain,
    shape,
    stays_before_a_number,
    unprintable,
)
from evidence.pdf.fonts.text_runs import TextRuns
from tests.evidence.pdf.languages import NEVER_PRINTED, WORDS

SIZE = 40
PITCH = 100


def page_of(*lines: str, bold: bool = False) -> bytes:
    """A page with these lines, one below the other, from x = 50 on; what is read of them is what
    their glyphs say."""
    letters, out = TextRuns(), io.BytesIO()
    writer = Writer(out)
    runs = enumerate(letters.run_of(line, bold=bold).show(SIZE, f"F{bold:d}") for line in lines)
    drawn = [b"BT 1 0 0 1 50 %d Tm %b ET" % (700 - PITCH * at, shown) for at, shown in runs]
    fonts, content, parent = writer.allocate(2), writer.allocate(), writer.allocate()
    writer.stream(content, b"\n".join(drawn))
    letters.write(writer, fonts)
    page = writer.add(
        b"<< /Type /Page /Parent %d 0 R /MediaBox [ 0 0 600 800 ] /Contents %d 0 R /Resources "
        b"<< /Font << /F0 %d 0 R /F1 %d 0 R >> >> >>" % (parent, content, fonts, fonts + 1)
    )
    writer.put(parent, b"<< /Type /Pages /Count 1 /Kids [ %d 0 R ] >>" % page)
    catalog = writer.add(b"<< /Type /Catalog /Pages %d 0 R >>" % parent)
    writer.finish(catalog=catalog, info=writer.add(b"<< >>"))
    return out.getvalue()


def text_of(pdf: bytes) -> str:
    opened = pypdfium2.PdfDocument(pdf)
    page = opened[0]
    words = page.get_textpage()
    text = words.get_text_bounded()
    words.close()
    page.close()
    opened.close()
    return text


def ink_of(pdf: bytes) -> tuple[int, int, int, int]:
    """The box of what is drawn on the page, in points from its upper left corner."""
    opened = pypdfium2.PdfDocument(pdf)
    drawn = opened[0].render(scale=1).to_pil().convert("L")
    opened.close()
    box = drawn.point(lambda grey: 255 * (grey < 128)).getbbox()
    assert box is not None
    return box


def places_of(pdf: bytes) -> dict[str, float]:
    """Where a reader finds each letter (the last, of equal ones): how far from the left."""
    opened = pypdfium2.PdfDocument(pdf)
    page = opened[0]
    words, middles = page.get_textpage(), {}
    for at in range(words.count_chars()):
        letter = chr(pdfium.FPDFText_GetUnicode(words, at))
        sides = [ctypes.c_double() for _ in range(4)]
        pdfium.FPDFText_GetCharBox(words, at, *sides)
        middles[letter] = (sides[0].value + sides[1].value) / 2
    words.close()
    page.close()
    opened.close()
    return middles


def visual(words: str) -> str:
    """What the glyphs say, from left to right."""
    return "".join(glyphs.text for glyphs in shape(words, bold=False))


# --- Every script --------------------------------------------------------------------------------


@pytest.mark.parametrize("script", WORDS)
def test_every_script_has_glyphs_in_both_weights(script):
    words = WORDS[script]

    assert unprintable(words) == ""
    for bold in (False, True):
        # 0 is the glyph that fonts show for what they lack.
        assert all(glyph for glyphs in shape(words, bold=bold) for glyph, _, _ in glyphs.glyphs)


@pytest.mark.parametrize("script", WORDS)
def test_every_script_is_drawn_and_searchable(script):
    words = WORDS[script]

    pdf = page_of(words)

    left, top, right, bottom = ink_of(pdf)
    assert right - left > SIZE / 4
    assert bottom - top > SIZE / 4
    letters = sorted(unicodedata.normalize("NFKD", text_of(pdf)))
    assert [letter for letter in letters if letter.isprintable() and letter != " "] == [
        letter
        for letter in sorted(unicodedata.normalize("NFKD", words))
        if letter.isprintable() and letter != " "
    ]


def test_all_scripts_share_one_page_and_font():
    lines = [" ".join(list(WORDS.values())[at::20]) for at in range(20)]

    assert unprintable("".join(lines)) == ""
    assert ink_of(page_of(*lines[:8]))[3] > 750


def test_character_without_a_font_is_shown_as_a_question_mark():
    letters = TextRuns()

    assert unprintable(f"a{NEVER_PRINTED}b{NEVER_PRINTED}") == NEVER_PRINTED
    assert visual(f"a{NEVER_PRINTED}b") == "a?b"
    assert letters.run_of(NEVER_PRINTED).width == letters.run_of("?").width


def test_embedded_fonts_hold_only_the_drawn_glyphs():
    with pikepdf.open(io.BytesIO(page_of("abba"))) as pdf:
        fonts = pdf.pages[0].Resources.Font
        widths = [font.DescendantFonts[0].W for font in (fonts.F0, fonts.F1)]

    assert [len(each[1]) for each in widths] == [2, 0]


def test_bold_is_heavier_where_the_font_has_another_weight():
    letters = TextRuns()

    for script in ("Greek", "Arabic", "Devanagari", "Georgian"):
        words = WORDS[script]
        assert letters.run_of(words, bold=True).width > letters.run_of(words).width


# --- Joining and placing -------------------------------------------------------------------------


def glyphs_of(words: str) -> list[int]:
    return [glyph for glyphs in shape(words, bold=False) for glyph, _, _ in glyphs.glyphs]


def test_reordered_vowel_is_drawn_before_its_consonant():
    vowel, consonant = glyphs_of("कि")

    assert [consonant] == glyphs_of("क")
    assert vowel != consonant


@pytest.mark.parametrize(("mark", "base"), [("\u0e49", "น"), ("\u0ec9", "ມ"), ("\u0301", "ẹ")])
def test_combining_mark_stands_over_its_letter_without_width(mark, base):
    letters = TextRuns()

    assert letters.run_of(f"{base}{mark}").width == letters.run_of(base).width
    bare, marked = ink_of(page_of(base)), ink_of(page_of(f"{base}{mark}"))
    assert marked[1] < bare[1] - SIZE / 10
    assert marked[3] == bare[3]
    assert abs(marked[2] - bare[2]) < SIZE / 5
    assert text_of(page_of(f"{base}{mark}")) == f"{base}{mark}"


def test_arabic_letters_change_form_where_they_join():
    first, middle, last = glyphs_of("ممم")[::-1]

    assert len({first, middle, last, *glyphs_of("م")}) == 4
    assert set(glyphs_of("لا")).isdisjoint(glyphs_of("ل") + glyphs_of("ا"))


def test_joiner_separates_letters_and_is_invisible():
    letters = TextRuns()

    assert set(glyphs_of("می\u200cخ")) >= set(glyphs_of("می")) | set(glyphs_of("خ"))
    assert letters.run_of("می\u200cخ").width == pytest.approx(
        letters.run_of("می").width + letters.run_of("خ").width
    )


def test_tibetan_stacked_letters_are_drawn_one_above_the_other():
    letters = TextRuns()

    assert letters.run_of("རྒྱ").width < 1.2 * letters.run_of("ར").width
    top, stacked = ink_of(page_of("ར")), ink_of(page_of("རྒྱ"))
    assert stacked[3] - stacked[1] > 1.5 * (top[3] - top[1])


# --- Order ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "drawn"),
    [
        ("FIA0012 – דוד, London", "FIA0012 – דוד, London"),
        ("דוד (12)", "(12) דוד"),
        ("דוד (12) x", "(12) דוד x"),
        ("א 1948 ב", "ב 1948 א"),
        ("A (ב) ג", "A (ב) ג"),
        ("دمشق 12", "12 دمشق"),
        ("levels: [ Level( 5 ) א", "levels: [ Level( 5 ) א"),
    ],
)
def test_right_to_left_words_are_in_visual_order(written, drawn):
    # Each word from right to left is turned round in what the glyphs say.
    words = [word[::-1] if word.strip("()").isalpha() and _back(word) else word
             for word in drawn.split(" ")]  # fmt: skip

    assert visual(written).translate(_SAME) == " ".join(words).translate(_SAME)


# Brackets between words from right to left are drawn mirrored: what they say is what was written.
_SAME = str.maketrans("()", "||")


def _back(word: str) -> bool:
    return any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in word)


def test_first_letter_of_a_right_to_left_word_is_rightmost():
    places = places_of(page_of("דמשק"))

    assert [places[letter] for letter in "דמשק"] == sorted(places.values(), reverse=True)


def test_brackets_beside_right_to_left_words_are_mirrored():
    places = places_of(page_of("ב (12)"))

    # On the left of the word: the bracket that opens, the number, the one that closes.
    left, right = sorted(places[letter] for letter in "()")
    assert left < places["1"] < places["2"] < right < places["ב"]


# --- Anything at all -----------------------------------------------------------------------------


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=40))
def test_any_text_can_be_drawn_and_extracted_again(words):
    run = TextRuns().run_of(words)

    assert run.width >= 0
    written = sorted(letter for letter in visual(words) if letter not in INVISIBLE)
    lost = [letter for letter in plain(words) if letter not in INVISIBLE]
    shown = sorted("?" if unprintable(letter) else letter for letter in lost)
    # Marks that no font has are left away.
    assert not set(written) - set(shown)


@given(st.text(alphabet="aéक्षि\u200dသ\u1039ก\u0e49", min_size=1), st.integers(-3, 20))
def test_overlong_words_are_broken_without_loss(words, most):
    cut = cut_of(words, most)

    assert 1 <= cut <= len(words)
    assert unicodedata.category(words[cut]) not in {"Mn", "Mc"} if cut < len(words) else True


def test_prefix_that_would_join_the_number_is_recognised():
    assert all(map(stays_before_a_number, ("", "A-", "é文 ", "ส น้ำ", "བོད་", "🙂")))
    assert not any(map(stays_before_a_number, ("א", "a\u0301", "\n", "a\u200b", NEVER_PRINTED)))
