"""The language of a text that names none, for screen readers: its voice must fit the words."""

import re
import unicodedata
from collections import Counter
from typing import Final

DEFAULT: Final = "en"
LONGEST: Final = 20_000
"""Letters that are looked at."""
FEWEST: Final = 3
"""Everyday words that must be found."""
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
# Words that are frequent in one of these languages and are no words of the others.
_EVERYDAY: Final = {
    "en": "the of and to is that for was with are this be by it from have not which we you",
    "cy": "yr y yn mae ei ac wedi gan sydd oedd bod hyn nid ar ond fel hefyd ym eu gyda",
    "fr": "le les des et une dans est pour que qui pas sur nous vous ont sont cette avec",
    "de": "der die das und ist nicht mit ein eine den dem zu von für auf sich wir dass",
    "es": "el los las una que es por con para del se su como pero más nosotros fue son",
}
_LANGUAGES: Final = {
    word: language for language, words in _EVERYDAY.items() for word in words.split()
}
# The scripts of one language, by the first word of the Unicode names of their letters.
_SCRIPTS: Final = {"HIRAGANA": "ja", "KATAKANA": "ja", "HANGUL": "ko", "TIBETAN": "bo", "CJK": "zh"}
_MOST: Final = 0.3
"""The share of letters in such a script from which the text is in its language."""


def language_of(text: str) -> str:
    """A BCP 47 tag such as "cy". English unless everyday words or letters clearly say otherwise."""
    text = text[:LONGEST]
    return _by_script(text) or _by_words(text) or DEFAULT


def is_welsh(text: str) -> bool:
    """Whether everyday words say that a text is in Welsh."""
    return _by_words(text[:LONGEST]) == "cy"


def _by_script(text: str) -> str:
    if text.isascii():
        return ""
    letters = [letter for letter in text if letter.isalpha()]
    scripts = Counter(
        _SCRIPTS.get(unicodedata.name(letter, "").split(" ")[0].split("-")[0], "")
        for letter in letters
    )
    del scripts[""]
    if not scripts or scripts.total() < _MOST * len(letters):
        return ""
    # Japanese is written with Chinese letters between its own.
    return "ja" if scripts["ja"] else max(scripts, key=scripts.__getitem__)


def _by_words(text: str) -> str:
    words = Counter(_LANGUAGES.get(word.casefold(), "") for word in _WORD.findall(text))
    del words[""]
    ranked = words.most_common(2)
    if not ranked or ranked[0][1] < FEWEST:
        return ""
    runner_up = ranked[1][1] if len(ranked) > 1 else 0
    return ranked[0][0] if ranked[0][1] > runner_up else ""
