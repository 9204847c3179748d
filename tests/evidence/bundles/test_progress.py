"""What whoever waits for a bundle reads: how far it is, and nothing of bundles they cannot see."""

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
from tests.jobs import instead

pytestmark = pytest.mark.django_db

WAITS = "Waiting to start"


@pytest.fixture
def other() -> Call:
    """Of an inquiry the readers are not on."""
    return CallFactory(inquiry__prefix="ELS")


@pytest.fixture
def submissions(call, other, work) -> None:
    a_submission(call)
    a_submission(other)
    work()


@pytest.fixture
def elsewhere(other, submissions) -> Bundle:
    """A bundle of the other inquiry that waits."""
    return freeze(other.inquiry, Specification(title="Of others"), by=a_member(other.inquiry))


@pytest.fixture
def bundle(call, clerk, submissions) -> Bundle:
    return freeze(call.inquiry, Specification(title="Pack"), by=clerk)


def surfaces(bundle: Bundle, reader) -> tuple[str, str]:
    """What the page says where the bar is, and what its script is told."""
    client = signed_in(reader)
    page = client.get(reverse("bundle", args=[bundle.pk])).content.decode()
    shown = page.partition('data-message role="status">')[2].partition("</p>")[0]
    return shown, client.get(reverse("bundle-progress", args=[bundle.pk])).json()["message"]


def test_of_bundles_one_can_see_it_is_said_how_many_go_first(call, clerk, bundle):
    second = freeze(call.inquiry, Specification(title="Other"), by=clerk)
    third = freeze(call.inquiry, Specification(title="A third"), by=clerk)

    assert surfaces(bundle, clerk) == (WAITS, WAITS)
    assert surfaces(second, clerk)[1] == f"{WAITS}; 1 bundle you can see goes first"
    assert surfaces(third, clerk)[1] == f"{WAITS}; 2 bundles you can see go first"


@pytest.mark.parametrize("running", [False, True])
def test_a_bundle_of_an_inquiry_one_is_not_on_changes_nothing_that_is_said(
    running, elsewhere, bundle, clerk
):
    if running:
        assert claim_turn().subject_id == elsewhere.pk

    beside = surfaces(bundle, clerk)
    Job.objects.filter(subject_id=elsewhere.pk).delete()
    alone = surfaces(bundle, clerk)

    assert beside == alone == (WAITS, WAITS)


def test_who_is_on_both_inquiries_reads_of_both(elsewhere, bundle, clerk):
    MembershipFactory(user=clerk, inquiry=elsewhere.inquiry)

    assert "1 bundle you can see goes first" in surfaces(bundle, clerk)[0]


def test_a_bundle_of_a_colleague_that_one_cannot_see_is_not_counted(call, clerk, bundle):
    officer = a_member(call.inquiry, Role.OPERATIONS)
    own = freeze(call.inquiry, Specification(title="Own"), by=officer)

    assert surfaces(own, officer) == (WAITS, WAITS)
    assert surfaces(own, clerk)[1] == f"{WAITS}; 1 bundle you can see goes first"


def test_while_a_smaller_one_passes_nothing_is_said_of_it(bundle, elsewhere, clerk, monkeypatch):
    """A worker that makes a large one is lent to a small one, of whichever inquiry."""
    large = Job.objects.get(subject_id=bundle.pk)
    Job.objects.filter(pk=large.pk).update(
        weight=1000, requested_at=timezone.now() - datetime.timedelta(seconds=60)
    )
    later = timezone.now() + datetime.timedelta(hours=1)
    Job.objects.filter(subject_id=elsewhere.pk).update(due_at=later)
    messages = []

    def build(made, *, within, report):
        if made == bundle:
            Job.objects.filter(subject_id=elsewhere.pk).update(due_at=timezone.now())
            Job.objects.filter(pk=large.pk).update(requested_at=timezone.now())
            report(30, 100, "placing pages")
        else:
            messages.extend(surfaces(bundle, clerk))
        with within():
            pass

    monkeypatch.setattr(run, "OVERTAKE_EVERY_SECONDS", 0)
    instead(monkeypatch, "build_bundle", build)
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
def test_how_long_still_is_told_from_what_is_done(bundle, clerk, gone, percent, message):
    claim_turn().report(percent, 100, "Contents")
    began = timezone.now() - timezone.timedelta(seconds=gone)
    Job.objects.filter(subject_id=bundle.pk).update(began_at=began)

    assert standing(bundle, reader=clerk).sentence == message
