"""Suggests tags from names and terms found in the text.

Names match as whole words: an institution's own name and those of its names that are safe to
match, acronyms letter for letter, all else whatever the case. A pair that was accepted or
rejected before is left as it is, so a rejected suggestion does not come back. What is suggested
from the text does not depend on who sent it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from evidence.documents.models import SubmissionText
from evidence.jobs.queue import Settle
from evidence.submissions.models import Submission
from evidence.tagging.models import InstitutionTag, StateTag, ThemeTag
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
    looked up by all their words at once. Of names that begin alike the longest is taken, and what
    it covers is not matched again (“University of York” inside “University of York St John”).
    """
    names: dict[tuple[str, ...], list[tuple[list[str], Sought]]] = defaultdict(list)
    lengths: dict[str, set[int]] = defaultdict(set)
    for name in sought:
        words = [_word(word) for word in WORD.findall(name.text)]
        if words:
            names[tuple(word.casefold() for word in words)].append((words, name))
            lengths[words[0].casefold()].add(len(words))
    longest_first = {first: sorted(counts, reverse=True) for first, counts in lengths.items()}
    tokens = list(WORD.finditer(text))
    said: set[int] = set()
    place = 0
    while place < len(tokens):
        length, key = _match(tokens, place, names, longest_first)
        if key is not None and key not in said:
            said.add(key)
            yield Found(key, sentence_around(text, tokens[place].start()))
        place += length


def _match(
    tokens: list[re.Match[str]],
    place: int,
    names: Mapping[tuple[str, ...], Sequence[tuple[list[str], Sought]]],
    longest_first: Mapping[str, Sequence[int]],
) -> tuple[int, int | None]:
    first = _word(tokens[place].group())
    counts = {*longest_first.get(first.casefold(), ())}
    counts |= {*longest_first.get(_owner(first).casefold(), ())}
    for count in sorted(counts, reverse=True):
        there = [_word(token.group()) for token in tokens[place : place + count]]
        if len(there) < count:
            continue
        for spelled in (there, [*there[:-1], _owner(there[-1])]):
            for words, name in names.get(tuple(word.casefold() for word in spelled), ()):
                if not name.exact_case or spelled == words:
                    return count, name.key
    return 1, None


def _word(written: str) -> str:
    return written.translate(APOSTROPHES)


def _owner(word: str) -> str:
    """“UCL” of “UCL's”: a name is the same where something belongs to it."""
    return word.removesuffix("'s")


def sentence_around(text: str, position: int) -> str:
    """The sentence in which something stands; of a longer one the 400 letters around it."""
    begin, finish = max(0, position - LONGEST_SENTENCE), position + LONGEST_SENTENCE
    for end in SENTENCE_END.finditer(text, begin, finish):
        if end.start() > position:
            finish = end.start()
            break
        begin = end.end()
    if finish - begin > LONGEST_SENTENCE:
        begin = max(begin, position - LONGEST_SENTENCE // 2)
    return text[begin:finish].strip()[:LONGEST_SENTENCE]


def suggest(submission: Submission, *, within: Settle = transaction.atomic) -> None:
    """Add a suggestion for each institution, theme and state found. Twice is the same as once."""
    text_row = SubmissionText.objects.filter(submission=submission).first()
    text = text_row.text if text_row else ""
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
    for key, text, kind in safe.values_list("institution_id", "text", "kind"):
        yield Sought(key, text, exact_case=kind == InstitutionName.Kind.ACRONYM)


def _themes(submission: Submission) -> Iterator[Sought]:
    used = Theme.objects.used_in(submission.inquiry)
    for key, text in ThemeTerm.objects.filter(theme__in=used).values_list("theme_id", "text"):
        yield Sought(key, text)


def _states() -> Iterator[Sought]:
    for key, name in State.objects.values_list("pk", "name"):
        yield Sought(key, name)
