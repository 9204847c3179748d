"""What a witness said about writing to them safely, beside the letter that is to go.

`hours`, `avoid` and `safe_ways` are free text, which no program understands well enough to act on.
So where one of them is filled in nothing goes by itself: a clerk reads the words beside the letter
and releases it. The words to avoid are searched in the letter as well; what is found is a warning.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.crypto import salted_hmac

from evidence.letters.models import Letter
from evidence.witnesses.models import Contact

SEPARATORS = frozenset(',;:/|•·\n\r\t"“”„‘’«»()[]')
# Words of those who tell us what to avoid, which are not themselves to be avoided.
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
# A word this long is found with an ending too: “committee” in “committees”.
SHORTEST_STEM = 4
# From here on letters are of scripts that put no spaces between words.
FIRST_WITHOUT_SPACES = "\u2e80"


@dataclass(frozen=True)
class Precautions:
    """The words of the witness, and those to avoid that stand in the letter."""

    hours: str = ""
    avoid: str = ""
    safe_ways: str = ""
    matches: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.hours or self.avoid or self.safe_ways)

    @property
    def digest(self) -> str:
        """A keyed hash of the words, by which a page tells which of them its reader had before
        them. Empty where there are none."""
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
        matches=words_found(contact.avoid, f"{letter.subject}\n{letter.body}"),
    )


def words_found(avoid: str, text: str) -> tuple[str, ...]:
    """The words and phrases of `avoid` that stand in `text`, in the order they were given.

    Takes time in proportion to the text: whoever writes `avoid` is a stranger.
    """
    words = _words(text)
    starts = {word[:length] for word in words for length in range(SHORTEST_STEM, len(word) + 1)}
    known, line = starts | set(words), f" {' '.join(words)} "
    matches = dict.fromkeys(term for term in _terms(avoid) if _stands_in(term, known, line))
    return tuple(matches)


def _stands_in(term: str, known: set[str], line: str) -> bool:
    if " " in term:
        return f" {term} " in line
    return term in known or (term[0] >= FIRST_WITHOUT_SPACES and term in line)


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
    """The words, small, without accents and whatever stands between them."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    plain = (letter for letter in apart if not unicodedata.combining(letter))
    return "".join(letter if letter.isalnum() else " " for letter in plain).split()
