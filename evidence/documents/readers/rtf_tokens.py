"""The tokens of an RTF.

Source of the rules: Rich Text Format Specification 1.9.1, "RTF Syntax".
"""

import re
from collections.abc import Iterator
from typing import Final

_TOKEN: Final = re.compile(
    r"\\(?P<word>[a-zA-Z]{1,40})(?P<number>-?\d{1,10})? ?"
    r"|\\'(?P<hex>[0-9a-fA-F]{2})"
    r"|\\(?P<sign>[^a-zA-Z])"
    r"|(?P<brace>[{}])"
    r"|(?P<text>[^\\{}\r\n]+)"
    r"|[\r\n]+|\\",
    re.DOTALL,
)


def tokens(text: str) -> "Iterator[tuple[re.Match[str], str]]":
    """The tokens and what is kept of them: the raw bytes after \\bin are kept as hex digits."""
    at = 0
    while (token := _TOKEN.match(text, at)) is not None and token.end() > at:
        at = token.end()
        if token.group("word") == "bin":
            size = max(0, int(token.group("number") or 0))
            yield token, text[at : at + size].encode("latin-1").hex()
            at = min(len(text), at + size)
        else:
            yield token, token.group()


def letter(number: int) -> str:
    """The character of a \\u escape, whose number may be negative."""
    code = number + 0x10000 if number < 0 else number
    return chr(code) if code in range(0x110000) else "?"
