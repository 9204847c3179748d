"""Suggestions: whole words, the longest name, the quoted sentence, no repeats after rejection."""

import pytest

from evidence.tagging import tag
from evidence.tagging.models import InstitutionTag, Standing
from evidence.tagging.suggest import Sought, find, suggest
from inquiry.vocabulary.models import InstitutionName, ThemeTerm
from tests.factories import InstitutionFactory, ThemeFactory, a_member, a_submission


def keys(text: str, *sought: Sought) -> list[int]:
    return [match.key for match in find(text, sought)]


def test_name_matches_as_whole_words_only():
    assert keys("Yorkshire is not it.", Sought(1, "York")) == []
    assert keys("In York, it is.", Sought(1, "York")) == [1]


def test_longest_of_overlapping_names_matches():
    names = (Sought(1, "University of York"), Sought(2, "University of York St John"))

    assert keys("At the University of York St John.", *names) == [2]


def test_acronym_matches_case_sensitively():
    assert keys("it is us", Sought(1, "US", exact_case=True)) == []
    assert keys("the US and", Sought(1, "US", exact_case=True)) == [1]


def test_sentence_around_the_name_is_kept():
    (match,) = find("One. Then the visa was refused. Three.", [Sought(1, "visa")])

    assert match.sentence == "Then the visa was refused."


@pytest.mark.django_db
def test_names_and_terms_are_suggested_and_unsafe_acronyms_are_not(work):
    york, lse = InstitutionFactory(name="University of York"), InstitutionFactory(name="L S E")
    InstitutionName.objects.create(institution=lse, text="LSE", kind="acronym")
    theme = ThemeFactory()
    ThemeTerm.objects.create(theme=theme, text="tuition fees")

    submission = a_submission(text="At the University of York and LSE, tuition fees matter.")
    work()

    assert [tag.institution for tag in submission.institution_tags.all()] == [york]
    assert [tag.theme for tag in submission.theme_tags.all()] == [theme]
    assert all(tag.standing == Standing.SUGGESTED for tag in submission.institution_tags.all())


@pytest.mark.django_db
def test_institution_of_the_witness_is_suggested_as_their_own(work):
    own = InstitutionFactory(name="University of X")
    submission = a_submission(organisation="University of X")
    work()

    assert submission.institution_tags.get(institution=own).part == InstitutionTag.Part.SUBMITTER


@pytest.mark.django_db
def test_rejected_suggestion_does_not_return(work):
    InstitutionFactory(name="University of York")
    submission = a_submission(text="The University of York again.")
    work()
    tag.reject(submission.institution_tags.get(), by=a_member(submission.inquiry))

    suggest(submission)

    assert [institution_tag.standing for institution_tag in submission.institution_tags.all()] == [
        Standing.REJECTED
    ]


@pytest.mark.django_db
def test_institution_in_the_text_is_suggested_whoever_sent_it(work):
    york = InstitutionFactory(name="University of York")
    own = a_submission(organisation="University of York", text="The University of York, again.")
    other = a_submission(organisation="Elsewhere", text="The University of York, again.")
    work()

    for submission in (own, other):
        mentioned = submission.institution_tags.get(part=InstitutionTag.Part.MENTIONED)
        assert (mentioned.institution, mentioned.standing) == (york, Standing.SUGGESTED)


@pytest.mark.django_db
@pytest.mark.parametrize("part", ["subject", "mentioned"])
def test_institution_tagged_in_another_role_is_not_suggested_as_mentioned(part, work):
    york = InstitutionFactory(name="University of York")
    submission = a_submission(text="The University of York, again.")
    tag.with_institution(submission, york, part=part, by=a_member(submission.inquiry))
    work()

    assert [institution_tag.part for institution_tag in submission.institution_tags.all()] == [part]
