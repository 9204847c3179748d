"""Asks the index of the database: the lookup `words__matches`, and its expressions.

Every word in the index bears the partition it is in (`partitions.py`), so a search reads nothing of
what its reader may not see: neither its results nor its time depend on it.
"""

from collections.abc import Sequence
from typing import Any, Final, Protocol

from django.db.models import Lookup

from evidence.search.partitions import Scope
from evidence.search.query import Field, Query, Term
from evidence.search.words import welsh_roots

INDEX: Final = "search_words"
FUNCTION: Final = "search_entries_matching"
_FIELD: Final = {Field.ANY: "a", Field.TITLE: "t", Field.WITNESS: "w"}
NAMES: Final = "x"
"""The field of the names of protected witnesses."""
STEM, FORM, ROOT = "s", "f", "r"


def key(field: str, kind: str, partition: str, word: str = "") -> str:
    """A word as it is in the index. Between the partition and the word stands a “q”; no partition
    has one."""
    return f"{field}{kind}{partition}q{word}"


def field_letter(field: Field) -> str:
    return _FIELD[field]


class Expression(str):
    """A search in the language of one database."""

    __slots__ = ()


def expression(query: Query, scope: Scope, *, vendor: str) -> Expression | None:
    """What the index is asked; None if there is nothing to look for or nothing to look in."""
    language = _POSTGRESQL if vendor == "postgresql" else _FTS5
    if not query.wanted or not scope.partitions:
        return None
    wanted = [_any_of(term, scope, language) for term in query.wanted]
    if not all(wanted):
        return None
    excluded = [_any_of(term, scope, language) for term in query.excluded]
    return Expression(language.joined(wanted, [words for words in excluded if words]))


def _any_of(term: Term, scope: Scope, language: "type[_Language]") -> str:
    """The term in each field and partition where the reader may look for it."""
    ways: list[str] = []
    fields = [(field_letter(term.field), scope.partitions)]
    if term.field != Field.TITLE:
        fields.append((NAMES, scope.named))
    for field, partitions in fields:
        for partition in partitions:
            ways += _ways(term, field, partition, language)
    return language.alternatives(ways)


def _ways(term: Term, field: str, partition: str, language: "type[_Language]") -> list[str]:
    if term.beginning:
        return [
            language.beginning(key(field, kind, partition, term.beginning)) for kind in (STEM, FORM)
        ]
    ways = [language.phrase([key(field, STEM, partition, stem) for stem in term.stems])]
    roots = welsh_roots(term.word) if term.word else ()
    return ways + [language.phrase([key(field, ROOT, partition, root)]) for root in roots]


class _Language(Protocol):
    """How one database writes a question to its index."""

    @staticmethod
    def phrase(keys: Sequence[str]) -> str: ...

    @staticmethod
    def beginning(start: str) -> str: ...

    @staticmethod
    def alternatives(ways: Sequence[str]) -> str: ...

    @staticmethod
    def joined(wanted: Sequence[str], excluded: Sequence[str]) -> str: ...


class _FTS5:
    # Words have no quotation marks and no spaces: `words.py` keeps letters and digits alone.
    @staticmethod
    def phrase(keys: Sequence[str]) -> str:
        return f'"{" ".join(keys)}"'

    @staticmethod
    def beginning(start: str) -> str:
        return f'"{start}" *'

    @staticmethod
    def alternatives(ways: Sequence[str]) -> str:
        return f"({' OR '.join(ways)})" if ways else ""

    @staticmethod
    def joined(wanted: Sequence[str], excluded: Sequence[str]) -> str:
        return " NOT ".join([f"({' AND '.join(wanted)})", *excluded])


class _POSTGRESQL:
    @staticmethod
    def phrase(keys: Sequence[str]) -> str:
        words = " <-> ".join(f"'{word}'" for word in keys)
        return f"({words})" if len(keys) > 1 else words

    @staticmethod
    def beginning(start: str) -> str:
        return f"'{start}':*"

    @staticmethod
    def alternatives(ways: Sequence[str]) -> str:
        return f"({' | '.join(ways)})" if ways else ""

    @staticmethod
    def joined(wanted: Sequence[str], excluded: Sequence[str]) -> str:
        return " & ".join([*wanted, *(f"!{words}" for words in excluded)])


class Matches(Lookup[Any]):
    """Entries whose words match an `Expression`."""

    lookup_name = "matches"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:  # noqa: ARG002
        """SQLite: the key is one of those that FTS5 finds."""
        table = compiler.quote_name_unless_alias(self.lhs.alias)
        keys = f"SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH %s"  # noqa: S608
        return f"{table}.id IN ({keys})", (str(self.rhs),)

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:  # noqa: ARG002
        table = compiler.quote_name_unless_alias(self.lhs.alias)
        return f"{table}.id IN (SELECT {FUNCTION}(%s::tsquery))", [str(self.rhs)]
