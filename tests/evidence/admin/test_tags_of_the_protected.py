"""Missing tags do not reveal the institution of a protected witness."""

import re

import pytest
from django.urls import reverse

from evidence.errors import NotPermittedError
from evidence.lifecycle import Disclosure
from evidence.permissions import Action
from evidence.submissions.models import Submission
from evidence.tagging import tag
from evidence.tagging.models import InstitutionTag, Standing
from evidence.tagging.suggest import suggest
from inquiry.people.roles import Role
from inquiry.vocabulary.models import State, ThemeTerm
from tests.evidence.admin.admin_client import shown_after, signed_in
from tests.factories import CallFactory, InstitutionFactory, ThemeFactory, a_member, a_submission

pytestmark = pytest.mark.django_db
TEXT = "At the University of York and at the University of Leeds a visa to Ruritania was refused."
TAGS = re.compile(r'<section class="box"><h2>Tags</h2>.*?</section>', re.DOTALL)


def own_tag(submission: Submission):
    return submission.institution_tags.filter(part=InstitutionTag.Part.SUBMITTER)


def tag_exists(submission: Submission, clerk) -> None:
    assert own_tag(submission).exists()


def accepted(submission: Submission, clerk) -> None:
    tag.accept(own_tag(submission).get(), by=clerk)


def rejected(submission: Submission, clerk) -> None:
    tag.reject(own_tag(submission).get(), by=clerk)


def suggested_again(submission: Submission, clerk) -> None:
    accepted(submission, clerk)
    suggest(submission)


@pytest.fixture
def call():
    ThemeTerm.objects.create(theme=ThemeFactory(name="Visas"), text="visa")
    State.objects.create(name="Ruritania", code="ZZ")
    for name in ("University of York", "University of Leeds"):
        InstitutionFactory(name=name)
    return CallFactory()


def tags_on_the_page(reader, submission: Submission) -> str:
    page = (
        signed_in(reader)
        .get(reverse("admin:evidence_submission_change", args=[submission.pk]))
        .content.decode()
    )
    shown = TAGS.search(page)
    assert shown is not None
    text = re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]+', r"\1", shown.group())
    return text.replace(str(submission.pk), "KEY")


@pytest.mark.parametrize("happened", [tag_exists, accepted, rejected, suggested_again])
@pytest.mark.parametrize("disclosure", [Disclosure.NAME_WITHHELD, Disclosure.CONFIDENTIAL])
def test_tags_look_the_same_whether_or_not_the_own_institution_is_known(
    call, work, happened, disclosure
):
    own = a_submission(call, text=TEXT, organisation="University of York", disclosure=disclosure)
    other = a_submission(call, text=TEXT, organisation="A society", disclosure=disclosure)
    work()
    clerk = a_member(call.inquiry)
    happened(own, clerk)
    specialist = a_member(call.inquiry, Role.SPECIALIST, sees_confidential=True)

    tags = tags_on_the_page(specialist, own)

    assert tags == tags_on_the_page(specialist, other)
    assert "University of York (Mentioned)" in tags
    assert "submitter&#x27;s own)" not in tags


def test_reader_who_may_know_the_witness_sees_their_institution(call, work):
    submission = a_submission(
        call, text=TEXT, organisation="University of York", disclosure=Disclosure.NAME_WITHHELD
    )
    work()
    cleared = a_member(call.inquiry, Role.SPECIALIST, sees_identities=True)

    for reader in (a_member(call.inquiry), cleared):
        tags = tags_on_the_page(reader, submission)
        assert "University of York (Submitter&#x27;s own institution)" in tags
        assert "University of York (Mentioned)" in tags


def test_reader_who_may_not_know_the_witness_cannot_tag_their_institution(call, work):
    submission = a_submission(
        call, text=TEXT, organisation="University of York", disclosure=Disclosure.NAME_WITHHELD
    )
    work()
    specialist = a_member(call.inquiry, Role.SPECIALIST)
    page = reverse("admin:submission-tag", args=[submission.pk])

    answers = {
        name: shown_after(signed_in(specialist), page, {"institution": name, "part": "submitter"})
        for name in ("University of York", "University of Leeds")
    }
    with pytest.raises(NotPermittedError):
        tag.accept(own_tag(submission).get(), by=specialist)

    assert all(
        f"You do not have permission to {Action.SEE_IDENTITY}." in answer
        for answer in answers.values()
    )
    assert [suggestion.standing for suggestion in own_tag(submission)] == [Standing.SUGGESTED]
