"""Finds characters that none of our fonts has, and replaces them in a PDF."""

import re
import unicodedata

_NAMED = re.compile(r'the text `?"(?P<text>(?:[^"\\]|\\.)*)"`? could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-fA-F]{1,6})\}")
UNKNOWN = "□"


def unsettable(reason: str) -> set[str]:
    """The characters that typst's error message says no font has."""
    match = _NAMED.search(reason)
    if not match:
        return set()
    text = _ESCAPED.sub(lambda hit: chr(int(hit.group(1), 16)), match.group("text"))
    return set(text) - {" ", UNKNOWN}


def substituted(letter: str) -> str:
    """A similar character that a font has, else "□"."""
    simple = unicodedata.normalize("NFKD", letter)
    if simple != letter and simple.isascii():
        return simple
    return "" if unicodedata.category(letter) in {"Mn", "Me", "Cf"} else UNKNOWN
