"""Tibetan names: most people have two of about a hundred names, whose romanisations differ widely.

Spelling and sound differ too much for a rule (བསྟན་འཛིན is pronounced Tenzin), so names are listed:
first the key used in this module, then the Tibetan script, then the romanisations.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

LONGEST: Final = 2
"""Syllables in the longest of these names."""

_NAMES: Final = Path(__file__).with_name("tibetan_names.txt")


@cache
def _by_spelling() -> dict[str, str]:
    known: dict[str, str] = {}
    for line in _NAMES.read_text(encoding="utf-8").splitlines():
        if line:
            name, tibetan, *variants = line.split()
            known[tibetan] = name
            known.setdefault(name, name)
            for variant in variants:
                known.setdefault(variant, name)
    return known


def name_of(syllables: Sequence[str]) -> str:
    """The listed name that these Tibetan syllables spell, or an empty string.

    The last may end in a particle, as in རྡོ་རྗེའི, “of Dorje”.
    """
    *before, last = syllables
    for ending in ("", "འི", "འོ", "འང", "འམ", "ར", "ས"):
        if last.endswith(ending):
            written = "་".join((*before, last.removesuffix(ending) if ending else last))
            if name := _by_spelling().get(written):
                return name
    return ""


def name_as_romanised(latin: str) -> str:
    """The listed name that a folded Latin word romanises, or an empty string."""
    return _by_spelling().get(latin, "")
