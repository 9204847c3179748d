"""The automaton of all institutions, themes and states: made once per process and version."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from evidence.prepared_query import PreparedRow
from evidence.tagging.institution_names import spellings
from evidence.tagging.names_in_text import NameIndex
from evidence.tagging.sought import Kind, Sought
from inquiry.vocabulary.models import Institution, InstitutionName, State, ThemeTerm
from inquiry.vocabulary.version import ONLY_ROW, VocabularyVersion


@dataclass
class _Kept:
    version: UUID | None = None
    index: NameIndex | None = None


_kept = _Kept()


_VERSION = PreparedRow(VocabularyVersion.objects.all, by="id")


def current_version() -> UUID | None:
    """The version of the vocabulary, or nothing if it was never changed."""
    row = _VERSION.find(ONLY_ROW)
    return row.version if row else None


def vocabulary_index() -> NameIndex:
    """The index of the vocabulary as it is now. The version is read first: names that change while
    the index is made have a later one."""
    version = current_version()
    if _kept.index is None or version is None or version != _kept.version:
        _kept.index, _kept.version = NameIndex(_names()), version
    return _kept.index


def _names() -> Iterator[Sought]:
    for key, name in Institution.objects.order_by("pk").values_list("pk", "name").iterator():
        yield from spellings(key, name)
    safe = InstitutionName.objects.filter(safe_to_match=True).order_by("pk")
    for key, text, kind in safe.values_list("institution_id", "text", "kind").iterator():
        yield from spellings(key, text, is_acronym=kind == InstitutionName.Kind.ACRONYM)
    for key, text in ThemeTerm.objects.order_by("pk").values_list("theme_id", "text"):
        yield Sought(key, text, kind=Kind.THEME)
    for key, text in State.objects.order_by("pk").values_list("pk", "name"):
        yield Sought(key, text, kind=Kind.STATE)
