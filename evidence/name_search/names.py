"""The forms in which a name can appear in a text: whole or in part, in either order, in several
scripts."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import permutations
from typing import Final

from evidence.name_search import spelling, tibetan
from evidence.name_search.ordinary_words import (
    ALSO_NAMES,
    CHINESE_FAMILY_NAMES,
    CHINESE_HONORIFICS,
    PARTICLES,
    QUALIFICATIONS,
    TITLES,
    VARIANTS,
)
from evidence.name_search.tokens import Token, tokens_of, with_compounds

LONGEST_NAME: Final = 500
MOST_PARTS: Final = 6
"""More parts are taken for a list of words, of which pairs are looked for."""
SHORTEST_ALONE: Final = 4
"""A shorter part of a name is a name only with another part or a title."""
HYPHENS: Final = ("-", "‐", "‑")
_SPLIT: Final = re.compile(r"[();/\n]")
_LONGEST_CHINESE: Final = 4


@dataclass(frozen=True)
class Part:
    """One part of a name, as it was written."""

    text: str
    tibetan: str = ""
    compound: str = ""
    """The part with a hyphen of which this is a segment."""
    particle: str = ""
    """What stood before it, as in al-Harbi and de Winter; some write it as one word with it."""

    @cached_property
    def folds(self) -> frozenset[str]:
        """The part in Latin letters, also with its particle."""
        folds = spelling.folds(self.text)
        particle = spelling.fold(self.particle)
        return folds | {particle + fold for fold in folds if particle}

    @cached_property
    def variants(self) -> frozenset[str]:
        """Short forms and other spellings: Katya for Ekaterina, Banerji for Banerjee."""
        return frozenset(other for fold in self.folds for other in VARIANTS.get(fold, ()))

    @cached_property
    def consonants(self) -> frozenset[str]:
        """The consonants of the part, with and without its particle, and of its variants."""
        texts = {self.text, f"{self.particle}{self.text}", *self.variants}
        return frozenset().union(*map(spelling.consonants, texts))

    @cached_property
    def segments(self) -> tuple["Part", ...]:
        """The segments of a hyphenated part, which some people write separately or alone."""
        texts = re.split("|".join(HYPHENS), self.text)
        return tuple(Part(text, compound=self.text) for text in texts) if len(texts) > 1 else ()

    @cached_property
    def stem(self) -> str:
        return spelling.stem(self.text)

    @property
    def is_initial(self) -> bool:
        return len(self.text) == 1 and spelling.has_case(self.text)

    @property
    def stands_alone(self) -> bool:
        """Whether the part alone, with a capital letter, probably means the person."""
        return spelling.has_case(self.text) and any(
            len(fold) >= SHORTEST_ALONE and fold not in ALSO_NAMES
            for fold in spelling.folds(self.text)
        )


@dataclass(frozen=True)
class Name:
    """One spelling of a person's name, in parts; of Chinese names the family name comes first."""

    parts: tuple[Part, ...]
    is_han: bool = False
    """Written in Chinese characters: then `parts` are the family name and the given name."""

    @cached_property
    def whole(self) -> frozenset[str]:
        """Every combination of at least two folded parts, in every order."""
        strong = [part for part in self.parts if not part.is_initial]
        if len(strong) > MOST_PARTS:
            strong = strong[:MOST_PARTS]
        joined = set()
        for count in range(2, min(len(strong), 4) + 1):
            for chosen in permutations(strong, count):
                joined |= _joined(chosen)
        return frozenset(joined)

    @cached_property
    def initials(self) -> frozenset[str]:
        """The first letters of all parts, as written and with the last part first."""
        letters = [fold[0] for part in self.parts if (fold := spelling.fold(part.text))]
        if len(letters) < 2:  # noqa: PLR2004
            return frozenset()
        return frozenset({"".join(letters), "".join([letters[-1], *letters[:-1]])})

    @property
    def characters(self) -> str:
        """A Chinese name in simplified characters."""
        return spelling.simplified("".join(part.text for part in self.parts)) if self.is_han else ""


def names_in(written: str) -> Iterator[Name]:
    """The spellings in a name field, such as “Dr Zhang Weiming (张伟明)”, without titles."""
    for field in _SPLIT.split(written[:LONGEST_NAME]):
        tokens = with_compounds(list(tokens_of(field)))
        han = "".join(token.text for token in tokens if token.is_han)
        rest = [token for token in tokens if not token.is_han]
        if han:
            yield from _chinese(field, han)
        if any(spelling.is_tibetan(token.text) for token in rest):
            yield from _tibetan(rest)
        elif parts := _parts(rest, field):
            yield Name(parts)


def parts_of(names: Iterable[str]) -> set[str]:
    """The folded parts of names that may stand alone; see `Part.stands_alone`."""
    return {
        fold
        for written in names
        for name in names_in(written)
        for part in name.parts
        if part.stands_alone
        for fold in part.folds
    }


def _joined(parts: Iterable[Part]) -> set[str]:
    joined = {""}
    for part in parts:
        forms = part.folds | part.variants or {""}
        joined = {before + form for before in joined for form in forms}
    return joined - {""}


def _parts(tokens: list[Token], field: str) -> tuple[Part, ...]:
    kept: list[Part] = []
    particle = ""
    last = len(tokens) - 1
    hyphen_before = False
    for place, token in enumerate(tokens):
        folded = token.folded
        hyphened, hyphen_before = hyphen_before, field[token.end : token.end + 1] in HYPHENS
        attached = token.end < len(field) and field[token.end] in "-‐‑'’" and len(folded) <= 2  # noqa: PLR2004
        if token.text.casefold() in TITLES and place < last and not kept:
            continue
        if folded in QUALIFICATIONS and len(kept) > 1:
            continue
        if folded in PARTICLES and (attached or 0 < place < last):
            particle = folded
            continue
        if hyphened and kept and tokens[place - 1].folded not in PARTICLES:
            kept[-1] = replace(kept[-1], text=f"{kept[-1].text}-{token.text}")
            continue
        if folded == "s" and place and field[token.start - 1] in "'’":
            continue
        kept.append(Part(token.text, tibetan.name_as_romanised(folded), particle=particle))
        particle = ""
    return tuple(kept)


def _chinese(field: str, han: str) -> Iterator[Name]:
    """Family and given name. For names with a dot (阿迪力·库尔班), the parts and the whole."""
    for title in CHINESE_HONORIFICS:
        han = han.removesuffix(title)
    groups = [
        "".join(t.text for t in tokens_of(part) if t.is_han) for part in re.split("[·・‧•]", field)
    ]
    groups = [group for group in groups if group]
    if len(groups) > 1:
        yield Name((Part("".join(groups)),), is_han=True)
        yield Name(tuple(Part(spelling.fold(group)) for group in groups))
        return
    if len(han) > _LONGEST_CHINESE or len(han) < 2:  # noqa: PLR2004
        yield Name((Part(han),), is_han=True)
        return
    family = 2 if spelling.simplified(han[:2]) in CHINESE_FAMILY_NAMES and len(han) > 2 else 1  # noqa: PLR2004
    yield Name((Part(han[:family]), Part(han[family:])), is_han=True)


def _tibetan(tokens: list[Token]) -> Iterator[Name]:
    parts, place = [], 0
    syllables = [token.text for token in tokens]
    while place < len(syllables):
        for length in range(tibetan.LONGEST, 0, -1):
            spelt = syllables[place : place + length]
            if len(spelt) == length and ((name := tibetan.name_of(spelt)) or length == 1):
                parts.append(Part("་".join(spelt), name))
                place += length
                break
    if parts:
        yield Name(tuple(parts))
