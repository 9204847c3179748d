"""Writes the value of a spreadsheet's cell as the spreadsheet shows it."""

import datetime
import math
import re
from typing import Any, Final

from evidence.documents.text_cleaning import clean

# What stands in a number format beside the number: quoted words, escaped letters, colours,
# languages, widths (ECMA-376 part 1, clause 18.8.31).
_NO_DIGITS: Final = re.compile(r"\"[^\"]{0,100}\"|\\.|_.|\*.|\[[^\]]{0,50}\]")
_CURRENCY: Final = re.compile(r"\[\$([^\]\-]{1,5})|([£$€¥])")
_DECIMALS: Final = re.compile(r"\.([0#?]{1,20})")
MOST_DIGITS: Final = 15


def shown(cell: Any) -> str:
    """The words of a cell of openpyxl; empty for an empty cell."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return number(value, str(cell.number_format or ""))
    if isinstance(value, datetime.date | datetime.time):
        return _moment(value)
    return clean(str(value)).strip()


def _moment(value: datetime.date | datetime.time) -> str:
    if isinstance(value, datetime.time):
        return f"{value:%H:%M}"
    day = f"{value.day} {value:%B %Y}"
    if isinstance(value, datetime.datetime) and value.time() != datetime.time():
        return f"{day}, {value:%H:%M}"
    return day


def number(value: float, number_format: str) -> str:
    """A number in its format: decimals, thousands, per cent and currency; else as it is."""
    if not math.isfinite(value):
        return str(value)
    if number_format in {"General", "", "@"}:
        return _general(value)
    positive = number_format.partition(";")[0]
    symbol = _CURRENCY.search(positive)
    plain = _NO_DIGITS.sub("", positive)
    if not re.search(r"[0#?]", plain) or "E" in plain.upper() or "/" in plain:
        return _general(value)
    percent = "%" in plain
    decimals = _DECIMALS.search(plain)
    places = len(decimals[1]) if decimals else 0
    grouped = "," if re.search(r"[0#?],[0#?]", plain) else ""
    words = f"{abs(value) * (100 if percent else 1):{grouped}.{places}f}"
    sign = "-" if value < 0 and words.strip("0.,") else ""
    return f"{sign}{symbol[1] or symbol[2] if symbol else ''}{words}{'%' if percent else ''}"


def _general(value: float) -> str:
    if isinstance(value, int) or value.is_integer():
        return str(int(value))
    return f"{value:.{MOST_DIGITS}g}"
