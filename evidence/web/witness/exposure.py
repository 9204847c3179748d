"""What a draft reveals about its witnesses, for the page that lists it and the pages that count
it."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.core.cache import cache
from django.utils.translation import gettext

from evidence.documents.identifying_words import passages_in
from evidence.drafts import exposure_check
from evidence.drafts.clean_copy import can_be_made
from evidence.drafts.exposure_check import Exposure
from evidence.drafts.models import Draft, DraftFile
from evidence.drafts.save_answers import keep
from evidence.drafts.typed_text import MOST_TYPED, document_of
from evidence.errors import RateLimitExceededError
from evidence.name_search.identity import Identity
from evidence.web.witness.draft_answers import identity_of, typed_of, wish_of

REMEMBERED = 24 * 60 * 60
"""Seconds for which the number of findings is kept; only the number is."""


@dataclass(frozen=True)
class PartOfDraft:
    """What one file, the typed text or the title reveals."""

    name: str
    published: Sequence[Exposure] = ()
    """What is published unless the witness changes it."""
    clerks_only: Sequence[Exposure] = ()
    """What is left out of what is published, and in the original that clerks may open."""
    different: Sequence[Exposure] = ()
    """How what is published differs from the file."""
    copy_of: DraftFile | None = None
    """The file that has hidden details and of which a clean copy can be made."""

    @property
    def is_empty(self) -> bool:
        return not (self.published or self.clerks_only or self.different)


class DraftExposure:
    """What a draft reveals. The search runs when it is first asked for."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self.is_protected = exposure_check.asks_for_protection(wish_of(draft))

    @cached_property
    def identity(self) -> Identity:
        """What is searched for; empty for witnesses who agree to be named."""
        return identity_of(self._draft) if self.is_protected else Identity()

    @cached_property
    def parts(self) -> list[PartOfDraft]:
        """The parts that reveal something, or will look different."""
        parts = [*self._answers(), *map(self._file, self._draft.files.all())]
        return [part for part in parts if not part.is_empty]

    @property
    def count(self) -> int:
        """The number of findings, without those about differences in appearance."""
        key = f"exposure-{self._draft.pk}-{self.digest}"
        count: int | None = cache.get(key)
        if count is None:
            count = sum(len(part.published) + len(part.clerks_only) for part in self.parts)
            cache.set(key, count, REMEMBERED)
        return count

    @cached_property
    def digest(self) -> str:
        """A digest of the text and of what it is searched for."""
        files = [
            [file.pk.hex, file.state, file.name, file.sha256] for file in self._draft.files.all()
        ]
        searched = [self.is_protected, self.identity.to_json(), files, self._title]
        if self.is_protected:
            searched.append(typed_of(self._draft))
        return hashlib.sha256(json.dumps(searched).encode()).hexdigest()

    @property
    def was_seen(self) -> bool:
        """Whether the witness has opened the page with the present findings."""
        return bool(self._draft.answers_by_page.get("warnings", {}).get("seen") == self.digest)

    def note_seen(self) -> None:
        """Record that the witness has opened the page, unless the form reached its limit of
        saving."""
        if self.was_seen or not self.count:
            return
        try:
            keep(self._draft, "warnings", {"seen": self.digest})
        except RateLimitExceededError:
            return

    @property
    def _title(self) -> str:
        return str(self._draft.answers_by_page.get("title", {}).get("name") or "")

    def _answers(self) -> list[PartOfDraft]:
        if not self.is_protected:
            return []
        # Longer text cannot be sent, and the form says so.
        passages = passages_in(document_of(typed_of(self._draft)[:MOST_TYPED]))
        typed = exposure_check.in_text(passages, self.identity, how=exposure_check.RETYPE)
        title = exposure_check.in_title(self._title, self.identity)
        return [
            PartOfDraft(gettext("The title"), published=title),
            PartOfDraft(gettext("What you typed"), published=typed),
        ]

    def _file(self, file: DraftFile) -> PartOfDraft:
        published, named = list[Exposure](), list[Exposure]()
        if self.is_protected:
            published = exposure_check.in_words_of(file, self.identity)
            named = exposure_check.in_name(file, self.identity)
        clerks_only = [*exposure_check.in_file(file), *named]
        return PartOfDraft(
            file.name,
            published=published,
            clerks_only=clerks_only,
            different=exposure_check.differences(file),
            copy_of=file if clerks_only and can_be_made(file) else None,
        )
