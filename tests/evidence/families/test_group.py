"""Near-identical letters are found, without pairs, chains or a trace of confidential ones."""

import itertools

import pytest
from django.utils import timezone

from evidence.decisions.models import Act
from evidence.documents.models import SubmissionText
from evidence.families import group as grouping
from evidence.families.group import ask_for_missing, group
from evidence.families.models import Family, FamilyMember, SignatureBand
from evidence.families.signature import BANDS, VERSION, likeness, signature_of
from evidence.jobs.models import Job
from evidence.lifecycle import Status
from evidence.submissions.models import Submission
from tests.evidence.families.letters_for_tests import OWN, another_text, chain, letter
from tests.factories import CallFactory, a_member, a_submission, decide

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    return CallFactory()


def prepared(call, text: str, **fields: object) -> Submission:
    """A submission with these words, as after its preparation; not yet grouped."""
    submission = a_submission(call, **fields)
    Job.objects.filter(subject_id=submission.pk).delete()
    Submission.objects.filter(pk=submission.pk).update(status=Status.PREPARED)
    SubmissionText.objects.create(submission=submission, text=text)
    submission.refresh_from_db()
    return submission


def grouped(call, *texts: str, **fields: object) -> list[Submission]:
    submissions = [prepared(call, text, **fields) for text in texts]
    for submission in submissions:
        group(submission)
    return submissions


def families() -> list[set[str]]:
    """The submissions of each family, by their keys."""
    members: dict[object, set[str]] = {}
    for family, key in FamilyMember.objects.values_list("family", "submission"):
        members.setdefault(family, set()).add(str(key))
    return sorted(members.values(), key=len)


def test_prepared_letters_of_a_campaign_become_one_family(call, work):
    for number in range(3):
        a_submission(call, text=letter(f"Writer {number}", OWN[0] if number == 2 else ""))
    a_submission(call, text=another_text(1))
    work()
    assert [len(members) for members in families()] == [1, 3]
    assert sorted(FamilyMember.objects.values_list("own_sentences", flat=True)) == [0, 0, 0, 1]


def test_chain_of_letters_does_not_join_two_that_differ(call):
    first, second, third = chain()
    signs = [signature_of(text) for text in (first, second, third)]
    assert likeness(signs[0], signs[1]) > 0.6
    assert likeness(signs[1], signs[2]) > 0.6
    assert likeness(signs[0], signs[2]) < 0.6

    for order in itertools.permutations((first, second, third)):
        FamilyMember.objects.all().delete()
        Family.objects.all().delete()
        submissions = grouped(call, *order)
        for family in Family.objects.all():
            represented = signature_of(family.representative.submission_text.text)
            for member in family.members.all():
                assert likeness(bytes(member.signature), represented) >= 0.6
        keys = {order[at]: str(submissions[at].pk) for at in range(3)}
        if order[0] != second:
            assert not any({keys[first], keys[third]} <= members for members in families())


def test_only_representatives_have_bands(call):
    grouped(call, letter(), letter("B."), letter("C."), another_text(1))
    assert Family.objects.count() == 2
    assert SignatureBand.objects.count() == 2 * BANDS


def test_letters_of_another_inquiry_are_another_family(call):
    grouped(call, letter(), letter("B."))
    grouped(CallFactory(), letter("C."))
    assert [len(members) for members in families()] == [1, 2]


def test_few_words_are_no_family(call):
    grouped(call, "See attached.", "See attached.")
    assert not Family.objects.exists()
    assert FamilyMember.objects.filter(family=None, version=VERSION).count() == 2


def test_paragraph_numbers_and_letter_case_make_no_difference(call):
    lines = letter().split("\n\n")
    text = "\n\n".join(f"{n}. {line.upper()}" for n, line in enumerate(lines, 9))
    grouped(call, letter(), text)
    assert [len(members) for members in families()] == [2]


def test_scripts_without_spaces_are_compared_letter_by_letter(call):
    text = "中国留学生在大学里受到监视,他们的家人在国内受到威胁,老师们不敢谈论这些事情。"
    grouped(call, text, f"{text}王小明", another_text(3))
    assert [len(members) for members in families()] == [1, 2]


def test_grouping_again_changes_nothing(call):
    submissions = grouped(call, letter(), letter("B.", OWN[0]), another_text(1))
    before = list(FamilyMember.objects.order_by("pk").values()), list(Family.objects.values())
    for submission in submissions:
        group(submission)
    after = list(FamilyMember.objects.order_by("pk").values()), list(Family.objects.values())
    assert after == before


def test_text_that_changed_leaves_its_family(call):
    _first, second, _third = grouped(call, letter(), letter("B."), letter("C."))
    SubmissionText.objects.filter(pk=second.pk).update(text=another_text(2))
    group(second)
    assert [len(members) for members in families()] == [1, 2]
    assert sorted(Family.objects.values_list("size", flat=True)) == [1, 2]


def test_family_outlives_its_representative(call, work):
    first, *_others = grouped(call, letter(), letter("B."), letter("C."))
    SubmissionText.objects.filter(pk=first.pk).update(text=another_text(2))
    group(first)
    work()
    assert [len(members) for members in families()] == [1, 2]


# --- Confidential letters -------------------------------------------------------------------------


def keys_of_open(members: list[set[str]]) -> list[set[str]]:
    confidential = set(
        map(str, Submission.objects.filter(disclosure="confidential").values_list("pk", flat=True))
    )
    return sorted(filter(None, (keys - confidential for keys in members)), key=sorted)


@pytest.mark.parametrize("at", [0, 1, 2])
def test_confidential_letter_has_no_part_in_how_others_are_grouped(call, work, at):
    """It is like both others, and they are not like each other; whenever it comes."""
    first, between, third = chain()
    texts = [(first, "open"), (third, "open")]
    texts.insert(at, (between, "confidential"))
    for text, disclosure in texts:
        group(prepared(call, text, disclosure=disclosure))
    work()
    assert [len(keys) for keys in keys_of_open(families())] == [1, 1]


@pytest.mark.parametrize("at", [0, 1, 2])
def test_confidential_letter_is_counted_in_the_family_it_is_like(call, work, at):
    texts = [(letter("B."), "open"), (letter("C."), "open")]
    texts.insert(at, (letter(), "confidential"))
    for text, disclosure in texts:
        group(prepared(call, text, disclosure=disclosure))
    work()
    assert [len(members) for members in families()] == [3]
    assert not Family.objects.get().is_confidential


def test_decision_to_keep_the_first_letter_confidential_groups_the_others_without_it(call, work):
    first, between, third = chain()
    submissions = grouped(call, between, first, third)
    assert [len(members) for members in families()] == [3]
    clerk = a_member(call.inquiry)
    decide(submissions[0], Act.ACCEPT, Act.KEEP_CONFIDENTIAL, by=clerk)
    Job.objects.filter(name="render").delete()
    work()
    assert [len(keys) for keys in keys_of_open(families())] == [1, 1]


# --- Versions -------------------------------------------------------------------------------------


def test_signatures_of_an_earlier_rule_are_made_again(call, work, monkeypatch):
    grouped(call, letter(), letter("B."), "Few words.")
    ask_for_missing()
    assert not Job.objects.filter(name="group_family", due_at__lte=timezone.now()).exists()
    monkeypatch.setattr(grouping, "VERSION", VERSION + 1)
    ask_for_missing()
    work()
    assert set(FamilyMember.objects.values_list("version", flat=True)) == {VERSION + 1}
    assert [len(members) for members in families()] == [1, 2]
