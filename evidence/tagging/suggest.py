"""Suggests tags from names and terms in the text.

Names match as whole words: an institution's own name and its other names that are safe to match.
A tag already accepted or rejected is left as it is, so a rejected suggestion does not come back.
Suggestions do not depend on who sent the text.
"""

from collections.abc import Iterable
from functools import cached_property

from django.db import transaction

from evidence.documents.models import SubmissionText
from evidence.jobs.queue import Settle
from evidence.prepared_query import PreparedRow
from evidence.submissions.models import Submission
from evidence.tagging.folded_text import WORD
from evidence.tagging.models import InstitutionTag, StateTag, ThemeTag
from evidence.tagging.names_in_text import Match, find
from evidence.tagging.sought import Kind, Sought
from evidence.tagging.vocabulary_index import vocabulary_index
from inquiry.vocabulary.models import Theme

_TEXT = PreparedRow(SubmissionText.objects.all, by="submission")

__all__ = ["WORD", "Sought", "find", "suggest"]


def suggest(submission: Submission, *, within: Settle = transaction.atomic) -> None:
    """Add a suggestion for each institution, theme and state found. Twice is the same as once."""
    text = _TEXT.find(submission.pk)
    own = submission.witness_links.filter(witness__institution__isnull=False)
    own_keys = set(own.order_by().values_list("witness__institution_id", flat=True))
    matches = list(vocabulary_index().find(text.text if text else "", wanted=_Wanted(submission)))
    with within():
        _tag_institutions(
            submission, own_keys, [match for match in matches if match.kind == Kind.INSTITUTION]
        )
        themes = submission.theme_tags.order_by().values_list("theme_id", flat=True)
        states = submission.state_tags.order_by().values_list("state_id", flat=True)
        # What somebody else tags at this moment is left as it is.
        ThemeTag.objects.bulk_create(
            [
                ThemeTag(submission=submission, theme_id=match.key, sentence=match.sentence)
                for match in _new(matches, Kind.THEME, themes)
            ],
            ignore_conflicts=True,
        )
        StateTag.objects.bulk_create(
            [
                StateTag(submission=submission, state_id=match.key, sentence=match.sentence)
                for match in _new(matches, Kind.STATE, states)
            ],
            ignore_conflicts=True,
        )


class _Wanted:
    """Whether what a name stands for may be suggested: themes only of the submission's inquiry."""

    def __init__(self, submission: Submission) -> None:
        self._inquiry = submission.inquiry_id

    def __call__(self, name: Sought) -> bool:
        return name.kind != Kind.THEME or name.key in self._themes

    @cached_property
    def _themes(self) -> set[int]:
        return set(Theme.objects.used_in(self._inquiry).order_by().values_list("pk", flat=True))


def _tag_institutions(submission: Submission, own: set[int], matches: list[Match]) -> None:
    """The submitter's own institution is suggested as mentioned too: leaving it out would reveal it
    to readers who may not know the witness."""
    part = InstitutionTag.Part
    rows = submission.institution_tags.order_by().values_list("institution_id", "part")
    tagged = set(rows)
    mentioned = {key for key, role in tagged if role != part.SUBMITTER}
    InstitutionTag.objects.bulk_create(
        [
            InstitutionTag(
                submission=submission,
                institution_id=key,
                part=part.SUBMITTER,
                sentence="The witness gave this as their institution.",
            )
            for key in sorted(own)
            if (key, part.SUBMITTER) not in tagged
        ]
        + [
            InstitutionTag(
                submission=submission,
                institution_id=match.key,
                part=part.MENTIONED,
                sentence=match.sentence,
            )
            for match in _new(matches, Kind.INSTITUTION, mentioned)
        ],
        ignore_conflicts=True,
    )


def _new(matches: Iterable[Match], kind: Kind, known: Iterable[int]) -> list[Match]:
    """The matches of a kind that are not tagged yet. Asks for the known only if there are any."""
    of_kind = [match for match in matches if match.kind == kind]
    if not of_kind:
        return []
    tagged = set(known)
    return [match for match in of_kind if match.key not in tagged]
