"""Finds the names of known people in a text, in any spelling.

A name is found whole, in either order, in another script or romanisation, with initials, or by one
part that is rare enough or has a title beside it. The words beside a part show whether another
person is meant: “Zhang Hong” is not Zhang Weiming. The time is proportional to the length of the
text.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from rapidfuzz import fuzz

from evidence.name_search import spelling, tibetan
from evidence.name_search.names import SHORTEST_ALONE, Name, Part, names_in
from evidence.name_search.neighbours import (
    Beside,
    Owner,
    has_initial,
    has_title,
    is_another_person,
    is_given_name,
)
from evidence.name_search.ordinary_words import (
    ABBREVIATIONS,
    CHINESE_HONORIFICS,
    CHINESE_WORDS,
    PARTICLES,
    is_word,
)
from evidence.name_search.tokens import (
    MOST_WORDS,
    Token,
    begins_sentence,
    run_of_words,
    tokens_of,
    with_compounds,
)

SHORTEST_IN_SMALL_LETTERS: Final = 10
VERY_ALIKE: Final = 70.0
"""The same for one part alone with a title."""
MOST_RULED: Final = 20_000
"""Words of which it is remembered whether a name may begin with them."""
FEWEST_CONSONANTS: Final = 3
"""Fewer are too little to know a name in another script by."""
ALIKE: Final = 45.0
"""How alike (0 to 100) two romanisations with the same consonants have to be."""
_DOTTED: Final = re.compile(r"(?<![\w.])(?:[A-Z]\.[ \u00a0]?){2,5}")
_GROUPED: Final = re.compile(r"([\u3400-\u9fff]{2,6})[·・‧•]([\u3400-\u9fff]{2,6})")

Span = tuple[int, int]


class NameSearch:
    """Searches for these names; `written` is the content of name fields, including titles."""

    def __init__(self, written: Iterable[str], *, any_case: bool = False) -> None:
        self._names = [name for field in written for name in names_in(field)]
        self._any_case = any_case
        self._whole: set[str] = set()
        self._characters: set[str] = set()
        self._given: set[str] = set()
        self._family: set[str] = set()
        self._parts: dict[str, list[tuple[int, Part]]] = defaultdict(list)
        self._by_consonants: dict[str, list[tuple[int, Part]]] = defaultdict(list)
        self._segments: dict[str, list[tuple[int, Part]]] = defaultdict(list)
        self._ruled: dict[str, bool] = {}
        self._by_stem: dict[str, tuple[int, Part]] = {}
        self._tibetan: dict[str, list[tuple[int, Part]]] = defaultdict(list)
        self._initials: set[str] = set()
        for number, name in enumerate(self._names):
            self._learn(number, name)
        han = set().union(*(name.whole for name in self._names if name.is_han))
        # “Wei-Ming” for Weiming.
        self._hyphenated = {
            fold
            for fold, rows in self._parts.items()
            if len(fold) > SHORTEST_ALONE and any(part.stands_alone for _number, part in rows)
        }
        self._beginnings = _beginnings(self._whole | self._hyphenated | self._parts.keys())
        self._pinyin = {joined for joined in self._whole if joined not in han}
        self._han_beginnings = _beginnings(self._characters | self._given | self._family)

    def __bool__(self) -> bool:
        return bool(self._names)

    def _learn(self, number: int, name: Name) -> None:
        self._whole |= name.whole
        if name.is_han:
            self._learn_chinese(name)
        elif all(part.text[:1].isupper() for part in name.parts):
            self._initials |= name.initials
        for part in name.parts:
            if not part.is_initial:
                self._learn_part(number, part)
            for segment in part.segments:
                self._learn_segment(number, segment)

    def _learn_part(self, number: int, part: Part) -> None:
        if part.tibetan:
            self._tibetan[part.tibetan].append((number, part))
        for fold in part.folds:
            self._parts[fold].append((number, part))
        for key in part.consonants:
            self._by_consonants[key].append((number, part))
        if not spelling.is_latin(part.text) and spelling.has_case(part.text):
            self._by_stem[part.stem] = (number, part)

    def _learn_segment(self, number: int, part: Part) -> None:
        """A segment matches only beside another part or a title."""
        for fold in part.folds:
            self._segments[fold].append((number, part))
        for key in part.consonants:
            self._by_consonants[key].append((number, part))

    def _learn_chinese(self, name: Name) -> None:
        self._characters.add(name.characters)
        if len(name.parts) > 1:
            family, given = (spelling.simplified(part.text) for part in name.parts)
            self._family.add(family)
            if len(given) > 1 and given not in CHINESE_WORDS:
                self._given.add(given)

    def spans(self, text: str, tokens: Sequence[Token] | None = None) -> Iterator[Span]:
        """The start and end of each name in the text, in order and without overlaps.

        `tokens` are the words of the text, if they are known already.
        """
        end = -1
        words = list(tokens_of(text)) if tokens is None else tokens
        for start, stop in sorted(self._all(text, words), key=lambda span: (span[0], -span[1])):
            if start >= end:
                yield start, stop
                end = stop

    def _all(self, text: str, words: Sequence[Token]) -> Iterator[Span]:
        if not self._names:
            return
        tokens = with_compounds(words)
        for place, token in enumerate(tokens):
            if not self._may_begin(token):
                continue
            last = self._whole_at(text, tokens, place)
            if last is None:
                last = self._pair_at(text, tokens, place)
            if last is None and self._alone(text, tokens, place):
                last = place
            if last is not None:
                yield token.start, tokens[last].end
        yield from self._initials_in(text)
        yield from self._grouped(text)

    def _may_begin(self, token: Token) -> bool:
        """Whether a name may begin with this word. This excludes most words quickly."""
        known = self._ruled.get(token.text)
        if known is None:
            if len(self._ruled) >= MOST_RULED:
                self._ruled.clear()
            known = self._ruled[token.text] = bool(token.folded) and (
                token.is_han
                or spelling.is_tibetan(token.text)
                or tibetan.name_as_romanised(token.folded) in self._tibetan
                or any(
                    fold in self._beginnings or fold in self._segments
                    for fold in spelling.folds(token.text)
                )
                or any(key in self._by_consonants for key in spelling.consonants(token.text))
                or spelling.stem(token.text) in self._by_stem
            )
        return known

    # Whole names.

    def _whole_at(self, text: str, tokens: Sequence[Token], place: int) -> int | None:
        """The last word of the longest name that begins at this word."""
        if tokens[place].is_han:
            return self._chinese_at(text, tokens, place)
        best, letters, words = None, {""}, list[Token]()
        for last, token in run_of_words(text, tokens, place):
            if token.is_han or len(words) >= MOST_WORDS:
                break
            if words and (token.folded in PARTICLES or (token.is_initial and len(token.text) == 1)):
                continue
            words.append(token)
            letters = {before + fold for before in letters for fold in spelling.folds(token.text)}
            if not letters & self._beginnings:
                break
            known = letters & self._whole or (
                len(words) > 1
                and letters & self._hyphenated
                and not self._is_part_of_another(text, tokens, (place, last), letters)
            )
            if known and self._is_written_as_name(text, words):
                best = last
        return best

    def _is_part_of_another(
        self, text: str, tokens: Sequence[Token], span: tuple[int, int], letters: set[str]
    ) -> bool:
        rows = [row for fold in letters for row in self._parts.get(fold, ())]
        owners = [Owner(number, part, is_strong=True) for number, part in rows]
        return is_another_person(text, tokens, span, self._beside(owners))

    def _is_written_as_name(self, text: str, words: Sequence[Token]) -> bool:
        capitals = [word.is_capital for word in words]
        letters = "".join(word.folded for word in words)
        if self._any_case or all(capitals):
            return True
        if any(is_word(word.folded) for word in words):
            # “Will young people come?” against “mark Summers”.
            return any(word.is_capital and not begins_sentence(text, word.start) for word in words)
        return any(capitals) or len(letters) >= SHORTEST_IN_SMALL_LETTERS

    def _chinese_at(self, text: str, tokens: Sequence[Token], place: int) -> int | None:
        best, characters, letters = None, "", ""
        for last, token in run_of_words(text, tokens, place):
            if not token.is_han or len(characters) >= MOST_WORDS:
                break
            characters += spelling.simplified(token.text)
            letters += token.folded
            if characters not in self._han_beginnings and letters not in self._beginnings:
                break
            known = characters in self._characters or (
                characters in self._given and is_given_name(text, token, len(characters))
            )
            if known or (len(characters) > 1 and letters in self._pinyin):
                best = last
            if (characters in self._family or letters in self._parts) and text.startswith(
                CHINESE_HONORIFICS, token.end
            ):
                best = last
        return best

    def _grouped(self, text: str) -> Iterator[Span]:
        """Names of others in Chinese characters, with a dot: 阿迪力·库尔班 for Adil Qurban."""
        for match in _GROUPED.finditer(text):
            first, second = (
                {key for form in [spelling.fold(group)] for key in spelling.consonants(form)}
                for group in match.groups()
            )
            if self._are_two_parts(first, second, alike=None):
                yield match.span()

    # Two parts with the consonants of a name.

    def _pair_at(self, text: str, tokens: Sequence[Token], place: int) -> int | None:
        """The last word of two parts of a name that begin here."""
        first = tokens[place]
        if not first.is_capital or first.is_han:
            return None
        if known := self._tibetan_at(tokens, place):
            end = place + known[1] - 1
            following = self._next_part(text, tokens, end)
            second = following is not None and self._tibetan_at(tokens, following)
            if following is not None and second and second[0] != known[0]:
                return following + second[1] - 1
        keys = spelling.consonants(first.text)
        if not any(key in self._by_consonants for key in keys):
            return None
        following = self._next_part(text, tokens, place)
        if following is None:
            return None
        other = tokens[following].text
        both = self._are_two_parts(keys, spelling.consonants(other), (first.text, other))
        return following if both else None

    @staticmethod
    def _next_part(text: str, tokens: Sequence[Token], place: int) -> int | None:
        """The next capitalised word, if only particles and initials come between."""
        for last, token in run_of_words(text, tokens, place):
            if last > place and not (token.folded in PARTICLES or token.is_initial):
                return last if token.is_capital else None
        return None

    def _are_two_parts(
        self, first: Iterable[str], second: Iterable[str], alike: tuple[str, str] | None
    ) -> bool:
        ones = [row for key in first for row in self._by_consonants.get(key, ())]
        others = [row for key in second for row in self._by_consonants.get(key, ())]
        return any(
            number == other_number
            and part is not other
            and (not part.compound or part.compound != other.compound)
            and (alike is None or (_alike(part, alike[0]) and _alike(other, alike[1])))
            for number, part in ones
            for other_number, other in others
        )

    def _tibetan_at(self, tokens: Sequence[Token], place: int) -> tuple[str, int] | None:
        """The Tibetan name of the witness at this word, and the number of its words."""
        token = tokens[place]
        if not spelling.is_tibetan(token.text):
            name = tibetan.name_as_romanised(token.folded)
            return (name, 1) if name in self._tibetan else None
        for length in range(tibetan.LONGEST, 0, -1):
            syllables = [word.text for word in tokens[place : place + length]]
            if len(syllables) == length and tibetan.name_of(syllables) in self._tibetan:
                return tibetan.name_of(syllables), length
        return None

    # One part alone.

    def _alone(self, text: str, tokens: Sequence[Token], place: int) -> bool:
        token = tokens[place]
        if token.is_han or not (token.is_capital or self._any_case):
            return False
        owners = self._owners(token)
        if not owners:
            return False
        own = self._beside(owners)
        if is_another_person(text, tokens, (place, place), own):
            return False
        if any(owner.is_strong for owner in owners):
            return True
        return has_title(text, tokens, place) or has_initial(tokens, place)

    def _owners(self, token: Token) -> list[Owner]:
        """The parts of names that this word may be."""
        owners = [
            Owner(number, part, part.stands_alone)
            for fold in spelling.folds(token.text)
            if len(fold) > 1
            for number, part in self._parts.get(fold, ())
        ]
        owners += [
            Owner(number, part, is_strong=False)
            for fold in spelling.folds(token.text)
            for number, part in self._segments.get(fold, ())
        ]
        if name := tibetan.name_as_romanised(token.folded):
            rows = self._tibetan.get(name, ())
            owners += [Owner(number, part, is_strong=True) for number, part in rows]
        if row := self._by_stem.get(spelling.stem(token.text)):
            owners.append(Owner(*row, is_strong=True))
        for key in spelling.consonants(token.text):
            owners += [
                Owner(number, part, is_strong=differ and len(key) >= FEWEST_CONSONANTS)
                for number, part in self._by_consonants.get(key, ())
                if ((differ := _scripts_differ(part.text, token.text)) and len(key) > 1)
                or (len(key) >= FEWEST_CONSONANTS and _alike(part, token.text, VERY_ALIKE))
            ]
        if not spelling.has_case(token.text):
            # In a script without capitals any word can look like a name.
            owners = [
                Owner(owner.number, owner.part, is_strong=_is_long(owner.part, token.text))
                for owner in owners
            ]
        return owners

    def _beside(self, owners: Sequence[Owner]) -> Beside:
        """The words that may be beside one of these parts without meaning another person."""
        parts = [
            part
            for owner in owners
            for whole in self._names[owner.number].parts
            if whole is not owner.part
            for part in (whole, *whole.segments)
        ]
        return Beside(
            frozenset(fold for part in parts for fold in part.folds),
            frozenset(fold[0] for part in parts for fold in part.folds),
            frozenset(letter for part in parts for letter in spelling.initials(part.text)),
            frozenset(key for part in parts for key in part.consonants),
            all(spelling.is_latin(part.text) for part in parts),
        )

    def _initials_in(self, text: str) -> Iterator[Span]:
        for match in _DOTTED.finditer(text) if self._initials else ():
            letters = re.sub(r"[^A-Z]", "", match.group())
            if letters.casefold() in self._initials and letters not in ABBREVIATIONS:
                yield match.start(), match.end()


def _beginnings(words: Iterable[str]) -> frozenset[str]:
    """All prefixes of these words, to exclude other words quickly."""
    return frozenset(word[:end] for word in words for end in range(1, len(word) + 1))


def _alike(part: Part, written: str, least: float = ALIKE) -> bool:
    """Whether a romanisation is similar enough. In another script equal consonants are enough."""
    if _scripts_differ(part.text, written):
        return True
    return fuzz.ratio(spelling.fold(part.text), spelling.fold(written)) >= least


def _is_long(part: Part, written: str) -> bool:
    """Whether a part in another script has enough consonants to match alone."""
    return _scripts_differ(part.text, written) and any(
        len(key) > FEWEST_CONSONANTS for key in spelling.consonants(written) & part.consonants
    )


def _scripts_differ(first: str, second: str) -> bool:
    return spelling.is_latin(first) != spelling.is_latin(second)
