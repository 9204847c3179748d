"""Finds names in a text as whole words, in a time that hardly depends on how many names there are.

All names are one Aho-Corasick automaton, so a text is read once. Of names that begin alike the
longest is taken, and what it covers is not matched again (“University of York” inside “University
of York St John”). Names of institutions must also fit what stands around them, see `context.py`.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from ahocorasick_rs import AhoCorasick, BytesAhoCorasick, MatchKind

from evidence.tagging.context import Surroundings, fits, may_be_by_a_university
from evidence.tagging.folded_text import FoldedText, fold
from evidence.tagging.sought import Kind, Sought
from evidence.unicode_normal_form import normalised

SENTENCE_END = re.compile(r"(?<=[.!?。！？])\s+|(?<=[。！？])|\n+")
LONGEST_SENTENCE = 400
# Chinese, Japanese and Korean, Thai, Lao, Tibetan, Burmese and Khmer stand without spaces, or with
# endings joined to the name.
_UNSPACED_LETTERS: Final = "\u0e00-\u109f\u1780-\u17ff\u2e80-\ufaff\U00020000-\U0003ffff"
_UNSPACED: Final = re.compile(f"[{_UNSPACED_LETTERS}]")
_UNSPACED_RUN: Final = re.compile(f"[{_UNSPACED_LETTERS}][{_UNSPACED_LETTERS}\\W]*")
_ONLY_UNSPACED: Final = re.compile(f"[{_UNSPACED_LETTERS}\\W_]+")
_FEWEST_UNSPACED: Final = 2
# 大学 is a university and 大学生 a student; but 大学生命科学 is life science at a university.
_ANOTHER_WORD: Final = re.compile("(?<=大[学學])生(?![命物态態理化])")
_BEFORE, _AFTER = 12, 12


@dataclass(frozen=True)
class Match:
    key: int
    sentence: str
    kind: Kind = Kind.TERM


class _Hit(NamedTuple):
    """Names that stand at a place of the folded, or of the unspaced, text."""

    start: int
    end: int
    names: tuple[Sought, ...]


def find(text: str, sought: Iterable[Sought]) -> Iterator[Match]:
    """The first match of each key whose name is in the text."""
    return NameIndex(sought).find(text)


class NameIndex:
    """Names to look for in many texts. Making it takes seconds for 100,000 names."""

    def __init__(self, sought: Iterable[Sought]) -> None:
        spaced: dict[bytes, list[Sought]] = defaultdict(list)
        unspaced: dict[str, list[Sought]] = defaultdict(list)
        for name in sought:
            if words := fold(name.text):
                spaced[b" %b " % words].append(name)
            if letters := _unspaced_name(name.text):
                unspaced[letters].append(name)
        self._spaced = [_certain(names) for names in spaced.values()]
        self._unspaced = [_certain(names) for names in unspaced.values()]
        self._words = BytesAhoCorasick(list(spaced), matchkind=MatchKind.Standard)
        self._letters = AhoCorasick(list(unspaced), matchkind=MatchKind.Standard)

    def find(
        self, text: str, *, wanted: Callable[[Sought], bool] = lambda _name: True
    ) -> Iterator[Match]:
        """The first match of each wanted key, in the order of the text."""
        folded = FoldedText(text)
        places = sorted([*self._in_words(folded, wanted), *self._in_letters(folded, wanted)])
        matched = set()
        for position, kind, key in places:
            if (kind, key) not in matched:
                matched.add((kind, key))
                yield Match(key, sentence_around(text, position), Kind(kind))

    def _in_words(
        self, folded: FoldedText, wanted: Callable[[Sought], bool]
    ) -> Iterator[tuple[int, str, int]]:
        spans = self._words.find_matches_as_indexes(folded.words, overlapping=True)
        hits = [_Hit(start, end, self._spaced[number]) for number, start, end in spans]
        matched: set[tuple[Kind, int]] = set()
        for hit in _longest(hits, wanted, lambda name, hit: _fits(name, hit, folded, matched)):
            for name in hit.names:
                if (name.kind, name.key) not in matched:
                    matched.add((name.kind, name.key))
                    yield _position(folded, hit), name.kind, name.key

    def _in_letters(
        self, folded: FoldedText, wanted: Callable[[Sought], bool]
    ) -> Iterator[tuple[int, str, int]]:
        if not self._unspaced or folded.words.isascii():
            return
        for begin, text in folded.beyond_ascii():
            for run in _UNSPACED_RUN.finditer(text):
                for start, name in self._in_run(run.group(), wanted):
                    yield begin + run.start() + start, name.kind, name.key

    def _in_run(self, run: str, wanted: Callable[[Sought], bool]) -> Iterator[tuple[int, Sought]]:
        """Names in letters of scripts without spaces. A line may end inside a name."""
        letters = "".join(run.split())
        spans = self._letters.find_matches_as_indexes(letters, overlapping=True)
        hits = [
            _Hit(start, end, self._unspaced[number])
            for number, start, end in spans
            if not _ANOTHER_WORD.match(letters, end)
        ]
        places = [at for at, letter in enumerate(run) if not letter.isspace()] if hits else []
        for hit in _longest(hits, wanted, lambda _name, _hit: True):
            for name in hit.names:
                yield places[hit.start], name


def _longest(
    hits: list[_Hit], wanted: Callable[[Sought], bool], fitting: Callable[[Sought, _Hit], bool]
) -> Iterator[_Hit]:
    """Of hits that overlap the first, and of those the longest; for each kind of name by itself."""
    covered: dict[Kind, int] = {}
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if len(hit.names) == 1 and covered.get(hit.names[0].kind, -1) > hit.start:
            continue
        names = [
            name
            for name in hit.names
            if covered.get(name.kind, -1) <= hit.start and wanted(name) and fitting(name, hit)
        ]
        for kind in {name.kind for name in names}:
            # The space after a name is the one before the next.
            covered[kind] = hit.end - 1
        if certain := [name for name in names if not _is_shared(name, names)]:
            yield _Hit(hit.start, hit.end, tuple(certain))


def _is_shared(name: Sought, names: Iterable[Sought]) -> bool:
    """Whether another institution has the same name, so that the text does not tell which."""
    if name.kind != Kind.INSTITUTION:
        return False
    return any(other.kind == name.kind and other.key != name.key for other in names)


def _certain(names: list[Sought]) -> tuple[Sought, ...]:
    """Without derived spellings that are a name of another institution."""
    given = [name for name in names if not name.is_derived]
    kinds = {name.kind for name in given}
    return (*given, *(n for n in names if n.is_derived and n.kind not in kinds))


def _fits(name: Sought, hit: _Hit, folded: FoldedText, matched: set[tuple[Kind, int]]) -> bool:
    if (name.kind, name.key) in matched or not (name.exact_case or name.kind == Kind.INSTITUTION):
        return True
    if name.needs_university and not may_be_by_a_university(folded.words, hit.start, hit.end):
        return False
    count = folded.words.count(b" ", hit.start, hit.end) - 1
    words, at = folded.around(folded.place(hit.start + 1), before=_BEFORE, after=count + _AFTER)
    return fits(name, Surroundings(folded.written, words, at, at + count))


def _position(folded: FoldedText, hit: _Hit) -> int:
    words, at = folded.around(folded.place(hit.start + 1), before=0, after=1)
    return words[at].start()


def _unspaced_name(text: str) -> str:
    """The letters of a name of scripts without spaces; of others, and of one letter, nothing."""
    letters = "".join(normalised("NFC", text).split())
    if len(set(letters)) < _FEWEST_UNSPACED or not _ONLY_UNSPACED.fullmatch(letters):
        return ""
    return letters if _UNSPACED.search(letters) else ""


def sentence_around(text: str, position: int) -> str:
    """The sentence around a position; at most 400 characters of a longer one."""
    begin, finish = max(0, position - LONGEST_SENTENCE), position + LONGEST_SENTENCE
    for end in SENTENCE_END.finditer(text, begin, finish):
        if end.start() > position:
            finish = end.start()
            break
        begin = end.end()
    if finish - begin > LONGEST_SENTENCE:
        begin = max(begin, position - LONGEST_SENTENCE // 2)
    return text[begin:finish].strip()[:LONGEST_SENTENCE]
