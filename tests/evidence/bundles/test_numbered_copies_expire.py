"""Files of numbered copies expire with their bundle; their pages can still be traced."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from evidence.bundles.models import Bundle, BundleFile, NumberedCopy
from evidence.bundles.numbered_copies import (
    Recipient,
    issue_copies,
    make_copy_again,
    take_copy,
    withdraw_copy,
)
from evidence.bundles.requests import build_again
from evidence.bundles.retention import expire, keep
from evidence.decisions.models import Act
from evidence.errors import NotPermittedError, NotReadyError
from evidence.files.storage import archive
from evidence.jobs.models import Job
from evidence.jobs.queue import ask
from evidence.stored_files.garbage_collection import StorageTransaction
from evidence.tasks.registry import TIDY
from evidence.tasks.run import run_job
from inquiry.people.models import User
from inquiry.people.roles import Role
from tests.evidence.bundles.bundle_builders import a_bundle, built_bundle
from tests.evidence.web.test_staff_pages import signed_in
from tests.factories import CallFactory, a_member, a_submission, decide
from tests.shared_data import Parts, do_all, made_once, part

pytestmark = pytest.mark.django_db


def make() -> Parts:
    call = CallFactory(inquiry__prefix="FIA")
    clerk, member = a_member(call.inquiry), a_member(call.inquiry, Role.MEMBER)
    a_submission(call)
    do_all()
    bundle = a_bundle(call, clerk, do_all)
    copy = issue_copies(bundle, [Recipient("Dr Jones", member)], by=clerk)[0]
    do_all()
    copy.refresh_from_db()
    assert copy.state == NumberedCopy.State.READY
    return {"call": call, "clerk": clerk, "member": member, "bundle": bundle, "copy": copy}


_world = made_once(make)
call, clerk, member = part("call"), part("clerk"), part("member")
bundle, copy = part("bundle"), part("copy")


def digest(copy: NumberedCopy) -> str:
    return copy.files.get().sha256


def set_expiry(bundle: Bundle, **ago: int) -> None:
    until = timezone.now() - datetime.timedelta(**ago)
    Bundle.objects.filter(pk=bundle.pk).update(keep_until=until)


def a_day_passes(work) -> None:
    ask("tidy", TIDY)
    work()


def expire_bundle(bundle: Bundle, work) -> None:
    set_expiry(bundle, days=0)
    a_day_passes(work)
    bundle.refresh_from_db()
    assert bundle.state == Bundle.State.EXPIRED


def page_of(bundle: Bundle, reader: User) -> str:
    address = reverse("bundle-copies", args=[bundle.pk])
    return signed_in(reader).get(address).content.decode()


def own_page(reader: User) -> str:
    return signed_in(reader).get(reverse("copies")).content.decode()


# --- They go -------------------------------------------------------------------------------------


@pytest.mark.parametrize("withdrawn", [False, True])
def test_files_of_copies_expire_with_their_bundle(withdrawn, bundle, copy, clerk, member, work):
    if withdrawn:
        withdraw_copy(copy, why="Left", by=clerk)
    set_expiry(bundle, days=-1)
    a_day_passes(work)
    assert archive().has(digest(copy))

    expire_bundle(bundle, work)

    assert not archive().has(digest(copy))
    copy.refresh_from_db()
    with pytest.raises(NotReadyError, match="was withdrawn" if withdrawn else "no longer kept"):
        take_copy(copy, by=member)
    assert bundle.downloads.count() == 0


@pytest.mark.parametrize("withdrawn", [False, True])
def test_files_of_copies_of_a_kept_bundle_stay(withdrawn, bundle, copy, clerk, work):
    if withdrawn:
        withdraw_copy(copy, why="Left", by=clerk)
    keep(bundle, for_good=True, by=clerk)
    set_expiry(bundle, days=400)

    a_day_passes(work)

    assert archive().has(digest(copy))


def test_copy_made_while_its_bundle_expires_is_removed(bundle, clerk, work, monkeypatch):
    late = issue_copies(bundle, [Recipient("Late")], by=clerk)[0]
    set_expiry(bundle, days=0)
    put = StorageTransaction.put_file

    def put_as_it_goes(self, path):
        expire(Bundle.objects.get(pk=bundle.pk), now=timezone.now())
        return put(self, path)

    monkeypatch.setattr(StorageTransaction, "put_file", put_as_it_goes)
    run_job(Job.objects.get(name="build_copy", subject_id=late.pk).pk)
    assert not late.files.exists()
    Job.objects.filter(name="build_copy", subject_id=late.pk).update(due_at=timezone.now())
    work()

    late.refresh_from_db()
    assert late.state == NumberedCopy.State.FAILED
    assert not late.files.exists()


def test_copy_withdrawn_before_it_is_built_is_not_built(bundle, clerk, work):
    late = issue_copies(bundle, [Recipient("Late")], by=clerk)[0]
    withdraw_copy(late, why="A mistake", by=clerk)

    work()

    assert not late.files.exists()
    assert "Withdrawn" in page_of(bundle, clerk)


# --- And are made again --------------------------------------------------------------------------


def test_rebuilding_a_bundle_rebuilds_the_same_copy(bundle, copy, clerk, member, work):
    before, code = digest(copy), copy.code
    expire_bundle(bundle, work)
    with pytest.raises(NotReadyError, match="Make the bundle again first"):
        make_copy_again(copy, by=clerk)
    build_again(bundle, by=clerk)
    built_bundle(bundle, work)
    assert not archive().has(before)

    make_copy_again(copy, by=clerk)
    work()

    copy.refresh_from_db()
    assert (digest(copy), copy.code) == (before, code)
    assert take_copy(copy, by=member).sha256 == before
    assert archive().has(before)
    assert BundleFile.objects.filter(copy=copy).count() == 1


def test_existing_or_withdrawn_copy_is_not_rebuilt(bundle, copy, clerk, work):
    make_copy_again(copy, by=clerk)
    copy.refresh_from_db()
    assert copy.state == NumberedCopy.State.READY
    withdraw_copy(copy, why="Left", by=clerk)
    expire_bundle(bundle, work)
    build_again(bundle, by=clerk)
    built_bundle(bundle, work)

    make_copy_again(copy, by=clerk)

    assert work() == 0


@pytest.mark.parametrize(
    ("since", "refusal"),
    [("protected", "given more protection"), ("left", "may not see everything")],
)
def test_copy_that_may_no_longer_be_issued_is_not_rebuilt(
    since, refusal, bundle, copy, clerk, member, work
):
    NumberedCopy.objects.update(state=NumberedCopy.State.FAILED)
    if since == "protected":
        decide(bundle.items.get().submission, Act.WITHHOLD_NAME, by=clerk)
        work()
    else:
        member.memberships.all().delete()

    with pytest.raises(NotReadyError, match=refusal):
        make_copy_again(NumberedCopy.objects.get(), by=clerk)


def test_only_bundle_makers_rebuild_a_copy(call, bundle, copy, work):
    NumberedCopy.objects.update(state=NumberedCopy.State.FAILED)

    for role in (Role.MEMBER, Role.ADVISER, Role.MEDIA):
        with pytest.raises(NotPermittedError):
            make_copy_again(copy, by=a_member(call.inquiry, role))


# --- What is said --------------------------------------------------------------------------------


def test_recipient_and_clerk_are_warned_before_a_copy_expires(bundle, copy, clerk, member, work):
    link = reverse("copy-file", args=[copy.pk, 1])
    assert "will be removed on" not in page_of(bundle, clerk) + own_page(member)
    set_expiry(bundle, days=-6)
    assert "will be removed on" in page_of(bundle, clerk)
    assert "will be removed on" in own_page(member)
    assert link in own_page(member)

    expire_bundle(bundle, work)

    for shown in (own_page(member), page_of(bundle, clerk)):
        assert "has been removed" in shown
        assert link not in shown
    assert "ask the inquiry staff to make it again" in own_page(member)
    assert "Make the bundle again" in page_of(bundle, clerk)
    assert "Issue copies</button>" not in page_of(bundle, clerk)
    refused = signed_in(member).get(link, follow=True).content.decode()
    assert "The file of copy 1 is no longer kept." in refused

    build_again(bundle, by=clerk)
    built_bundle(bundle, work)
    again = reverse("copy-again", args=[copy.pk])
    assert again in page_of(bundle, clerk)
    signed_in(clerk).post(again)
    work()
    assert link in own_page(member)
    assert "has been removed" not in page_of(bundle, clerk)


def test_page_of_an_expired_bundle_links_to_its_copies(bundle, copy, clerk, work):
    expire_bundle(bundle, work)

    shown = signed_in(clerk).get(reverse("bundle", args=[bundle.pk])).content.decode()

    assert reverse("bundle-copies", args=[bundle.pk]) in shown
