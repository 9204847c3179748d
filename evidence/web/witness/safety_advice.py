"""“Staying safe” in languages of witnesses at risk, besides English and Welsh.

The texts are in `safety_advice.toml`, in short and with the same points in each language.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

_TEXTS: Final = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True)
class SafetyAdvice:
    """The advice in one language, a BCP 47 tag. `headings` are of the four parts, in order."""

    language: str
    name: str
    direction: str
    title: str
    lead: str
    headings: tuple[str, str, str, str]
    before: tuple[str, ...]
    writing: tuple[str, ...]
    leaving: str
    after: tuple[str, ...]


@cache
def other_languages() -> Mapping[str, SafetyAdvice]:
    """The advice by language."""
    languages: dict[str, dict[str, Any]] = tomllib.loads(_TEXTS.read_text(encoding="utf-8"))
    return {language: _advice(language, texts) for language, texts in languages.items()}


def _advice(language: str, texts: dict[str, Any]) -> SafetyAdvice:
    parts: dict[str, Any] = {
        key: tuple(part) if isinstance(part, list) else part for key, part in texts.items()
    }
    return SafetyAdvice(language=language, **parts)
