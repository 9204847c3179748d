"""A bundle that continues another names no witness who has been protected since."""

import json

import pytest

from evidence.bundles.models import Bundle
from evidence.bundles.requests import freeze
from evidence.bundles.specification import Continuation, Grouping, Kind, Specification
from evidence.decisions.models import Act
from evidence.errors import NotReadyError
from evidence.lifecycle import Disclosure, Status
from evidence.submissions.models import Submission
from evidence.tagging import tag
from tests.evidence.bundles.bundle_builders import a_bundle, built_bundle, pages
from tests.factories import CallFactory, InstitutionFactory, a_member, a_submission, decide

pytestmark = pytest.mark.django_db
HOWS = [Continuation.KEEP, Continuation.SUPPLEMENT]


def words_of(bundle: Bundle) -> str:
    """Everything the bundle says: frozen, printed, written down beside it."""
    labels = "".join(bundle.items.values_list("label", flat=True))
    return json.dumps(bundle.snapshot, ensure_ascii=False) + " ".join(pages(bundle)) + labels


def continued_bundle(bundle: Bundle, clerk, work, how: Continuation, **specification) -> Bundle:
    wanted = Specification(title="Pack", **specification)
    return built_bundle(
        freeze(bundle.inquiry, wanted, by=clerk, previous=bundle, continuation=how), work
    )


@pytest.fixture
def submission_to_protect(call, work) -> Submission:
    submission = a_submission(call, text="One.", name="Dr Qzexposed", organisation="Qzcollege")
    a_submission(call, text="Two.", name="Ann Ash", organisation="")
    work()
    return submission


def add_submission(call, work) -> None:
    a_submission(call, text="New.", name="Zoe New", organisation="")
    work()


@pytest.mark.parametrize("how", HOWS)
def test_name_withheld_since_the_first_bundle_is_not_named_again(
    call, clerk, work, submission_to_protect, how
):
    first = a_bundle(call, clerk, work)
    assert "Qzexposed" in words_of(first)
    decide(submission_to_protect, Act.WITHHOLD_NAME, by=clerk)
    add_submission(call, work)

    second = continued_bundle(first, clerk, work, how)

    assert "Qz" not in words_of(second)
    assert "Name withheld" in words_of(second)


def test_name_withheld_since_is_not_named_in_a_second_supplement(
    call, clerk, work, submission_to_protect
):
    first = a_bundle(call, clerk, work)
    add_submission(call, work)
    second = continued_bundle(first, clerk, work, Continuation.SUPPLEMENT)
    assert "Qzexposed" in words_of(second)
    decide(submission_to_protect, Act.WITHHOLD_NAME, by=clerk)
    a_submission(call, text="Newer.", name="Yan Newer", organisation="")
    work()

    assert "Qz" not in words_of(continued_bundle(second, clerk, work, Continuation.SUPPLEMENT))


@pytest.mark.parametrize("how", HOWS)
def test_submission_made_confidential_since_is_not_named_at_all(
    call, clerk, work, submission_to_protect, how
):
    first = a_bundle(call, clerk, work)
    decide(submission_to_protect, Act.KEEP_CONFIDENTIAL, by=clerk)
    add_submission(call, work)

    second = continued_bundle(first, clerk, work, how)

    assert "Qz" not in words_of(second)
    assert submission_to_protect.receipt not in words_of(second)


@pytest.mark.parametrize("how", HOWS)
def test_readers_allowed_names_who_ask_for_them_still_get_them(
    call, clerk, work, submission_to_protect, how
):
    first = a_bundle(call, clerk, work, with_names=True)
    decide(submission_to_protect, Act.WITHHOLD_NAME, by=clerk)
    add_submission(call, work)

    assert "Qzexposed" in words_of(continued_bundle(first, clerk, work, how, with_names=True))


def test_section_of_an_earlier_bundle_does_not_reveal_an_institution(
    call, clerk, work, submission_to_protect
):
    college = InstitutionFactory(name="Qzcollege of Arts")
    tag.with_institution(submission_to_protect, college, part="submitter", by=clerk)
    first = a_bundle(call, clerk, work, grouping=Grouping.INSTITUTION)
    assert "Qzcollege of Arts" in words_of(first)
    decide(submission_to_protect, Act.WITHHOLD_NAME, by=clerk)
    work()

    second = continued_bundle(first, clerk, work, Continuation.KEEP, grouping=Grouping.INSTITUTION)

    assert "Qz" not in words_of(second)


def test_submission_taken_down_is_not_named_to_outside_readers(
    call, clerk, work, submission_to_protect
):
    Submission.objects.filter(inquiry=call.inquiry).update(status=Status.PREPARED)
    for submission in Submission.objects.filter(inquiry=call.inquiry):
        decide(submission, Act.ACCEPT, Act.OPEN, Act.REPORT, by=clerk)
    work()
    Submission.objects.filter(inquiry=call.inquiry).update(status=Status.PUBLISHED)
    first = a_bundle(call, clerk, work, kind=Kind.WITNESS)
    Submission.objects.filter(pk=submission_to_protect.pk).update(status=Status.REPORTED)
    add_submission(call, work)
    new = Submission.objects.latest("received_at")
    decide(new, Act.ACCEPT, Act.OPEN, Act.REPORT, by=clerk)
    work()
    Submission.objects.filter(pk=new.pk).update(status=Status.PUBLISHED)

    second = continued_bundle(first, clerk, work, Continuation.SUPPLEMENT, kind=Kind.WITNESS)

    assert "Qz" not in words_of(second)
    assert "Ann Ash" in words_of(second)


def test_bundle_continues_only_bundles_of_its_own_inquiry(call, clerk, work, submission_to_protect):
    first = a_bundle(call, clerk, work)
    other = CallFactory()
    a_submission(other)
    work()

    with pytest.raises(NotReadyError, match="its own inquiry"):
        freeze(
            other.inquiry,
            Specification(title="P"),
            by=a_member(other.inquiry),
            previous=first,
            continuation=Continuation.SUPPLEMENT,
        )


def test_schedule_does_not_reveal_a_more_protected_supplemented_submission(call, clerk, work):
    secret = a_submission(call, text="Secret.", disclosure=Disclosure.CONFIDENTIAL)
    open_one = a_submission(call, text="Open.")
    work()
    # As it is received: open, beside a confidential one, and not called supplementary.
    Submission.objects.filter(pk=open_one.pk).update(supplements=secret)

    bundle = a_bundle(call, clerk, work, kind=Kind.CIRCULATION, sheets=True)

    assert "upplementary" not in words_of(bundle)
    assert secret.receipt not in words_of(bundle)
