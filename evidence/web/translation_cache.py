"""Caches translations, so that each sentence takes one lookup.

Django asks up to five catalogues for each sentence, one after the other, and a page has some
seventy. English, for which there is nothing to find, takes longest.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils.translation import trans_real


def keep_at_hand() -> None:
    """Look up all sentences of our catalogue once in each language. Other sentences, which may
    contain a name that somebody typed, are looked up as before and not cached."""
    welsh: Any = trans_real.translation("cy")
    ours = [key for key in welsh._catalog.keys() if isinstance(key, str)]  # noqa: SLF001, SIM118
    for code, _name in settings.LANGUAGES:
        catalogue: Any = trans_real.translation(code)
        catalogue.gettext = _looked_up(ours, catalogue.gettext)


def _looked_up(sentences: list[str], gettext: Callable[[str], str]) -> Callable[[str], str]:
    known = {sentence: gettext(sentence) for sentence in sentences}

    def find(sentence: str) -> str:
        shown = known.get(sentence)
        return gettext(sentence) if shown is None else shown

    return find
