"""The parts of the index, by who may read them, and the parts one reader may search.

A partition is an inquiry and a class of submissions in it. A reader of a class may see all of its
submissions; a reader who may not sees none. `Submission.objects.visible_to` is the rule; the
partitions follow it, and every search asks it too.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from evidence.lifecycle import BEFORE_THE_COMMITTEE, Disclosure, Status
from evidence.permissions import Action, Person, inquiries_of, inquiries_where
from evidence.submissions.models import Submission

PUBLIC = "z"
"""The partition of what is published, of all inquiries, as it was published."""
_EARLY, _BEFORE, _PUBLISHED, _CONFIDENTIAL = "e", "b", "p", "c"


@dataclass(frozen=True)
class Scope:
    """The partitions a reader may search; in those of `named`, also by the names of protected
    witnesses."""

    partitions: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


EVERYBODY = Scope((PUBLIC,))


def partition_of(submission: Submission) -> str:
    """The partition of a submission for people on its inquiry."""
    is_confidential = submission.disclosure == Disclosure.CONFIDENTIAL
    if submission.status == Status.PUBLISHED and not is_confidential:
        return f"{_PUBLISHED}{submission.inquiry_id}"
    kind = _BEFORE if submission.status in BEFORE_THE_COMMITTEE else _EARLY
    return f"{kind}{_CONFIDENTIAL if is_confidential else ''}{submission.inquiry_id}"


def scope_of(reader: Person, inquiries: Iterable[int] | None = None) -> Scope:
    """Where this reader may search: in these inquiries, or in all they work on."""
    own = inquiries_of(reader)
    within = sorted(own if inquiries is None else own & frozenset(inquiries))
    early = inquiries_where(reader, Action.READ_EARLY)
    before = inquiries_where(reader, Action.READ_UNPUBLISHED)
    cleared = inquiries_where(reader, Action.READ_CONFIDENTIAL)
    knows = inquiries_where(reader, Action.SEE_IDENTITY)
    partitions: list[str] = []
    named: list[str] = []
    for inquiry in within:
        kinds = [_PUBLISHED]
        if inquiry in early | before:
            kinds += [_BEFORE, _BEFORE + _CONFIDENTIAL][: 2 if inquiry in cleared else 1]
        if inquiry in early:
            kinds += [_EARLY, _EARLY + _CONFIDENTIAL][: 2 if inquiry in cleared else 1]
        here = [f"{kind}{inquiry}" for kind in kinds]
        partitions += here
        named += here if inquiry in knows else []
    return Scope(tuple(partitions), tuple(named))
