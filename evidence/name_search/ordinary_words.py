"""Word lists for the search for names: everyday words, and words that accompany names."""

import tomllib
from pathlib import Path
from typing import Final

_LISTS: Final = {
    key: tuple(words.split())
    for key, words in tomllib.loads(
        Path(__file__).with_name("words.toml").read_text(encoding="utf-8")
    ).items()
}
ALSO_NAMES: Final = frozenset(_LISTS["also_names"])
THINGS: Final = frozenset(_LISTS["things"])
TITLES: Final = frozenset(_LISTS["titles"])
HONORIFICS: Final = frozenset(_LISTS["honorifics"])
CHINESE_HONORIFICS: Final = _LISTS["chinese_honorifics"]
QUALIFICATIONS: Final = frozenset(_LISTS["qualifications"])
PARTICLES: Final = frozenset(_LISTS["particles"])
RUSSIAN_GIVEN_NAMES: Final = frozenset(_LISTS["russian_given_names"])
CHINESE_FAMILY_NAMES: Final = frozenset(_LISTS["chinese_family_names"])
CHINESE_WORDS: Final = frozenset(_LISTS["chinese_words"])
ABBREVIATIONS: Final = frozenset(_LISTS["abbreviations"])
SHARED_ACCOUNTS: Final = frozenset(_LISTS["shared_accounts"])
LINKING: Final = frozenset(_LISTS["linking"])
NAMES_LIKE_WORDS: Final = frozenset(_LISTS["names_like_words"])
TWO_LETTER_INITIALS: Final = frozenset(_LISTS["two_letter_initials"])
AFTER_CHINESE_GIVEN_NAME: Final = frozenset(_LISTS["after_chinese_given_name"])
VARIANTS: Final = {
    name: frozenset(group.split("=")) for group in _LISTS["variants"] for name in group.split("=")
}

_ORDINARY: Final = frozenset(_LISTS["ordinary"])
_ENDINGS: Final = ("ly", "ing", "tion", "sion", "ment", "ness", "ity", "ance", "ence", "ous")
# Given names such as Weiming and Xiaoling are not English words.
_PINYIN_ENDINGS: Final = ("ming", "ling", "ning", "jing", "qing", "xing", "ping", "ying", "bing")
_SHORTEST: Final = 5


def is_ordinary(folded: str) -> bool:
    """Whether a capitalised word at the beginning of a sentence is probably not a name."""
    return is_word(folded) or (
        len(folded) >= _SHORTEST
        and folded not in NAMES_LIKE_WORDS
        and folded.endswith(_ENDINGS)
        and not folded.endswith(_PINYIN_ENDINGS)
    )


def is_word(folded: str) -> bool:
    """Whether this is a listed everyday word, even if it is also a name."""
    return folded in _ORDINARY or folded in ALSO_NAMES
