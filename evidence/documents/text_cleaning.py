"""Cleans text, and splits it into words for comparing and counting."""

import re
import unicodedata

from evidence.text_input import STEERING
from evidence.unicode_normal_form import normalised

_LINE_END = re.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")
_LETTERS = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"\w+")
_COUNTED = re.compile(r"\w+(?:[-'’.,:/@]\w+)*")

# Word writes bullets and ticks as letters of its Symbol and Wingdings fonts, at U+F000 upwards.
_SYMBOL_FONT = {
    0xF0A7: "▪",
    0xF0A8: "◻",
    0xF0B7: "•",
    0xF0D8: "➢",
    0xF0E0: "→",
    0xF0E8: "➔",
    0xF0FC: "✓",
    0xF0FB: "✗",
    0xF0FE: "☑",
    0xF06F: "◦",
    0xF02D: "-",
    0xF076: "❖",
    0xF04A: "☺",
    0xF028: "☎",
    0xF029: "✉",
    0xF02A: "✉",
}
# The low half of the Symbol font has digits and punctuation where ASCII has them.
_SYMBOL_ASCII = range(0xF020, 0xF040)
_PRIVATE = ((0xE000, 0xF8FF), (0xF0000, 0xFFFFD), (0x100000, 0x10FFFD))
_DROPPED_CATEGORIES = {"Cc", "Cs", "Cn"}


def clean(text: str) -> str:
    """Text without control characters, in NFC, with Word's private-use characters replaced.

    Line ends become "\\n", tabs a space. Unknown private-use characters become "□", so that a
    reader sees that a character is missing.
    """
    text = _LINE_END.sub("\n", text)
    if text.isascii() and text.isprintable():
        return text
    return normalised("NFC", "".join(map(_printable, text)))


def is_page_number(text: str) -> bool:
    """Whether a header or footer holds only a page number."""
    words = [word.casefold() for word in _LETTERS.findall(text)]
    return "".join(words) in {"", "page", "of", "pageof"}


def words_of(text: str) -> list[str]:
    """The words for comparing two readings of a text: letters and digits only."""
    return _WORD.findall(normalised("NFKC", clean(text)))


def count_words(text: str) -> int:
    """Words as a person counts them: "state-linked" and "don't" are one each."""
    return len(_COUNTED.findall(text))


def _printable(letter: str) -> str:
    if letter in "\n ":
        return letter
    if letter == "\t":
        return " "
    code = ord(letter)
    if any(low <= code <= high for low, high in _PRIVATE):
        return _private(code)
    if code in STEERING or unicodedata.category(letter) in _DROPPED_CATEGORIES:
        return ""
    return letter


def _private(code: int) -> str:
    if known := _SYMBOL_FONT.get(code):
        return known
    if code in _SYMBOL_ASCII:
        return chr(code - 0xF000)
    return "□"
