"""A name or term to look for in a text, and what it stands for."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    TERM = "term"
    INSTITUTION = "institution"
    THEME = "theme"
    STATE = "state"


@dataclass(frozen=True, slots=True)
class Sought:
    """A name or term to look for, and the key of what it stands for."""

    key: int
    text: str
    exact_case: bool = False
    kind: Kind = Kind.TERM
    is_derived: bool = False
    """Another spelling of a name, made by rule. A name that is given comes first."""
    needs_university: bool = False
    """A word such as “Reading”: it counts only beside the word university."""


def words_of(line: str) -> frozenset[str]:
    return frozenset(line.split())
