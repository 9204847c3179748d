"""A bundle that follows another names nobody who has been protected since."""

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
from tests.evidence.bundles.bundle_builders import a_bundle, made, pages
from tests.factories import CallFactory, InstitutionFactory, a_member, a_submission, decide

pytestmark = pytest.mark.django_db
HOWS = [Continuation.KEEP, Continuation.SUPPLEMENT]


def words_of(bundle: Bundle) -> str:
    """Everything the bundle says: frozen, printed, written down beside it."""
    labels = "".join(bundle.items.values_list("label", flat=True))
    return json.dumps(bundle.snapshot, ensure_ascii=False) + " ".join(pages(bundle)) + labels


def again(bundle: Bundle, clerk, work, how: Continuation, **specification) -> Bundle:
    wanted = Specification(title="Pack", **specification)
    return made(freeze(bundle.inquiry, wanted, by=clerk, previous=bundle, continuation=how), work)


@pytest.fixture
def withheld(call, work) -> Submission:
    submission = a_submission(call, text="One.", name="Dr Qzexposed", organisation="Qzcollege")
    a_submission(call, text="Two.", name="Ann Ash", organisation="")
    work()
    return submission


def more(call, work) -> None:
    a_submission(call, text="New.", name="Zoe New", organisation="")
    work()


@pytest.mark.parametrize("how", HOWS)
def test_a_name_withheld_since_is_not_named_again(call, clerk, work, withheld, how):
    first = a_bundle(call, clerk, work)
    assert "Qzexposed" in words_of(first)
    decide(withheld, Act.WITHHOLD_NAME, by=clerk)
    more(call, work)

    second = again(first, clerk, work, how)

    assert "Qz" not in words_of(second)
    assert "Name withheld" in words_of(second)


def test_a_name_withheld_since_is_not_named_by_the_supplement_of_a_supplement(
    call, clerk, work, withheld
):
    first = a_bundle(call, clerk, work)
    more(call, work)
    second = again(first, clerk, work, Continuation.SUPPLEMENT)
    assert "Qzexposed" in words_of(second)
    decide(withheld, Act.WITHHOLD_NAME, by=clerk)
    a_submission(call, text="Newer.", name="Yan Newer", organisation="")
    work()

    assert "Qz" not in words_of(again(second, clerk, work, Continuation.SUPPLEMENT))


@pytest.mark.parametrize("how", HOWS)
def test_what_is_confidential_since_is_not_named_at_all(call, clerk, work, withheld, how):
    first = a_bundle(call, clerk, work)
    decide(withheld, Act.KEEP_CONFIDENTIAL, by=clerk)
    more(call, work)

    second = again(first, clerk, work, how)

    assert "Qz" not in words_of(second)
    assert withheld.receipt not in words_of(second)


@pytest.mark.parametrize("how", HOWS)
def test_who_may_know_a_name_and_asks_for_names_has_it_still(call, clerk, work, withheld, how):
    first = a_bundle(call, clerk, work, with_names=True)
    decide(withheld, Act.WITHHOLD_NAME, by=clerk)
    more(call, work)

    assert "Qzexposed" in words_of(again(first, clerk, work, how, with_names=True))


def test_a_section_of_before_does_not_tell_where_a_witness_is_from(call, clerk, work, withheld):
    college = InstitutionFactory(name="Qzcollege of Arts")
    tag.with_institution(withheld, college, part="submitter", by=clerk)
    first = a_bundle(call, clerk, work, grouping=Grouping.INSTITUTION)
    assert "Qzcollege of Arts" in words_of(first)
    decide(withheld, Act.WITHHOLD_NAME, by=clerk)
    work()

    second = again(first, clerk, work, Continuation.KEEP, grouping=Grouping.INSTITUTION)

    assert "Qz" not in words_of(second)


def test_what_was_taken_down_is_not_named_to_readers_outside(call, clerk, work, withheld):
    Submission.objects.filter(inquiry=call.inquiry).update(status=Status.PREPARED)
    for submission in Submission.objects.filter(inquiry=call.inquiry):
        decide(submission, Act.ACCEPT, Act.OPEN, Act.REPORT, by=clerk)
    work()
    Submission.objects.filter(inquiry=call.inquiry).update(status=Status.PUBLISHED)
    first = a_bundle(call, clerk, work, kind=Kind.WITNESS)
    Submission.objects.filter(pk=withheld.pk).update(status=Status.REPORTED)
    more(call, work)
    new = Submission.objects.latest("received_at")
    decide(new, Act.ACCEPT, Act.OPEN, Act.REPORT, by=clerk)
    work()
    Submission.objects.filter(pk=new.pk).update(status=Status.PUBLISHED)

    second = again(first, clerk, work, Continuation.SUPPLEMENT, kind=Kind.WITNESS)

    assert "Qz" not in words_of(second)
    assert "Ann Ash" in words_of(second)


def test_a_bundle_goes_on_only_from_one_of_its_own_inquiry(call, clerk, work, withheld):
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


def test_a_schedule_does_not_say_that_a_submission_adds_to_one_that_must_be_less_known(
    call, clerk, work
):
    secret = a_submission(call, text="Secret.", disclosure=Disclosure.CONFIDENTIAL)
    open_one = a_submission(call, text="Open.")
    work()
    # As it is received: open, beside a confidential one, and not called supplementary.
    Submission.objects.filter(pk=open_one.pk).update(supplements=secret)

    bundle = a_bundle(call, clerk, work, kind=Kind.CIRCULATION, sheets=True)

    assert "upplementary" not in words_of(bundle)
    assert secret.receipt not in words_of(bundle)
