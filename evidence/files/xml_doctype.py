"""Which document type declarations in the XML of strangers are harmless.

Attacks by entities need a declaration with definitions in it. The formulas of OpenOffice and
LibreOffice have a declaration that only names a file, which nobody fetches.
"""

import re
from typing import Final

LONGEST: Final = 1024
"""Bytes at the beginning of a part that are looked at."""
_LITERAL: Final = rb"\s{1,9}(?:\"[^\"<>\[\]]{0,200}\"|'[^'<>\[\]]{0,200}')"
_FORMULA: Final = re.compile(
    rb"\A(?:\xef\xbb\xbf)?(?:<\?xml[^<>]{0,200}\?>)?\s{0,99}<!DOCTYPE\s{1,9}(?:[\w.-]{1,40}:)?math"
    rb"(?:\s{1,9}(?:PUBLIC" + _LITERAL + rb"|SYSTEM)" + _LITERAL + rb")?\s{0,9}>"
)


def is_harmless(start: bytes) -> bool:
    """Whether the first bytes of a part declare a formula (MathML) and define nothing."""
    return _FORMULA.match(start[:LONGEST]) is not None
