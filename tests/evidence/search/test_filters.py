"""The filters of the lists: they only narrow a list, and understand what people type."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict

from evidence.lifecycle import Disclosure
from evidence.search.filters import RegisterFilter
from evidence.submissions.models import Submission
from evidence.tagging import tag
from evidence.tagging.models import InstitutionTag, ThemeTag
from inquiry.people.roles import Role
from tests.factories import InstitutionFactory, ThemeFactory, a_member, a_submission

pytestmark = pytest.mark.django_db


def matching(query: str, reader) -> list[Submission]:
    visible = Submission.objects.visible_to(reader)
    filtered = RegisterFilter(QueryDict(query), queryset=visible, reader=reader)
    assert filtered.is_valid(), filtered.errors
    return list(filtered.qs)


def test_every_word_must_match_somewhere(call, clerk, work):
    wanted = a_submission(call, text="Visas were refused.", title="Pressure")
    a_submission(call, text="Visas were granted.")
    work()
    assert matching("q=visas+REFUSED+pressure", clerk) == [wanted]
    assert matching("q=visas+nowhere", clerk) == []


def test_search_text_is_matched_literally(call, clerk, work):
    a_submission(call, text="Nothing special.")
    work()
    for typed in ("%25", "_", "'", "%22+OR+1%3D1"):
        assert matching(f"q={typed}", clerk) == [], typed


def test_theme_filter_includes_child_themes(call, clerk, work):
    submission = a_submission(call)
    work()
    parent = ThemeFactory()
    tag.with_theme(submission, ThemeFactory(parent=parent), by=clerk)
    work()
    assert matching(f"theme={parent.pk}", clerk) == [submission]


def test_only_accepted_tags_count(call, clerk, work):
    submission = a_submission(call)
    work()
    theme = ThemeFactory()
    ThemeTag.objects.create(submission=submission, theme=theme)
    offered = RegisterFilter({}, queryset=Submission.objects.visible_to(clerk), reader=clerk)
    assert theme not in offered.filters["theme"].offered


@pytest.mark.parametrize("disclosure", [Disclosure.NAME_WITHHELD, Disclosure.CONFIDENTIAL])
def test_own_institution_filter_is_offered_only_to_readers_who_may_know_it(
    call, clerk, work, disclosure
):
    submission, own = a_submission(call, disclosure=disclosure), InstitutionFactory()
    work()
    tag.with_institution(submission, own, part=InstitutionTag.Part.SUBMITTER, by=clerk)
    work()
    reader = a_member(call.inquiry, Role.SPECIALIST, sees_confidential=True)
    for person, offers in ((clerk, True), (reader, False), (AnonymousUser(), False)):
        visible = Submission.objects.visible_to(person)
        offered = RegisterFilter({}, queryset=visible, reader=person).filters["institution"]
        assert (own in offered.offered) == offers


def test_unknown_filter_choice_is_an_error_and_shows_nothing(call, clerk, work):
    a_submission(call)
    work()
    visible = Submission.objects.visible_to(clerk)
    for query in ("status=nonsense", "theme=999", "institution=x", "after=yesterday"):
        assert not RegisterFilter(QueryDict(query), queryset=visible, reader=clerk).is_valid()
