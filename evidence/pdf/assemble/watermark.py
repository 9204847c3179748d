"""The marks of a numbered copy: visible words, and a code hidden in the drawing.

The rule under the running head is drawn through points. The last decimals of their coordinates,
thousandths of a point, encode a number: eight digits in base 64, of which the last is a check
digit. They are invisible, and remain if the file is saved again, split, or pages are taken out.
"""

import math
import re
from collections.abc import Sequence
from typing import Final

from evidence.pdf.assemble.spec import CopyMark
from evidence.pdf.assemble.syntax import numbers
from evidence.pdf.fonts.text_runs import TextRuns

BASE: Final = 64
DIGITS: Final = 8
MOST: Final = BASE ** (DIGITS - 1)
"""Codes are below this number."""
GREY: Final = b"0.9 g"
_RULE: Final = re.compile(
    rb"(?<![\d.-])(-?[\d.]++) (-?[\d.]++) m ((?:-?[\d.]++ -?[\d.]++ l ){%d}-?[\d.]++ -?[\d.]++ l) S"
    % (DIGITS)
)
_POINT: Final = re.compile(rb"(-?[\d.]++) (-?[\d.]++) l")


def rule(left: float, right: float, y: float, mark: CopyMark | None) -> bytes:
    """The rule below a running head. It carries the code of the copy, if there is one."""
    if mark is None:
        return b"%b m %b l S" % (numbers(left, y), numbers(right, y))
    job = (right - left) / (DIGITS + 1)
    points = []
    for place, digit in enumerate(_digits(mark.code), start=1):
        # Points are on whole tenths; the thousandths encode the digit.
        whole = math.floor((left + place * job) * 10) / 10
        points.append(numbers(whole + digit / 1000, y) + b" l")
    points.append(numbers(right, y) + b" l")
    return b"%b m %b S" % (numbers(left, y), b" ".join(points))


def read_code(content: bytes) -> int | None:
    """The code hidden in the drawing of a page, or None."""
    for match in _RULE.finditer(content):
        points = _POINT.findall(match[3])
        ys = {match[2], *(y for _, y in points)}
        if len(ys) != 1:
            continue
        digits = [round(float(x) * 1000) % 100 for x, _ in points[:DIGITS]]
        code = _code(digits)
        if code is not None:
            return code
    return None


def behind(letters: TextRuns, mark: CopyMark, *, width: float, height: float, font: str) -> bytes:
    """The words of a copy as a pale diagonal watermark, in points as the reader sees the page."""
    if not mark.watermark:
        return b""
    run = letters.run_of(mark.words)
    long = math.hypot(width, height)
    size = min(54.0, 0.72 * long / max(run.width, 0.1))
    turn = math.atan2(height, width)
    cos, sin = math.cos(turn), math.sin(turn)
    half = run.width * size / 2
    x = width / 2 - half * cos + size * 0.35 * sin
    y = height / 2 - half * sin - size * 0.35 * cos
    matrix = numbers(cos, sin, -sin, cos, x, y)
    return b"q %b BT %b Tm %b ET Q" % (GREY, matrix, run.show(size, font))


def _digits(code: int) -> list[int]:
    digits = []
    for _ in range(DIGITS - 1):
        code, digit = divmod(code, BASE)
        digits.append(digit)
    return [*digits, _check(digits)]


def _code(digits: Sequence[int]) -> int | None:
    if max(digits) >= BASE or _check(digits[:-1]) != digits[-1]:
        return None
    code = 0
    for digit in reversed(digits[:-1]):
        code = code * BASE + digit
    return code


def _check(digits: Sequence[int]) -> int:
    """The check digit, which distinguishes a mark from any other line of as many points.

    It is never 0, as it would be for a straight line.
    """
    return 1 + sum(digit * (2 * place + 3) for place, digit in enumerate(digits)) % (BASE - 1)
