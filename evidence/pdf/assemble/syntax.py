"""How PDF writes numbers, words, lists and tables (ISO 32000-2, 7.3)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final, Literal

_TO_ESCAPE: Final = re.compile(rb"[\\()]")


def text(words: str) -> bytes:
    """A text string of any language (7.9.2.2).

    The escape character is removed, because readers take it, and what follows it, for a language
    code.
    """
    if words.isascii() and words.isprintable():
        return b"(%b)" % _TO_ESCAPE.sub(rb"\\\g<0>", words.encode())
    plain = words.replace("\x1b", "")
    return b"<feff%b>" % plain.encode("utf-16-be", "replace").hex().encode()


def reference(number: int) -> bytes:
    """A reference to an object."""
    return b"%d 0 R" % number


def array(items: Iterable[bytes]) -> bytes:
    """An array of values that are already written out."""
    return b"[ %b ]" % b" ".join(items)


def numbers(*values: float) -> bytes:
    """Numbers as PDF writes them: without exponents, and with no more decimals than an eye can
    see."""
    # Adding 0.0 turns -0.0 into 0.0: the cache must not depend on which came first.
    return b" ".join([_number(value + 0.0) for value in values])


@lru_cache(maxsize=65_536)
def _number(value: float) -> bytes:
    return f"{value:.4f}".rstrip("0").rstrip(".").encode()


def dictionary(entries: Mapping[str, bytes]) -> bytes:
    """A dictionary of values that are already written out, by plain names."""
    return b"<< %b >>" % b" ".join(b"/%b %b" % (k.encode(), v) for k, v in entries.items())


def tree_leaf(kind: Literal["Names", "Nums"], rows: Sequence[tuple[bytes, bytes]]) -> bytes:
    """A leaf of a name tree or number tree (7.9.6, 7.9.7): keys in order with their values, all
    written out."""
    limits = array([rows[0][0], rows[-1][0]])
    return dictionary({"Limits": limits, kind: array(b"%b %b" % row for row in rows)})
