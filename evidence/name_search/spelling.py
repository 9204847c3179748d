"""The spellings of a word: its letters without accents, and its consonants in one notation.

A name is written in many ways: محمد is Mohammed, Muhammad or Mehmet, 张伟明 is Zhang Weiming,
Сергей is Sergei or Sergey. `fold` gives the Latin letters (by anyascii), `consonants` what most
romanisations of one name have in common. These functions do not know whose name it is.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

import opencc
from anyascii import anyascii

LONGEST_WORD: Final = 60
"""Longer runs of letters are no names."""

# Letters that romanisations of Arabic, Persian and Uyghur agree on. Vowels are left out.
_ARABIC_SCRIPT: Final = {
    **dict.fromkeys("بٻ", "b"), "پ": "p", **dict.fromkeys("تطثٹ", "t"), **dict.fromkeys("جڭ", "j"),
    "چ": "c", **dict.fromkeys("حهھہ", "h"), "خ": "k", **dict.fromkeys("دذزضظژڈ", "z"),
    **dict.fromkeys("رڑ", "r"), **dict.fromkeys("سصش", "s"), "غ": "g", "ف": "p",
    **dict.fromkeys("قكک", "k"), "گ": "g", "ڭ": "ng", "ل": "l", "م": "m",
    **dict.fromkeys("نں", "n"), "ۋ": "v",
}  # fmt: skip
# Case endings of Uyghur: of, to, in, from.
_UYGHUR_ENDINGS: Final = ("نىڭ", "غا", "گە", "قا", "كە", "نى", "دا", "دە", "تا", "تە", "دىن", "تىن")
_MOST_VAV: Final = 3
_ARTICLE_AND_WORD: Final = 4
_ARABIC_FIRST: Final = frozenset("اأإآعئءٱ")
_ARABIC: Final = re.compile(r"[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]")
_CYRILLIC: Final = re.compile(r"[\u0400-\u04ff]")
_HAN: Final = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_TIBETAN: Final = re.compile(r"[\u0f00-\u0fff]")
# The endings of cases in Russian, longest first.
_CASE_ENDING: Final = re.compile(r"(ого|ому|его|ему|ыми|ими|ами|ям|ом|ем|ём|ым|им|ой|ей|ых|их|ах)$")
_RUSSIAN_VOWEL: Final = re.compile(r"[аеёиоуыэюяйь]+$")
# How digraphs of romanisations are reduced, in order.
_DIGRAPHS: Final = (
    ("tch", "c"), ("sch", "s"), ("shch", "sc"), ("ck", "k"), ("ph", "p"), ("f", "p"), ("zh", "z"),
    ("dj", "j"), ("dzh", "j"), ("dz", "z"), ("gh", "g"), ("kh", "k"), ("q", "k"), ("w", "v"),
    ("x", "ks"), ("d", "z"), ("ch", "c"),
)  # fmt: skip
_VOWELS: Final = frozenset("aeiouy")
# The first letters with which romanisations of Arabic script write one class of consonants.
_OF_A_CLASS: Final = {
    "a": "aeiouyj", "z": "zdj", "k": "kqcx", "s": "s", "v": "vw", "j": "jyg", "g": "gqk",
    "y": "yij",
}  # fmt: skip
_INITIALS: Final = {"e": "ey", "y": "yeij", "i": "iy", "k": "kh", "j": "jy", "z": "zj", "x": "xk"}
_DIGRAPH: Final = re.compile("[bcdgjkpstz]h")
_ASPIRATED: Final = frozenset("bcdfgjkpstvz")
_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})


def is_han(text: str) -> bool:
    return bool(_HAN.match(text))


def is_tibetan(text: str) -> bool:
    return bool(_TIBETAN.match(text))


def is_latin(text: str) -> bool:
    return text[:1].isalpha() and "LATIN" in unicodedata.name(text[0], "")


def has_case(text: str) -> bool:
    """Whether the script of the word has capital letters."""
    return text.lower() != text.upper()


@lru_cache(maxsize=1)
def _to_simplified() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@lru_cache(maxsize=20_000)
def simplified(text: str) -> str:
    """Chinese characters in their simplified forms."""
    return str(_to_simplified().convert(text))


@lru_cache(maxsize=20_000)
def fold(word: str) -> str:
    """The word in lower-case Latin letters without accents; empty if it is too long to be a
    name."""
    if len(word) > LONGEST_WORD:
        return ""
    latin = anyascii(unicodedata.normalize("NFKC", word)).casefold()
    return "".join(letter for letter in latin if "a" <= letter <= "z")


@lru_cache(maxsize=20_000)
def folds(word: str) -> frozenset[str]:
    """`fold`, and for a word with an umlaut also the spelling with two vowels."""
    return frozenset({fold(word), fold(word.casefold().translate(_UMLAUTS))} - {""})


@lru_cache(maxsize=20_000)
def consonants(word: str) -> frozenset[str]:
    """What romanisations of a name have in common; several values if there are different kinds.

    Empty for words in Chinese or Tibetan script, which have rules of their own.
    """
    if len(word) > LONGEST_WORD or is_han(word) or is_tibetan(word):
        return frozenset()
    if _ARABIC.match(word):
        return _of_arabic(unicodedata.normalize("NFKC", word))
    forms = {fold(word)}
    if _CYRILLIC.match(word):
        forms.add(fold(_CASE_ENDING.sub("", word.casefold())))
    # Spellings on which romanisations disagree: Mikhail and Mihail, Sadeqi and Sadeghi, Tuerxun and
    # Tursun.
    for letters, other in (("x", "kh"), ("x", "s"), ("kh", "h"), ("q", "gh"), ("zh", "j")):
        forms |= {form.replace(letters, other) for form in forms}
    forms |= {form[:1] + form[1:].replace("h", "") for form in forms if not _DIGRAPH.search(form)}
    return frozenset().union(*map(_of_latin, forms))


@lru_cache(maxsize=20_000)
def initials(word: str) -> frozenset[str]:
    """The Latin initials of a name in another script."""
    firsts = {form[0] for form in folds(word)}
    if _ARABIC.match(word):
        firsts |= {key[0] for key in consonants(word) if key}
        return frozenset(letter for first in firsts for letter in _OF_A_CLASS.get(first, first))
    return frozenset(letter for first in firsts for letter in _INITIALS.get(first, first))


def stem(word: str) -> str:
    """A Russian word without its case ending; other words as `fold` gives them."""
    if not _CYRILLIC.match(word):
        return fold(word)
    small = word.casefold()
    return fold(_RUSSIAN_VOWEL.sub("", _CASE_ENDING.sub("", small)) or small)


def _of_latin(latin: str) -> frozenset[str]:
    if not latin:
        return frozenset()
    for letters, short in _DIGRAPHS:
        latin = latin.replace(letters, short)
    first, rest = latin[0], latin[1:]
    kept = "a" if first in _VOWELS else first
    before = first
    for position, letter in enumerate(rest):
        silent_h = letter == "h" and (before in _ASPIRATED or position == len(rest) - 1)
        doubled = letter == kept[-1] and before not in _VOWELS
        if not (letter in _VOWELS or silent_h or doubled):
            kept += letter
        before = letter
    keys = {_alike(kept)}
    # Yevgeny and Evgeny, Yilham and Ilham.
    if first in "yij" and rest[:1] and rest[0] in _VOWELS:
        keys |= {_alike(other + kept[1:]) for other in "ay"}
    return frozenset(keys)


def _of_arabic(word: str) -> frozenset[str]:
    letters = "".join(letter for letter in word if unicodedata.category(letter) != "Mn")
    forms = {letters}
    if letters.startswith("ال") and len(letters) > _ARTICLE_AND_WORD:
        forms.add(letters[2:])
    # Persian says ق as غ.
    for letter, other in (("ق", "غ"), ("ژ", "ج"), ("الد", "د")):
        forms |= {form.replace(letter, other) for form in forms}
    forms |= {form.removesuffix(ending) for form in forms for ending in _UYGHUR_ENDINGS}
    forms |= {form.removesuffix("ح") for form in forms}
    # و is a vowel or the consonant of Kaveh.
    for place in [at for at, letter in enumerate(letters) if at and letter == "و"][:_MOST_VAV]:
        forms |= {
            f"{form[:place]}ۋ{form[place + 1 :]}"
            for form in forms
            if form[place : place + 1] == "و"
        }
    return frozenset(_alike(_spelt(form)) for form in forms)


def _spelt(letters: str) -> str:
    letters = letters.replace("ة", "").removesuffix("ه")
    first = letters[:1]
    start = "a" if first in _ARABIC_FIRST else {"و": "v", "ی": "y", "ي": "y"}.get(first, "")
    spelt = start
    for letter in letters:
        spelt += _ARABIC_SCRIPT.get(letter, "")
    return spelt


def _alike(kept: str) -> str:
    """Makes letters equal that some romanisations double or merge."""
    kept = kept.replace("sc", "s") if kept != "sc" else kept
    kept = re.sub(r"^abzl+", "abz", kept)  # Abdul Rahman, Abdurrahman, عبد الرحمن
    return re.sub(r"(.)\1+", r"\1", kept)
