"""The progress of a bundle, which says nothing about bundles that the reader cannot see."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from evidence.bundles.build.progress import standing
from evidence.bundles.models import Bundle
from evidence.bundles.requests import freeze
from evidence.bundles.specification import Specification
from evidence.jobs.models import Job
from evidence.jobs.queue import claim_turn
from evidence.tasks import run
from inquiry.calls.models import Call
from inquiry.people.roles import Role
from tests.evidence.web.test_staff_pages import signed_in
from tests.factories import CallFactory, MembershipFactory, a_member, a_submission
from tests.jobs import replace_job

pytestmark = pytest.mark.django_db

WAITS = "Waiting to start"


@pytest.fixture
def other_call() -> Call:
    """Of an inquiry the readers are not on."""
    return CallFactory(inquiry__prefix="ELS")


@pytest.fixture
def submissions(call, other_call, work) -> None:
    a_submission(call)
    a_submission(other_call)
    work()


@pytest.fixture
def other_bundle(other_call, submissions) -> Bundle:
    """A bundle of the other inquiry that waits."""
    return freeze(
        other_call.inquiry, Specification(title="Of others"), by=a_member(other_call.inquiry)
    )


@pytest.fixture
def bundle(call, clerk, submissions) -> Bundle:
    return freeze(call.inquiry, Specification(title="Pack"), by=clerk)


def shown_messages(bundle: Bundle, reader) -> tuple[str, str]:
    """What the page says where the bar is, and what its script is told."""
    client = signed_in(reader)
    page = client.get(reverse("bundle", args=[bundle.pk])).content.decode()
    shown = page.partition('data-message role="status">')[2].partition("</p>")[0]
    return shown, client.get(reverse("bundle-progress", args=[bundle.pk])).json()["message"]


def test_waiting_message_counts_visible_bundles_ahead(call, clerk, bundle):
    second = freeze(call.inquiry, Specification(title="Other"), by=clerk)
    third = freeze(call.inquiry, Specification(title="A third"), by=clerk)

    assert shown_messages(bundle, clerk) == (WAITS, WAITS)
    assert shown_messages(second, clerk)[1] == f"{WAITS}; 1 bundle you can see goes first"
    assert shown_messages(third, clerk)[1] == f"{WAITS}; 2 bundles you can see go first"


@pytest.mark.parametrize("running", [False, True])
def test_bundles_of_other_inquiries_do_not_change_the_waiting_message(
    running, other_bundle, bundle, clerk
):
    if running:
        assert claim_turn().subject_id == other_bundle.pk

    beside = shown_messages(bundle, clerk)
    Job.objects.filter(subject_id=other_bundle.pk).delete()
    alone = shown_messages(bundle, clerk)

    assert beside == alone == (WAITS, WAITS)


def test_member_of_both_inquiries_sees_bundles_of_both_ahead(other_bundle, bundle, clerk):
    MembershipFactory(user=clerk, inquiry=other_bundle.inquiry)

    assert "1 bundle you can see goes first" in shown_messages(bundle, clerk)[0]


def test_hidden_bundle_of_a_colleague_is_not_counted(call, clerk, bundle):
    officer = a_member(call.inquiry, Role.OPERATIONS)
    own = freeze(call.inquiry, Specification(title="Own"), by=officer)

    assert shown_messages(own, officer) == (WAITS, WAITS)
    assert shown_messages(own, clerk)[1] == f"{WAITS}; 1 bundle you can see goes first"


def test_progress_does_not_mention_a_smaller_bundle_going_first(
    bundle, other_bundle, clerk, monkeypatch
):
    """A worker that makes a large one is lent to a small one, of whichever inquiry."""
    large = Job.objects.get(subject_id=bundle.pk)
    Job.objects.filter(pk=large.pk).update(
        weight=1000, requested_at=timezone.now() - datetime.timedelta(seconds=60)
    )
    later = timezone.now() + datetime.timedelta(hours=1)
    Job.objects.filter(subject_id=other_bundle.pk).update(due_at=later)
    messages = []

    def build(made, *, within, report):
        if made == bundle:
            Job.objects.filter(subject_id=other_bundle.pk).update(due_at=timezone.now())
            Job.objects.filter(pk=large.pk).update(requested_at=timezone.now())
            report(30, 100, "placing pages")
        else:
            messages.extend(shown_messages(bundle, clerk))
        with within():
            pass

    monkeypatch.setattr(run, "OVERTAKE_EVERY_SECONDS", 0)
    replace_job(monkeypatch, "build_bundle", build)
    run.run_job(large.pk)

    assert messages == ["30 %: placing pages"] * 2


@pytest.mark.parametrize(
    ("gone", "percent", "message"),
    [
        (1, 50, "50 %: Contents"),
        (10, 2, "2 %: Contents"),
        (20, 50, "50 %: Contents; about 20 seconds left"),
        (95, 95, "95 %: Contents; a few seconds left"),
        (300, 25, "25 %: Contents; about 15 minutes left"),
        (3600, 10, "10 %: Contents; about 9 hours left"),
    ],
)
def test_time_left_is_estimated_from_the_work_done(bundle, clerk, gone, percent, message):
    claim_turn().report(percent, 100, "Contents")
    began = timezone.now() - timezone.timedelta(seconds=gone)
    Job.objects.filter(subject_id=bundle.pk).update(began_at=began)

    assert standing(bundle, reader=clerk).sentence == message
