"""The names an institution is looked for by: those that are given, and spellings made by rule.

ROR has one order of “University of Reading” and “Reading University”, people write both; the same
goes for “St” and “Saint”, “Kings College” without its apostrophe, and the mutations of Welsh.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from evidence.tagging.sought import Kind, Sought, words_of

_ROR_ID: Final = re.compile(r" \(0[a-hj-km-np-tv-z0-9]{6}[0-9]{2}\)$")
_OF: Final = re.compile(
    r"(?:the )?university of (?!the\b)(\w[\w'’-]*(?: \w[\w'’-]*)?)", re.IGNORECASE
)
_BEFORE: Final = re.compile(r"(\w[\w'’-]*(?: \w[\w'’-]*)?) university", re.IGNORECASE)
_INSTITUTION: Final = re.compile(
    r"universi|college|school|institut|academy|prifysgol|coleg|conservatoire|hochschule|polytech",
    re.IGNORECASE,
)
_APOSTROPHE: Final = re.compile(r"['’ʼ](?=s\b)")
_SAINT: Final = re.compile(r"\b(?:st\.?|saint)(?= )", re.IGNORECASE)
# Initial letters change after words such as “i”, “ym” and “a”.
_MUTATIONS: Final = {
    "prifysgol": ("brifysgol", "mhrifysgol", "phrifysgol"),
    "coleg": ("goleg", "ngholeg", "choleg"),
}
# Places and words that are the whole of a name somebody typed.
_NOT_ALONE: Final = words_of(
    "aberdeen bath bedford belfast birmingham bolton bradford brighton bristol buckingham "
    "cambridge cardiff chester coventry cumbria derby dundee durham edinburgh essex exeter "
    "glasgow gloucester hull keele kent lancaster leeds leicester lincoln liverpool london "
    "manchester newcastle northampton norwich nottingham open oxford plymouth portsmouth "
    "queen's reading salford sheffield southampton staffordshire stirling strathclyde "
    "sunderland surrey sussex swansea ulster wales warwick westminster winchester "
    "wolverhampton worcester york"
)


def spellings(key: int, text: str, *, is_acronym: bool = False) -> Iterator[Sought]:
    """The name and what else is looked for because of it."""
    given = _ROR_ID.sub("", text)
    name = Sought(key, given, exact_case=is_acronym, kind=Kind.INSTITUTION)
    if is_acronym:
        yield name
        return
    yield replace(name, needs_university=given.casefold() in _NOT_ALONE)
    if not _INSTITUTION.search(given):
        return
    for spelling in _other_spellings(given):
        yield replace(name, text=spelling, is_derived=True)
    for place in _places(given):
        yield replace(name, text=place, is_derived=True, needs_university=True)


def _other_spellings(name: str) -> Iterator[str]:
    lower = name.casefold()
    if lower.startswith("the "):
        yield name[4:]
    for place in _places(name):
        yield (
            f"{place} University" if lower.endswith(place.casefold()) else f"University of {place}"
        )
    if _APOSTROPHE.search(name):
        yield _APOSTROPHE.sub("", name)
    if _SAINT.search(name):
        yield _SAINT.sub("St", name)
        yield _SAINT.sub("Saint", name)
    for word, mutated in _MUTATIONS.items():
        if lower.startswith(f"{word} "):
            for form in mutated:
                yield form + name[len(word) :]


def _places(name: str) -> Iterator[str]:
    """“Reading” of “University of Reading” and of “Reading University”."""
    for pattern in (_OF, _BEFORE):
        if match := pattern.fullmatch(name):
            yield match.group(1)
