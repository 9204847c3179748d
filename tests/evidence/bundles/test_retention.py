"""Files of old bundles are removed by rule after a warning; no other files are."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from evidence.bundles.downloads import issue
from evidence.bundles.models import Bundle, BundleFile
from evidence.bundles.requests import build_again, freeze
from evidence.bundles.retention import expire, expire_due, keep
from evidence.bundles.specification import Continuation, Specification
from evidence.bundles.verification.known_digests import known
from evidence.custody.models import CustodyEntry
from evidence.documents.models import Rendition
from evidence.errors import NotPermittedError, NotReadyError
from evidence.files.storage import archive, put_bytes, quarantine
from evidence.jobs.models import Job
from evidence.jobs.queue import ask
from evidence.stored_files.garbage_collection import is_referenced, remove_unreferenced
from evidence.submissions.models import Attachment
from evidence.tasks.registry import TIDY
from evidence.tasks.run import run_job
from inquiry.people.roles import Role
from tests.evidence.bundles.bundle_builders import a_bundle, built_bundle
from tests.evidence.web.test_staff_pages import signed_in
from tests.factories import a_member, a_submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def bundle(call, clerk, work) -> Bundle:
    a_submission(call)
    work()
    return a_bundle(call, clerk, work)


def set_expiry(bundle: Bundle, **ago: int) -> None:
    """As if so much time were over since its files were due to go."""
    until = timezone.now() - datetime.timedelta(**ago)
    Bundle.objects.filter(pk=bundle.pk).update(keep_until=until)


def files(bundle: Bundle) -> list[bool]:
    return [archive().has(name) for name in bundle.files.values_list("sha256", flat=True)]


def a_day_passes(work) -> None:
    ask("tidy", TIDY)
    work()


def test_files_expire_on_their_day_and_the_record_stays(bundle, clerk, work):
    issue(bundle, form="pdf", by=clerk)
    set_expiry(bundle, days=0)

    a_day_passes(work)

    bundle.refresh_from_db()
    assert bundle.state == "expired"
    assert files(bundle) == [False] * 4
    assert known(bundle.pdf_sha256).fingerprint == bundle.fingerprint
    assert bundle.downloads.count() == 1
    assert CustodyEntry.objects.filter(act="bundle expired").count() == 1
    with pytest.raises(NotReadyError, match="were removed"):
        issue(bundle, form="pdf", by=clerk)


def test_files_stay_before_their_expiry_day(bundle, work):
    set_expiry(bundle, days=-1)

    a_day_passes(work)

    assert files(bundle) == [True] * 4


def test_expired_bundle_is_rebuilt_from_its_snapshot(bundle, call, clerk, work):
    before = bundle.pdf_sha256, bundle.ready_at
    set_expiry(bundle, days=0)
    a_day_passes(work)
    a_submission(call, text="Later.")
    work()

    build_again(bundle, by=clerk)
    built_bundle(bundle, work)

    assert (bundle.pdf_sha256, bundle.ready_at) == before
    assert files(bundle) == [True] * 4
    assert bundle.keep_until > timezone.now() + datetime.timedelta(days=80)
    assert BundleFile.objects.count() == 4


def test_supplement_continues_a_bundle_whose_files_expired(bundle, call, clerk, work):
    set_expiry(bundle, days=0)
    a_day_passes(work)
    new = a_submission(call, text="Later.")
    work()
    bundle.refresh_from_db()

    more = freeze(
        call.inquiry,
        Specification(title="More"),
        by=clerk,
        previous=bundle,
        continuation=Continuation.SUPPLEMENT,
    )

    assert built_bundle(more, work).items.get(elsewhere=False).submission == new
    first = more.items.get(elsewhere=False).first_number
    assert int(first) > bundle.numbers["next"]


def test_file_needed_by_another_bundle_stays(bundle, call, clerk, work):
    twin = built_bundle(
        freeze(call.inquiry, Specification(title="Pack"), by=a_member(call.inquiry)), work
    )
    set_expiry(bundle, days=0)
    a_day_passes(work)
    assert files(twin) == [True] * 4

    set_expiry(twin, days=0)
    a_day_passes(work)
    assert files(twin) == [False] * 4


def test_files_of_a_submission_cannot_be_removed(bundle):
    named = {
        *Attachment.objects.values_list("sha256", flat=True),
        *Rendition.objects.values_list("sha256", flat=True),
        *bundle.items.values_list("pdf_sha256", flat=True),
        *bundle.files.values_list("sha256", flat=True),
    }
    there = {name for name in named if archive().has(name)}

    assert remove_unreferenced(named) == 0

    assert all(is_referenced(name) for name in named)
    assert all(archive().has(name) for name in there)
    assert quarantine().has(Attachment.objects.get().sha256)


def test_unreferenced_file_is_removed_once():
    stored = put_bytes(archive(), b"nobody's")

    assert remove_unreferenced([stored.sha256, stored.sha256]) == 1
    assert not archive().has(stored.sha256)


def test_files_left_by_a_worker_that_died_are_removed_by_the_next(bundle, work):
    set_expiry(bundle, days=0)
    expire(bundle, now=timezone.now())
    assert files(bundle) == [True] * 4

    work()
    assert files(bundle) == [False] * 4
    ask("clear_bundle", bundle.pk)
    work()
    assert Job.objects.get(name="clear_bundle").state == Job.State.DONE


def test_bundle_requested_again_meanwhile_keeps_its_files(bundle, clerk, work):
    set_expiry(bundle, days=0)
    expire(bundle, now=timezone.now())
    bundle.refresh_from_db()
    build_again(bundle, by=clerk)
    run_job(Job.objects.get(name="build_bundle").pk)

    work()

    assert files(bundle) == [True] * 4


def test_clerk_pins_and_unpins_a_bundle(bundle, call, clerk, work):
    keep(bundle, for_good=True, by=clerk)
    set_expiry(bundle, days=300)
    a_day_passes(work)
    assert files(bundle) == [True] * 4

    keep(bundle, for_good=False, by=clerk)
    bundle.refresh_from_db()
    assert bundle.keep_until > timezone.now() + datetime.timedelta(days=6)
    with pytest.raises(NotPermittedError):
        keep(bundle, for_good=True, by=a_member(call.inquiry, Role.OPERATIONS))


def test_bundles_older_than_the_retention_rule_are_warned_about_first(bundle, work, settings):
    old = timezone.now() - datetime.timedelta(days=400)
    Bundle.objects.update(keep_until=None, ready_at=old)

    expire_due()

    bundle.refresh_from_db()
    assert bundle.goes_soon()
    assert bundle.keep_until > timezone.now() + datetime.timedelta(days=6)
    assert files(bundle) == [True] * 4


def test_retention_of_zero_days_removes_nothing(bundle, work, settings):
    settings.BUNDLE_DAYS = 0
    set_expiry(bundle, days=300)

    a_day_passes(work)

    assert files(bundle) == [True] * 4


def test_page_and_list_warn_a_week_before_and_report_the_removal(bundle, call, clerk, work):
    client, page = signed_in(clerk), reverse("bundle", args=[bundle.pk])
    assert "will be removed on" not in client.get(page).content.decode()
    set_expiry(bundle, days=-6)
    assert "will be removed on" in client.get(page).content.decode()
    assert "until " in client.get(reverse("bundles")).content.decode()
    keeping = reverse("bundle-keep", args=[bundle.pk])

    assert client.get(keeping).status_code == 405
    assert "kept by a clerk" in client.post(keeping, {"do": "keep"}, follow=True).content.decode()
    client.post(keeping, {"do": "let"})
    set_expiry(bundle, days=0)
    a_day_passes(work)

    assert "were removed on" in client.get(page).content.decode()
    refused = client.post(keeping, {"do": "keep"}, follow=True).content.decode()
    assert "Make it again first" in refused


def test_requester_who_is_no_clerk_cannot_pin_a_bundle(call, bundle, work):
    officer = a_member(call.inquiry, Role.OPERATIONS)
    own = built_bundle(freeze(call.inquiry, Specification(title="Own"), by=officer), work)
    client = signed_in(officer)
    shown = client.get(reverse("bundle", args=[own.pk])).content.decode()

    assert "Keep files" not in shown
    client.post(reverse("bundle-keep", args=[own.pk]), {"do": "keep"})
    own.refresh_from_db()
    assert not own.pinned
    assert client.post(reverse("bundle-keep", args=[bundle.pk])).status_code == 404
