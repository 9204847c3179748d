"""The tag buttons on a submission's page: add, accept, reject."""

from django.contrib import messages
from django.http import HttpRequest

from evidence.errors import EvidenceError
from evidence.submissions.models import Submission
from evidence.tagging import tag as tagging
from evidence.tagging.models import InstitutionTag
from evidence.web.staff.auth import signed_in
from inquiry.people.models import User
from inquiry.vocabulary.models import Institution, State, Theme


def tag_view(request: HttpRequest, submission: Submission) -> None:
    """Accept or reject suggestions and add tags, as the posted form says."""
    by = signed_in(request)
    try:
        changed = _answer(request, submission, by) + _add(request, submission, by)
    except (EvidenceError, ValueError) as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, f"{changed} tag{'' if changed == 1 else 's'} updated.")


def _answer(request: HttpRequest, submission: Submission, by: User) -> int:
    """Values under `accept` and `reject` are `kind:form_value` of a tag."""
    changed = 0
    for name, answer in (("accept", tagging.accept), ("reject", tagging.reject)):
        for value in request.POST.getlist(name):
            kind, _colon, form_value = value.partition(":")
            tag = _tag(submission, kind, form_value, by)
            if tag is not None:
                answer(tag, by=by)
                changed += 1
    return changed


def _tag(submission: Submission, kind: str, form_value: str, by: User) -> tagging.AnyTag | None:
    """The tag of the submission with this form value, if this person may see it."""
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


def _add(request: HttpRequest, submission: Submission, by: User) -> int:
    changed = 0
    answers = request.POST
    if name := answers.get("institution", "").strip():
        institution = Institution.objects.filter(name__iexact=name).first()
        if institution is None:
            raise ValueError(f"“{name}” is not on the list. Add it as a new institution.")
        part = answers.get("part", InstitutionTag.Part.MENTIONED)
        tagging.with_institution(submission, institution, part=part, by=by)
        changed += 1
    for theme in Theme.objects.used_in(submission.inquiry).filter(
        pk__in=_keys(answers.getlist("theme"))
    ):
        tagging.with_theme(submission, theme, by=by)
        changed += 1
    for state in State.objects.filter(pk__in=_keys(answers.getlist("state"))):
        tagging.with_state(submission, state, by=by)
        changed += 1
    return changed


def _keys(values: list[str]) -> list[int]:
    return [int(value) for value in values if value.isdecimal()]
