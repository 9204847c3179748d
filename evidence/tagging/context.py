"""Whether a name of an institution fits the words around it.

Precision comes from here: “reading” is a pastime, “Essex” a county, “Oxford University Press” no
university, and “Technical University of Munich” not the University of Munich.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from evidence.tagging.sought import Kind, Sought, words_of

# What an institution's name becomes part of, when it stands right after or right before.
_NOT_BEFORE: Final = words_of(
    "press hospital hospitals healthcare nhs road street avenue lane square station park arms "
    "st saint trinity airport"
)
_NOT_AFTER: Final = words_of(
    "new north south east west northern southern eastern western central state federal "
    "technical technological medical catholic islamic polytechnic autonomous agricultural"
)
# An acronym that is a word too says nothing in a line of capitals.
_WORDS_TOO: Final = words_of(
    "us it who aid arts care rest act can may one was is are or an as at be by do go he if in "
    "me my no of on so to up we all and any art for the use war"
)
# Words that are in many names; a name of such words alone may be plain prose.
_ORDINARY: Final = words_of(
    "a an and at for in of the to art arts academy business central centre city college "
    "design education engineering for health higher imperial institute international law "
    "medical medicine music national open royal school science sciences social studies "
    "office students technology theatre university"
)
_MANY: Final = frozenset(("universities", "prifysgolion", "colleges"))
_UNIVERSITY: Final = frozenset(("university", "uni", *_MANY))
_JOINING: Final = frozenset(("and", "or", "the", "of", "a", "ac", "&"))
_PEOPLE: Final = words_of(
    "students academics graduates undergraduates postgraduates alumni lecturers professor "
    "lecturer researchers colleagues studied taught studying teaching phd"
)
_PLACES: Final = words_of(
    "county council city town road street station railway festival abbey police court crown "
    "prison borough constabulary water airport gaol"
)
_NEAR: Final = 200
_HINTS: Final = (b" universit", b" prifysgolion ", b" colleges ", b" uni ", b" vice ")


@dataclass(frozen=True)
class Surroundings:
    """A name in a text: its words are those from `start` to `end`."""

    text: str
    words: Sequence[re.Match[str]]
    start: int
    end: int

    def written(self, at: int) -> str:
        return self.words[at].group() if 0 <= at < len(self.words) else ""

    def folded(self, at: int) -> str:
        return self.written(at).casefold()

    def are_beside(self, at: int) -> bool:
        """Whether only a space is between a word and the next."""
        if not 0 <= at < len(self.words) - 1:
            return False
        gap = self.text[self.words[at].end() : self.words[at + 1].start()]
        return gap.isspace() and "\n\n" not in gap

    @property
    def name(self) -> list[str]:
        return [self.written(at) for at in range(self.start, self.end)]


def fits(name: Sought, around: Surroundings) -> bool:
    if name.exact_case and not _is_exact(name, around):
        return False
    if name.kind != Kind.INSTITUTION:
        return True
    if _is_part_of_another(around) or (not name.exact_case and _is_prose(around)):
        return False
    return not name.needs_university or _is_by_a_university(around)


def _is_exact(name: Sought, around: Surroundings) -> bool:
    words = around.name
    written = around.text[around.words[around.start].start() : around.words[around.end - 1].end()]
    if re.findall(r"[^\W_]+", written) != re.findall(r"[^\W_]+", name.text):
        return False
    if len(words) > 1 or words[0].casefold() not in _WORDS_TOO:
        return True
    beside = [around.written(at) for at in (around.start - 1, around.end)]
    return not any(len(word) > 1 and word.isupper() for word in beside)


def _is_part_of_another(around: Surroundings) -> bool:
    after, before = around.written(around.end), around.written(around.start - 1)
    if (
        after[:1].isupper()
        and after.casefold() in _NOT_BEFORE
        and around.are_beside(around.end - 1)
    ):
        return True
    return (
        before[:1].isupper()
        and before.casefold() in _NOT_AFTER
        and around.are_beside(around.start - 1)
    )


def _is_prose(around: Surroundings) -> bool:
    """Whether the words are in small letters and could be no name: “an open university”."""
    words = around.name
    if any(word != word.lower() for word in words):
        return False
    if all(word == word.upper() for word in words):
        return False
    return len(words) == 1 or all(word in _ORDINARY for word in words)


def may_be_by_a_university(words: bytes, start: int, end: int) -> bool:
    """Whether a place between these positions of folded words is worth looking at more closely."""
    if words[max(0, start - 3) : start + 1] == b" at ":
        return True
    beside = words[max(0, start - _NEAR) : end + _NEAR]
    return any(hint in beside for hint in _HINTS)


def _is_by_a_university(around: Surroundings) -> bool:
    """Whether a place or a word stands for its university: “the universities of Bath and York”."""
    if not all(word[:1].isupper() for word in around.name if word.casefold() not in _JOINING):
        return False
    if around.folded(around.end) in _PLACES and around.are_beside(around.end - 1):
        return False
    return _follows_universities(around) or _precedes_university(around)


def _follows_universities(around: Surroundings) -> bool:
    at = around.start - 1
    while at >= 0 and (around.written(at)[:1].isupper() or around.folded(at) in _JOINING):
        if around.folded(at) in _MANY:
            return True
        at -= 1
    before = around.folded(at)
    if before in _MANY:
        return at + 1 < around.start and around.folded(at + 1) in {"of", "the"}
    if around.folded(around.start - 1) != "at":
        return False
    beside = {around.folded(around.start - 2), around.folded(around.start - 3)}
    return bool(beside & (_PEOPLE | _UNIVERSITY))


def _precedes_university(around: Surroundings) -> bool:
    at = around.end
    if around.folded(at) == "s" and around.folded(at + 1) == "vice":
        return True
    # “Bath University” is a name itself, and “Bath University Press” is none.
    if around.folded(at) in {"uni", "vice"}:
        return around.are_beside(at - 1)
    while around.written(at)[:1].isupper() or around.folded(at) == "and":
        at += 1
    return around.folded(at) in _MANY and around.folded(around.end) != "s"
