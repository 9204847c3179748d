"""Tags submissions with institutions, themes and states; accepts and rejects what was suggested."""

from django.db import transaction

from evidence.custody.record import record
from evidence.jobs.queue import ask
from evidence.permissions import Action, require
from evidence.submissions.models import Submission
from evidence.tagging.models import InstitutionTag, Standing, StateTag, ThemeTag
from inquiry.people.models import User
from inquiry.vocabulary.models import Institution, State, Theme

AnyTag = InstitutionTag | ThemeTag | StateTag


@transaction.atomic
def with_institution(
    submission: Submission, institution: Institution, *, part: str, by: User
) -> InstitutionTag:
    require(by, Action.TAG, submission.inquiry_id)
    _require_sight(submission, part, by=by)
    tag, _new = InstitutionTag.objects.update_or_create(
        submission=submission,
        institution=institution,
        part=InstitutionTag.Part(part),
        defaults={"standing": Standing.ACCEPTED, "tagged_by": by},
    )
    ask("index", submission.pk)
    record("tagged", submission, by=by, inquiry=submission.inquiry_id, institution=institution.pk)
    return tag


@transaction.atomic
def with_theme(submission: Submission, theme: Theme, *, by: User) -> ThemeTag:
    require(by, Action.TAG, submission.inquiry_id)
    tag, _new = ThemeTag.objects.update_or_create(
        submission=submission,
        theme=theme,
        defaults={"standing": Standing.ACCEPTED, "tagged_by": by},
    )
    ask("index", submission.pk)
    record("tagged", submission, by=by, inquiry=submission.inquiry_id, theme=theme.pk)
    return tag


@transaction.atomic
def with_state(submission: Submission, state: State, *, by: User) -> StateTag:
    require(by, Action.TAG, submission.inquiry_id)
    tag, _new = StateTag.objects.update_or_create(
        submission=submission,
        state=state,
        defaults={"standing": Standing.ACCEPTED, "tagged_by": by},
    )
    ask("index", submission.pk)
    record("tagged", submission, by=by, inquiry=submission.inquiry_id, state=state.pk)
    return tag


@transaction.atomic
def accept(tag: AnyTag, *, by: User) -> None:
    _decide(tag, Standing.ACCEPTED, by=by)


@transaction.atomic
def reject(tag: AnyTag, *, by: User) -> None:
    """Mark a tag as rejected; the row stays, so that it is not suggested again."""
    _decide(tag, Standing.REJECTED, by=by)


@transaction.atomic
def suggest_again(tag: AnyTag, *, by: User) -> None:
    """Take back what was answered to a suggestion."""
    _decide(tag, Standing.SUGGESTED, by=by)


def _require_sight(submission: Submission, part: str, *, by: User) -> None:
    """Raise if the tag would reveal the institution of a witness this person may not know."""
    if part == InstitutionTag.Part.SUBMITTER and submission.protected:
        require(by, Action.SEE_IDENTITY, submission.inquiry_id)


def _decide(tag: AnyTag, standing: Standing, *, by: User) -> None:
    require(by, Action.TAG, tag.submission.inquiry_id)
    if isinstance(tag, InstitutionTag):
        _require_sight(tag.submission, tag.part, by=by)
    tag.standing, tag.tagged_by = standing, by
    tag.save(update_fields=["standing", "tagged_by", "tagged_at"])
    ask("index", tag.submission_id)
    record(
        f"tag {standing}",
        tag.submission,
        by=by,
        inquiry=tag.submission.inquiry_id,
        tag=f"{tag._meta.model_name}:{tag.pk}",
    )
