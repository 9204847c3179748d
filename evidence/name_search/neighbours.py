"""Examines the words beside a part of a name: a title, an initial, or the rest of another person's
name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from evidence.name_search import spelling, tibetan
from evidence.name_search.names import Part
from evidence.name_search.ordinary_words import (
    AFTER_CHINESE_GIVEN_NAME,
    ALSO_NAMES,
    HONORIFICS,
    PARTICLES,
    RUSSIAN_GIVEN_NAMES,
    THINGS,
    TITLES,
    TWO_LETTER_INITIALS,
    is_ordinary,
)
from evidence.name_search.tokens import Token, begins_sentence

FARTHEST_INITIAL: Final = 8
"""Signs between an initial and its name: “M. de Winter”."""
BESIDE: Final = re.compile(r"[ \u00a0\-‐‑–]{1,2}|\. ")


@dataclass(frozen=True, slots=True)
class Owner:
    """A part of a name that a word may match.

    A strong match needs no title or initial beside it.
    """

    number: int
    part: Part
    is_strong: bool


@dataclass(frozen=True, slots=True)
class Beside:
    """The other parts of a name, and their initials."""

    folds: frozenset[str]
    initials: frozenset[str]
    initials_in_other_scripts: frozenset[str]
    consonants: frozenset[str]
    is_latin: bool

    def holds(self, word: Token) -> bool:
        """Whether the word is one of these parts, in any spelling."""
        keys = {key for key in spelling.consonants(word.text) if len(key) > 1}
        return word.folded in self.folds or bool(keys & self.consonants)

    def fits(self, initial: Token) -> bool:
        same_script = self.is_latin == spelling.is_latin(initial.text)
        known = self.initials if same_script else self.initials_in_other_scripts
        return initial.folded[:1] in known


def has_title(text: str, tokens: Sequence[Token], place: int) -> bool:
    """Whether there is a title before this word, or an honorific after it."""
    before = _beside(tokens, place, -1)
    if before is not None and (before.folded in TITLES or before.text in TITLES):
        return True
    after = tokens[place + 1] if place + 1 < len(tokens) else None
    return (
        after is not None
        and (after.folded in HONORIFICS or after.text in HONORIFICS)
        and bool(BESIDE.fullmatch(text[tokens[place].end : after.start]))
    )


def has_initial(tokens: Sequence[Token], place: int) -> bool:
    """Whether there is an initial beside this word.

    Call `is_another_person` first: it checks that the initial fits.
    """
    for step in (-1, 1):
        near = _beside(tokens, place, step)
        if near is not None and near.is_initial and near.text != "I":
            first, last = sorted((near, tokens[place]), key=lambda token: token.start)
            if last.start - first.end <= FARTHEST_INITIAL:
                return True
    return False


def _beside(tokens: Sequence[Token], place: int, step: int) -> Token | None:
    """The next word in this direction, past particles."""
    near = place + step
    while 0 <= near < len(tokens) and _is_particle(tokens[near]):
        near += step
    return tokens[near] if 0 <= near < len(tokens) else None


def is_given_name(text: str, last: Token, length: int) -> bool:
    """Whether Chinese characters are probably a given name without its family name, judged by the
    characters before and after."""
    before = text[last.end - length - 1 : last.end - length]
    after = text[last.end : last.end + 1]
    return not spelling.is_han(before) and (
        not spelling.is_han(after) or after in AFTER_CHINESE_GIVEN_NAME
    )


def is_another_person(
    text: str, tokens: Sequence[Token], span: tuple[int, int], own: Beside
) -> bool:
    """Whether the words beside these, from first to last, show that another person or thing is
    meant."""
    for step, place in zip((-1, 1), span, strict=True):
        near, edge = place + step, tokens[place]
        while 0 <= near < len(tokens) and _is_particle(tokens[near]):
            edge, near = tokens[near], near + step
        if not 0 <= near < len(tokens):
            continue
        neighbour = tokens[near]
        between = text[neighbour.end : edge.start] if step < 0 else text[edge.end : neighbour.start]
        if not BESIDE.fullmatch(between):
            continue
        if step > 0 and neighbour.folded in THINGS:
            return True
        further = near + step
        beyond = tokens[further] if 0 <= further < len(tokens) else None
        # “J. P. Smith” for John Smith: one of two initials is enough.
        if neighbour.is_initial and beyond and beyond.is_initial and own.fits(beyond):
            continue
        if _is_of_another(text, neighbour, own):
            return True
    return False


def _is_particle(token: Token) -> bool:
    return token.folded in PARTICLES and not (token.is_capital and len(token.text) == 1)


def _is_of_another(text: str, neighbour: Token, own: Beside) -> bool:
    folded = neighbour.folded
    if not neighbour.is_capital or not spelling.has_case(neighbour.text) or folded == "i":
        return False
    if neighbour.is_initial and (len(neighbour.text) == 1 or neighbour.text in TWO_LETTER_INITIALS):
        return not own.fits(neighbour)
    if folded in TITLES or folded in HONORIFICS or own.holds(neighbour):
        return False
    first = begins_sentence(text, neighbour.start)
    if not spelling.is_latin(neighbour.text) and first:
        return neighbour.text.casefold() in RUSSIAN_GIVEN_NAMES
    if tibetan.name_as_romanised(folded):
        return True
    return not is_ordinary(folded) or (folded in ALSO_NAMES and not first)
