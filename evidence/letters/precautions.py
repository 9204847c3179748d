"""Shows clerks how to write to a witness safely, before a letter is released.

`hours`, `avoid` and `safe_ways` are free text, which no program understands well enough to act on.
So if one of them is filled in, nothing is sent automatically: a clerk reads it beside the letter
and then releases the letter. A letter in which a word to avoid occurs is not sent at all
(`outbox`).
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.crypto import salted_hmac

from evidence.letters.letterhead import letterhead_for
from evidence.letters.models import Letter
from evidence.unicode_normal_form import normalised
from evidence.witnesses.models import Contact

SEPARATORS = frozenset(',;:/|•·\n\r\t"“”„‘’«»()[]')
# Common words in what witnesses write here, which are not themselves words to avoid.
OF_NO_WEIGHT = frozenset({
    "a", "about", "all", "an", "and", "any", "anything", "are", "as", "at", "avoid", "be", "by",
    "can", "do", "does", "don", "for", "from", "he", "her", "his", "i", "if", "in", "is", "it",
    "its", "like", "me", "mention", "my", "never", "no", "nor", "not", "of", "on", "one", "or",
    "our", "please", "say", "says", "she", "should", "such", "t", "that", "the", "their", "them",
    "these", "they", "this", "to", "unless", "us", "use", "used", "using", "was", "we", "when",
    "which", "who", "will", "with", "word", "words", "would", "write", "you", "your", "ac", "am",
    "ar", "chi", "dim", "ei", "eich", "ein", "eu", "fel", "fy", "geiriau", "hyn", "na",
    "neu", "ni", "o", "peidiwch", "un", "unrhyw", "y", "yn", "yr",
})  # fmt: skip
# From this code point on, scripts put no spaces between words.
FIRST_WITHOUT_SPACES = "\u2e80"


@dataclass(frozen=True)
class Precautions:
    """What the witness said about contact, and the words to avoid that occur in the letter."""

    hours: str = ""
    avoid: str = ""
    safe_ways: str = ""
    matches: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.hours or self.avoid or self.safe_ways)

    @property
    def digest(self) -> str:
        """A keyed hash of the precautions, which shows which version a clerk has read. Empty if
        there are none."""
        if not self:
            return ""
        words = f"{self.hours}\0{self.avoid}\0{self.safe_ways}"
        return salted_hmac("evidence.letters.precautions", words, algorithm="sha256").hexdigest()


def precautions_of(letter: Letter) -> Precautions:
    """What the witness of a letter says about writing to them, as it stands now."""
    contact = Contact.objects.filter(witness=letter.witness_id).first()
    if contact is None:
        return Precautions()
    return Precautions(
        hours=contact.hours.strip(),
        avoid=contact.avoid.strip(),
        safe_ways=contact.safe_ways.strip(),
        matches=words_to_avoid_in(contact.avoid, _all_of(letter, contact)),
    )


def _all_of(letter: Letter, contact: Contact) -> str:
    """Everything that somebody who sees the letter can read."""
    head = letterhead_for(letter, language=contact.language)
    return f"{letter.subject}\n{letter.body}\n{head.name}\n{head.address}\n{head.reply_to}"


def words_to_avoid_in(avoid: str, text: str) -> tuple[str, ...]:
    """The words and phrases of `avoid` that stand in `text`, in the order they were given.

    They are found as parts of words too: “committee” in “subcommittees”. Letter case, accents and
    punctuation do not count. A single letter counts only by itself.
    """
    line = f" {' '.join(_words(text))} "
    return tuple(term for term in dict.fromkeys(_terms(avoid)) if _stands_in(term, line))


def _stands_in(term: str, line: str) -> bool:
    if len(term) == 1 and term < FIRST_WITHOUT_SPACES:
        return f" {term} " in line
    return term in line


def _terms(avoid: str) -> Iterator[str]:
    """Each phrase between marks, then each of its words that has weight."""
    for phrase in _split(avoid):
        words = _words(phrase)
        if len(words) > 1:
            yield " ".join(words)
        yield from (word for word in words if word not in OF_NO_WEIGHT)


def _split(text: str) -> Iterable[str]:
    return "".join("\n" if letter in SEPARATORS else letter for letter in text).split("\n")


def _words(text: str) -> list[str]:
    """The words in lower case, without accents, invisible letters and punctuation."""
    apart = normalised("NFKD", normalised("NFKD", text).casefold())
    plain = (
        letter
        for letter in apart
        if not unicodedata.combining(letter) and unicodedata.category(letter) != "Cf"
    )
    return "".join(letter if letter.isalnum() else " " for letter in plain).split()
