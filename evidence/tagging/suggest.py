"""Suggests tags from names and terms in the text.

Names match as whole words: an institution's own name and its other names that are safe to match.
Acronyms match with exact case, all else in any case. A tag already accepted or rejected is left as
it is, so a rejected suggestion does not come back. Suggestions do not depend on who sent the text.
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
class Match:
    key: int
    sentence: str


def find(text: str, sought: Iterable[Sought]) -> Iterator[Match]:
    """The first match of each key whose name is in the text as whole words.

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
    matched: set[int] = set()
    place = 0
    while place < len(tokens):
        length, key = _match(tokens, place, names, longest_first)
        if key is not None and key not in matched:
            matched.add(key)
            yield Match(key, sentence_around(text, tokens[place].start()))
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
        words_here = [_word(token.group()) for token in tokens[place : place + count]]
        if len(words_here) < count:
            continue
        for spelled in (words_here, [*words_here[:-1], _owner(words_here[-1])]):
            for words, name in names.get(tuple(word.casefold() for word in spelled), ()):
                if not name.exact_case or spelled == words:
                    return count, name.key
    return 1, None


def _word(written: str) -> str:
    return written.translate(APOSTROPHES)


def _owner(word: str) -> str:
    """The word without a possessive: “UCL” for “UCL's”."""
    return word.removesuffix("'s")


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
                defaults={"sentence": "The witness gave this as their institution."},
            )
        # The submitter's own institution is suggested too: leaving it out would reveal it to
        # readers who may not know the witness.
        others = submission.institution_tags.exclude(part=InstitutionTag.Part.SUBMITTER)
        known = set(others.values_list("institution_id", flat=True))
        for match in institutions:
            if match.key not in known:
                InstitutionTag.objects.create(
                    submission=submission,
                    institution_id=match.key,
                    part=InstitutionTag.Part.MENTIONED,
                    sentence=match.sentence,
                )
        for match in themes:
            ThemeTag.objects.get_or_create(
                submission=submission,
                theme_id=match.key,
                defaults={"sentence": match.sentence},
            )
        for match in states:
            StateTag.objects.get_or_create(
                submission=submission,
                state_id=match.key,
                defaults={"sentence": match.sentence},
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
