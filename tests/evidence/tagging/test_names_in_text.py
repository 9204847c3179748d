"""Names as people write them: curly apostrophes, possessives, and tags made by a person."""

import pytest

from evidence.errors import NotPermittedError
from evidence.tagging import tag
from evidence.tagging.models import InstitutionTag, Standing
from evidence.tagging.suggest import Sought, find, suggest
from inquiry.people.roles import Role
from inquiry.vocabulary.models import InstitutionName, State
from tests.factories import InstitutionFactory, ThemeFactory, a_member, a_submission

KINGS = Sought(1, "King's College London")


def keys(text: str, *sought: Sought) -> list[int]:
    return [match.key for match in find(text, sought)]


@pytest.mark.parametrize("apostrophe", ["'", "’", "ʼ"])
def test_name_matches_with_any_apostrophe(apostrophe):
    assert keys(f"At King{apostrophe}s College London they met.", KINGS) == [1]
    assert keys("At King's College London.", Sought(1, f"King{apostrophe}s College London")) == [1]


@pytest.mark.parametrize("ending", ["'s", "’s", "’"])
def test_name_matches_before_a_possessive_ending(ending):
    assert keys(f"The University of York{ending} policy.", Sought(1, "University of York")) == [1]
    assert keys(f"UCL{ending} policy.", Sought(1, "UCL", exact_case=True)) == [1]


def test_possessive_does_not_make_another_name():
    assert keys("The King's words.", Sought(1, "Kings")) == []
    assert keys("Yorks is a shop.", Sought(1, "York")) == []


def test_two_names_side_by_side_both_match():
    names = (Sought(1, "University of York"), Sought(2, "York St John University"))

    assert keys("University of York, York St John University", *names) == [1, 2]


def test_name_without_letters_never_matches():
    assert keys("— … —", Sought(1, "—")) == []


@pytest.mark.parametrize(("written", "count"), [("UCL", 1), ("ucl", 0), ("UCLA", 0)])
@pytest.mark.django_db
def test_safe_acronym_matches_in_its_exact_case(written, count, work):
    college = InstitutionFactory(name="University College London")
    InstitutionName.objects.create(
        institution=college, text="UCL", kind="acronym", safe_to_match=True
    )
    submission = a_submission(text=f"They met at {written} twice.")
    work()

    assert submission.institution_tags.count() == count


@pytest.mark.django_db
def test_suggesting_twice_suggests_once(work):
    InstitutionFactory(name="University of York")
    State.objects.create(name="Ruritania", code="ZZ")
    submission = a_submission(text="The University of York and Ruritania.")
    work()
    suggest(submission)

    assert (submission.institution_tags.count(), submission.state_tags.count()) == (1, 1)
    assert submission.state_tags.get().sentence == "The University of York and Ruritania."


@pytest.mark.django_db
def test_tag_added_by_a_clerk_is_not_suggested_again(work):
    york = InstitutionFactory(name="University of York")
    submission = a_submission(text="Nothing yet.")
    clerk = a_member(submission.inquiry)
    tag.with_institution(submission, york, part=InstitutionTag.Part.SUBJECT, by=clerk)
    work()
    submission.submission_text.text = "The University of York."
    submission.submission_text.save()
    suggest(submission)

    only = submission.institution_tags.get()
    assert (only.part, only.standing) == (InstitutionTag.Part.SUBJECT, Standing.ACCEPTED)


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.MEMBER, Role.OPERATIONS, Role.MEDIA])
def test_reader_without_tagging_permission_cannot_answer_a_suggestion(role):
    submission, theme = a_submission(), ThemeFactory()
    other = a_member(submission.inquiry, role)
    made = tag.with_theme(submission, theme, by=a_member(submission.inquiry))

    for act in (
        lambda: tag.with_theme(submission, theme, by=other),
        lambda: tag.accept(made, by=other),
        lambda: tag.reject(made, by=other),
    ):
        with pytest.raises(NotPermittedError):
            act()
    made.refresh_from_db()
    assert made.standing == Standing.ACCEPTED
