"""Suggests tags from names and terms found in the text.

Names match as whole words: an institution's own name and those of its names that are safe to
match, acronyms letter for letter, all else whatever the case. A pair that was accepted or
rejected before is left as it is, so a rejected suggestion does not come back. What is suggested
from the text does not depend on who sent it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import transaction

from evidence.house.models import PieceText
from evidence.submissions.models import Submission
from evidence.tagging.models import InstitutionTag, StateTag, ThemeTag
from evidence.work.claim import Settle
from inquiry.vocabulary.models import Institution, InstitutionName, State, Theme, ThemeTerm

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
# Word processors make a curly apostrophe of the one people type.
APOSTROPHES = str.maketrans("’ʼ", "''")
SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
LONGEST_SENTENCE = 400


@dataclass(frozen=True)
class Sought:
    """A name or term to look for, and the key of what it stands for."""

    key: int
    text: str
    exact_case: bool = False


@dataclass(frozen=True)
class Found:
    key: int
    sentence: str


def find(text: str, sought: Iterable[Sought]) -> Iterator[Found]:
    """The first place of each key whose name stands in the text as whole words.

    Time grows with the length of the text and hardly with the number of names: names are
    looked up by their first word. Of names that begin alike the longest is taken, and what it
    covers is not matched again (“University of York” inside “University of York St John”).
    """
    by_first: dict[str, list[tuple[list[str], Sought]]] = defaultdict(list)
    for name in sought:
        words = [_word(word) for word in WORD.findall(name.text)]
        if words:
            by_first[words[0].casefold()].append((words, name))
    for alike in by_first.values():
        alike.sort(key=lambda entry: -len(entry[0]))
    tokens = list(WORD.finditer(text))
    said: set[int] = set()
    place = 0
    while place < len(tokens):
        first = _word(tokens[place].group())
        spellings = dict.fromkeys((first.casefold(), _owner(first).casefold()))
        names = [name for spelling in spellings for name in by_first.get(spelling, ())]
        length, key = _match(tokens, place, names)
        if key is not None and key not in said:
            said.add(key)
            yield Found(key, sentence_around(text, tokens[place].start()))
        place += length


def _match(
    tokens: list[re.Match[str]], place: int, names: Iterable[tuple[list[str], Sought]]
) -> tuple[int, int | None]:
    for words, name in names:
        there = [_word(token.group()) for token in tokens[place : place + len(words)]]
        owning = [*there[:-1], _owner(there[-1])]
        if _same(there, words, name) or _same(owning, words, name):
            return len(words), name.key
    return 1, None


def _same(there: list[str], words: list[str], name: Sought) -> bool:
    if name.exact_case:
        return there == words
    return [word.casefold() for word in there] == [word.casefold() for word in words]


def _word(written: str) -> str:
    return written.translate(APOSTROPHES)


def _owner(word: str) -> str:
    """“UCL” of “UCL's”: a name is the same where something belongs to it."""
    return word.removesuffix("'s")


def sentence_around(text: str, position: int) -> str:
    begin = 0
    for end in SENTENCE_END.finditer(text):
        if end.start() > position:
            return text[begin : end.start()].strip()[:LONGEST_SENTENCE]
        begin = end.end()
    return text[begin:].strip()[:LONGEST_SENTENCE]


def suggest(submission: Submission, *, within: Settle = transaction.atomic) -> None:
    """Add a suggestion for each institution, theme and state found. Twice is the same as once."""
    piece = PieceText.objects.filter(submission=submission).first()
    text = piece.text if piece else ""
    own = {
        link.witness.institution_id
        for link in submission.witness_links.select_related("witness")
        if link.witness.institution_id
    }
    institutions = list(find(text, _institutions()))
    themes = list(find(text, _themes(submission)))
    states = list(find(text, _states()))
    with within():
        for key in own:
            InstitutionTag.objects.get_or_create(
                submission=submission,
                institution_id=key,
                part=InstitutionTag.Part.SUBMITTER,
                defaults={"sentence": "Named by the witness as their own institution."},
            )
        # That it is the submitter's own does not count: not everybody may know that it is, and
        # they would read it from what is not suggested.
        others = submission.institution_tags.exclude(part=InstitutionTag.Part.SUBMITTER)
        known = set(others.values_list("institution_id", flat=True))
        for found in institutions:
            if found.key not in known:
                InstitutionTag.objects.create(
                    submission=submission,
                    institution_id=found.key,
                    part=InstitutionTag.Part.MENTIONED,
                    sentence=found.sentence,
                )
        for found in themes:
            ThemeTag.objects.get_or_create(
                submission=submission,
                theme_id=found.key,
                defaults={"sentence": found.sentence},
            )
        for found in states:
            StateTag.objects.get_or_create(
                submission=submission,
                state_id=found.key,
                defaults={"sentence": found.sentence},
            )


def _institutions() -> Iterator[Sought]:
    for key, name in Institution.objects.values_list("pk", "name"):
        yield Sought(key, name)
    safe = InstitutionName.objects.filter(safe_to_match=True)
    for key, text, sort in safe.values_list("institution_id", "text", "sort"):
        yield Sought(key, text, exact_case=sort == InstitutionName.Sort.ACRONYM)


def _themes(submission: Submission) -> Iterator[Sought]:
    used = Theme.objects.used_in(submission.inquiry)
    for key, text in ThemeTerm.objects.filter(theme__in=used).values_list("theme_id", "text"):
        yield Sought(key, text)


def _states() -> Iterator[Sought]:
    for key, name in State.objects.values_list("pk", "name"):
        yield Sought(key, name)
