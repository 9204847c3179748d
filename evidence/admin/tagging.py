"""The tag forms of a submission: add, accept, reject, and take back."""

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.http import HttpRequest

from evidence.errors import EvidenceError
from evidence.permissions import Action, require
from evidence.submissions.models import Submission
from evidence.tagging import tag as tagging
from evidence.tagging.models import InstitutionTag, Standing
from evidence.web.staff.auth import signed_in
from inquiry.people.models import User
from inquiry.vocabulary.models import Institution, State, Theme

MOST_OFFERED = 10
Answer = Callable[[tagging.AnyTag], None]


def tag_view(request: HttpRequest, submission: Submission) -> list[str]:
    """Accept or reject suggestions and add tags, as the posted form says.

    Returns how to take each back: `again`, `accept` or `reject`, and the tag as the form names it.
    """
    by = signed_in(request)
    try:
        changed = [*_answer(request, submission, by), *_add(request, submission, by)]
    except (EvidenceError, ValueError) as problem:
        messages.error(request, str(problem))
        return []
    messages.success(request, f"{len(changed)} tag{'' if len(changed) == 1 else 's'} updated.")
    return changed


def take_back(submission: Submission, changes: Sequence[str], by: User) -> None:
    """Undo changes that `tag_view` returned."""
    answers = {
        "again": tagging.suggest_again,
        "accept": tagging.accept,
        "reject": tagging.reject,
    }
    for change in changes:
        name, _colon, value = change.partition(":")
        tag = _named(submission, value, by)
        if tag is not None:
            answers[name](tag, by=by)


def _answer(request: HttpRequest, submission: Submission, by: User) -> list[str]:
    """Values under `accept` and `reject` are `kind:form_value` of a tag. Under `tick` they are
    those that one of the buttons `ticked` is about."""
    changed = []
    ticked = request.POST.get("ticked", "")
    for name, answer in (("accept", tagging.accept), ("reject", tagging.reject)):
        values = request.POST.getlist(name)
        if ticked == name:
            values = [*values, *request.POST.getlist("tick")]
        for value in values:
            tag = _named(submission, value, by)
            if tag is not None:
                back = "again" if tag.standing == Standing.SUGGESTED else str(tag.standing)[:6]
                changed.append(f"{back}:{value}")
                answer(tag, by=by)
    return changed


def _named(submission: Submission, value: str, by: User) -> tagging.AnyTag | None:
    """The tag of the submission that a form names so, if this person may see it."""
    kind, _colon, form_value = value.partition(":")
    key, _dash, part = form_value.partition("-")
    if not key.isdecimal():
        return None
    match kind:
        case "institution":
            tags = submission.institution_tags.known_to(by)
            return tags.filter(institution_id=key, part=part).first()
        case "theme":
            return submission.theme_tags.filter(theme_id=key).first()
        case "state":
            return submission.state_tags.filter(state_id=key).first()
    return None


def _add(request: HttpRequest, submission: Submission, by: User) -> list[str]:
    changed = []
    answers = request.POST
    if name := answers.get("institution", "").strip():
        institution = _institution(
            name, submission, by, may_be_new=bool(answers.get("new_institution"))
        )
        part = answers.get("part", InstitutionTag.Part.MENTIONED)
        tag: tagging.AnyTag = tagging.with_institution(submission, institution, part=part, by=by)
        changed.append(f"reject:institution:{tag.form_value}")
    for theme in Theme.objects.used_in(submission.inquiry).filter(
        pk__in=_keys(answers.getlist("theme"))
    ):
        tag = tagging.with_theme(submission, theme, by=by)
        changed.append(f"reject:theme:{tag.form_value}")
    for state in State.objects.filter(pk__in=_keys(answers.getlist("state"))):
        tag = tagging.with_state(submission, state, by=by)
        changed.append(f"reject:state:{tag.form_value}")
    return changed


def _institution(name: str, submission: Submission, by: User, *, may_be_new: bool) -> Institution:
    """The institution of this name, or the only one whose name contains it; else a new one.

    Raises `ValueError` if there is none, or several.
    """
    institution = Institution.objects.filter(name__iexact=name).first()
    if institution is not None:
        return institution
    if may_be_new:
        require(by, Action.CHECK, submission.inquiry_id)
        return Institution.objects.create(name=name)
    like = list(Institution.objects.filter(name__icontains=name)[:MOST_OFFERED])
    if len(like) == 1:
        return like[0]
    if like:
        names = "; ".join(row.name for row in like[:3])
        raise ValueError(f"Several institutions have “{name}” in their name: {names}. Type more.")
    raise ValueError(
        f"“{name}” is not on the list. Correct it, or tick “Add it to the list” to make a new one."
    )


def _keys(values: list[str]) -> list[int]:
    return [int(value) for value in values if value.isdecimal()]
