"""What somebody typed into a search box, as words to look for.

    visa refused        both words, in any form ("visas", "refusing")
    "academic freedom"  these words next to each other
    -budget             not this word
    universit*          words that begin like this
    title:visa          in the title; also title:"visa rules"
    witness:jones       in the name, role or organisation of a witness

All of it is optional, and nothing that is typed is an error: what cannot be understood is read as
words. Length and number are limited, so that no search is slow.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from evidence.search.words import folded_words, is_han, parts

MOST_TERMS: Final = 12
MOST_WORDS_OF_A_PHRASE: Final = 24
LONGEST_QUERY: Final = 720
SHORTEST_BEGINNING: Final = 2
# Inquiry systems write these in Welsh too.
_FIELDS: Final = {"title": "title", "teitl": "title", "witness": "witness", "tyst": "witness"}
_TERM: Final = re.compile(
    r"(?P<minus>(?<!\S)-)?(?:(?P<field>title|teitl|witness|tyst):)?"
    r"(?:[\"“”„«»](?P<phrase>[^\"“”„«»]*)[\"“”„«»]?|(?P<word>[^\s\"“”„«»]+))",
    re.IGNORECASE,
)


class Field(StrEnum):
    ANY = "any"
    TITLE = "title"
    WITNESS = "witness"


@dataclass(frozen=True)
class Term:
    """One thing to look for: `stems` next to each other, or words that begin with `beginning`.

    `word` is the word as folded, if it is one alone: its Welsh roots count too.
    """

    stems: tuple[str, ...] = ()
    beginning: str = ""
    word: str = ""
    field: Field = Field.ANY
    is_excluded: bool = False


@dataclass(frozen=True)
class Query:
    terms: tuple[Term, ...] = ()

    @property
    def wanted(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if not term.is_excluded)

    @property
    def excluded(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if term.is_excluded)


def parse(typed: str) -> Query:
    """The words of a search, in order."""
    terms: list[Term] = []
    for match in _TERM.finditer(typed[:LONGEST_QUERY]):
        term = _term(match)
        if term is not None and term not in terms:
            terms.append(term)
        if len(terms) == MOST_TERMS:
            break
    return Query(tuple(terms))


def within(field: Field, typed: str) -> Query:
    """A search of one field: each word and phrase is looked for there."""
    terms = (_in_field(term, field) for term in parse(typed).terms)
    return Query(tuple(terms))


def _in_field(term: Term, field: Field) -> Term:
    return Term(term.stems, term.beginning, term.word, field, term.is_excluded)


def _term(match: "re.Match[str]") -> Term | None:
    field = Field(_FIELDS.get((match["field"] or "").lower(), "any"))
    is_excluded = bool(match["minus"])
    text = match["phrase"] if match["word"] is None else match["word"]
    in_order = list(parts(text))[:MOST_WORDS_OF_A_PHRASE]
    stems = tuple(stem for part in in_order for stem in part.stems)[:MOST_WORDS_OF_A_PHRASE]
    if not stems:
        return None
    word = next(folded_words(text)) if len(in_order) == 1 else ""
    is_letter = len(word) == 1 and is_han(word)
    if is_letter or (match["word"] and text.endswith("*") and len(word) >= SHORTEST_BEGINNING):
        return Term(beginning=word, field=field, is_excluded=is_excluded)
    return Term(stems, word=word, field=field, is_excluded=is_excluded)
