"""Finds email addresses and telephone numbers in a text, and which are the witness's own."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from phonenumbers import Leniency, PhoneNumberMatcher

from evidence.name_search.ordinary_words import SHARED_ACCOUNTS

LONGEST_LOCAL: Final = 64
"""Letters before the @ of an address: RFC 5321, 4.5.3.1.1."""
SHORTEST_ACCOUNT: Final = 5
"""A shorter beginning of an address is too often a word."""
SHORTEST_NUMBER: Final = 7
HOME: Final = "GB"
"""Numbers without the code of a country are taken for numbers of the United Kingdom."""
_LOCAL: Final = re.compile(r"[\w.+-]")
_DOMAIN: Final = re.compile(r"[\w-]{1,63}(?:\.[\w-]{1,63}){1,9}")
# Long enough for every way of writing a number, short enough for one match.
_CANDIDATE: Final = re.compile(r"(?<![\w/])[+(]{0,2}\d(?:[ \u00a0()./\-‐‑–]{0,2}\d){6,16}(?!\w)")


@dataclass(frozen=True, slots=True)
class ContactMatch:
    """An address or number in a text, and whether it is the witness's own."""

    start: int
    end: int
    is_own: bool


class ContactSearch:
    """Searches for addresses and numbers; `own` are those of the witnesses."""

    def __init__(self, own: Iterable[str]) -> None:
        entries = [entry.strip() for entry in own if entry.strip()]
        self._addresses = {entry.casefold() for entry in entries if "@" in entry}
        self._numbers = {
            digits for entry in entries if "@" not in entry and (digits := _national(entry))
        }
        accounts = {address.partition("@")[0] for address in self._addresses}
        known = sorted(
            account for account in accounts - SHARED_ACCOUNTS if len(account) >= SHORTEST_ACCOUNT
        )
        alternatives = "|".join(map(re.escape, known))
        self._accounts = (
            re.compile(rf"(?<![\w.+-])(?:{alternatives})(?![\w.+-]*\w)", re.IGNORECASE)
            if known
            else None
        )

    def matches(self, text: str) -> Iterator[ContactMatch]:
        """Addresses, own account names without a domain, and numbers, in this order."""
        for start, end in addresses_in(text):
            yield ContactMatch(start, end, text[start:end].casefold() in self._addresses)
        if self._accounts is not None:
            for match in self._accounts.finditer(text):
                if not text.startswith("@", match.end()):
                    yield ContactMatch(match.start(), match.end(), is_own=True)
        for match in _CANDIDATE.finditer(text):
            is_own = _national(match.group()) in self._numbers
            if is_own or _is_number(match.group()):
                yield ContactMatch(match.start(), match.end(), is_own)


def addresses_in(text: str) -> Iterator[tuple[int, int]]:
    """Email addresses: from each @ as far to both sides as an address can be long."""
    at = text.find("@")
    while at >= 0:
        start = at
        while start > max(0, at - LONGEST_LOCAL) and _LOCAL.match(text, start - 1):
            start -= 1
        while start < at and text[start] == ".":
            start += 1
        domain = _DOMAIN.match(text, at + 1)
        if start < at and domain:
            yield start, domain.end()
        at = text.find("@", domain.end() if domain else at + 1)


def _is_number(written: str) -> bool:
    matcher = PhoneNumberMatcher(written, HOME, leniency=Leniency.VALID, max_tries=3)
    return next(iter(matcher), None) is not None


def _national(written: str) -> str:
    """The last digits of a number, which are the same with and without the country code."""
    digits = re.sub(r"\D", "", re.sub(r"\(0\)", "", written))
    digits = digits.removeprefix("00").lstrip("0")
    return digits[-9:] if len(digits) >= SHORTEST_NUMBER else ""
