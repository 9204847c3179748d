"""A clerk requests an archive bag at the desk; others cannot."""

import contextlib
import io
import tarfile
from pathlib import Path

import bagit
import pytest
from django.urls import reverse

from evidence.bundles.archive_transfer.jobs import ask_for, fail_bag, issue_bag, tarred
from evidence.bundles.archive_transfer.models import ArchiveBag
from evidence.bundles.verification.uploaded_files import Verdict, by_digest
from evidence.custody.models import CustodyEntry
from evidence.decisions.models import Act
from evidence.errors import NotPermittedError, NotReadyError
from evidence.files.storage import archive, place
from evidence.jobs.models import Job
from evidence.lifecycle import Disclosure
from inquiry.people.models import Membership
from inquiry.people.roles import Role
from tests.evidence.admin.admin_client import signed_in
from tests.evidence.bundles.bundle_builders import content
from tests.evidence.bundles.test_files import spoil
from tests.factories import CallFactory, UserFactory, a_member, a_submission, decide
from tests.shared_data import Parts, do_all, made_once, part

pytestmark = pytest.mark.django_db


def make() -> Parts:
    """One open submission and one confidential, both accepted."""
    call = CallFactory(inquiry__prefix="FIA")
    clerk = a_member(call.inquiry)
    submissions = [
        a_submission(call, text="One.", name="Ann Open"),
        a_submission(call, text="Two.", name="Cay Qzsecret", disclosure=Disclosure.CONFIDENTIAL),
    ]
    do_all()
    for submission in submissions:
        decide(submission, Act.ACCEPT, by=clerk)
    do_all()
    return {"call": call, "clerk": clerk, "submissions": submissions}


_world = made_once(make)
call, clerk, submissions = part("call"), part("clerk"), part("submissions")


def page(call) -> str:
    return reverse("archive", args=[call.inquiry.code])


def made_bag(call, clerk, work, **how) -> ArchiveBag:
    bag = ask_for(call.inquiry, by=clerk, **how)
    work()
    bag.refresh_from_db()
    return bag


# --- At the desk ---------------------------------------------------------------------------------


def test_clerk_requests_a_bag_and_downloads_it_as_one_file(
    call, clerk, submissions, work, tmp_path
):
    desk = signed_in(clerk)
    assert page(call) in desk.get(reverse("bundles")).content.decode()

    answer = desk.post(page(call), {"understood": "on"})
    assert answer["Location"] == page(call)
    assert "Waiting to start" in desk.get(page(call)).content.decode()
    work()
    bag = ArchiveBag.objects.get()
    assert "Download, 1 submission," in desk.get(page(call)).content.decode()
    taken = desk.get(reverse("archive-file", args=[call.inquiry.code, bag.pk]))

    name = f"FIA-archive-{bag.requested_at:%Y-%m-%d}"
    assert taken["Content-Disposition"] == f'attachment; filename="{name}.tar"'
    with tarfile.open(fileobj=io.BytesIO(taken.getvalue())) as opened:
        opened.extractall(tmp_path / "out", filter="data")
    bagit.Bag(str(tmp_path / "out" / name)).validate()
    assert CustodyEntry.objects.filter(act="archive bag downloaded", by=clerk).count() == 1
    assert CustodyEntry.objects.filter(act="archive bag asked for", by=clerk).count() == 1


def test_progress_bar_shows_how_far_the_bag_is(call, clerk, submissions, work):
    bag = ask_for(call.inquiry, by=clerk)
    Job.objects.filter(subject_id=bag.pk).update(done=1, total=4, message="FIA0001")
    address = reverse("archive-bag", args=[call.inquiry.code, bag.pk])
    desk = signed_in(clerk)

    assert desk.get(address).json() == {"state": "asked", "percent": 25, "message": "FIA0001"}
    work()
    assert desk.get(address).json()["percent"] == 100


def test_confidential_evidence_is_in_the_bag_only_on_request(call, clerk, submissions, work):
    without = made_bag(call, clerk, work)
    included = made_bag(call, clerk, work, with_confidential=True)

    assert (without.submissions, included.submissions) == (1, 2)
    assert b"Qzsecret" not in content(without.sha256)
    assert b"Qzsecret" in content(included.sha256)


def test_request_with_confidential_evidence_needs_a_handling_statement(call, clerk, submissions):
    answer = signed_in(clerk).post(page(call), {})

    assert answer.status_code == 422
    assert "Confirm that you will handle the file" in answer.content.decode()
    assert not ArchiveBag.objects.exists()


def test_request_without_evidence_is_refused_with_a_message():
    empty = CallFactory()
    answer = signed_in(a_member(empty.inquiry)).post(page(empty), {"understood": "on"})

    assert answer.status_code == 422
    assert "no evidence here that can be handed" in answer.content.decode()


def test_unfinished_file_cannot_be_downloaded(call, clerk, submissions):
    bag = ask_for(call.inquiry, by=clerk)
    with pytest.raises(NotReadyError, match="not ready yet"):
        issue_bag(bag, by=clerk)
    answer = signed_in(clerk).get(reverse("archive-file", args=[call.inquiry.code, bag.pk]))
    assert answer["Location"] == page(call)
    assert not CustodyEntry.objects.filter(act="archive bag downloaded").exists()


def test_page_names_what_could_not_be_included(call, clerk, submissions, work):
    sha256 = submissions[0].attachments.get().sha256
    spoil(Path(archive().path(place(sha256))), "missing")
    made_bag(call, clerk, work)

    shown = signed_in(clerk).get(page(call)).content.decode()

    assert "1 file could not be included" in shown
    assert "original/0.txt</code>. It is missing in storage." in shown


# --- Who may not ---------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [role for role in Role if role != Role.CLERK])
def test_page_and_file_do_not_exist_for_other_roles(call, clerk, submissions, work, role):
    bag = made_bag(call, clerk, work)
    person = a_member(call.inquiry, role, sees_confidential=True, sees_identities=True)
    desk = signed_in(person)

    with pytest.raises(NotPermittedError):
        ask_for(call.inquiry, by=person)
    with pytest.raises(NotPermittedError):
        issue_bag(bag, by=person)
    assert desk.get(page(call)).status_code == 404
    assert desk.post(page(call), {"understood": "on"}).status_code == 404
    for name in ("archive-bag", "archive-file"):
        assert desk.get(reverse(name, args=[call.inquiry.code, bag.pk])).status_code == 404
    assert "Archive transfer" not in desk.get(reverse("bundles")).content.decode()
    assert ArchiveBag.objects.count() == 1


def test_clerk_of_another_inquiry_and_superuser_find_nothing(call, clerk, submissions, work):
    bag = made_bag(call, clerk, work)
    elsewhere = CallFactory()
    for person in (a_member(elsewhere.inquiry), UserFactory(is_superuser=True)):
        desk = signed_in(person)
        assert desk.get(page(call)).status_code == 404
        for code in (call.inquiry.code, elsewhere.inquiry.code):
            assert desk.get(reverse("archive-file", args=[code, bag.pk])).status_code == 404


def test_clerk_who_lost_the_role_before_the_job_ran_gets_nothing(call, clerk, submissions, work):
    bag = ask_for(call.inquiry, by=clerk)
    Membership.objects.filter(user=clerk).delete()
    for _ in range(4):
        Job.objects.filter(subject_id=bag.pk).update(due_at=bag.requested_at)
        work()

    bag.refresh_from_db()
    assert bag.state == ArchiveBag.State.FAILED
    assert "You do not have permission to transfer evidence to the archive." in bag.reason
    assert bag.sha256 == ""


# --- Bytes ---------------------------------------------------------------------------------------


def test_same_evidence_gives_the_same_file_and_verifies(call, clerk, submissions, work):
    first, second = made_bag(call, clerk, work), made_bag(call, clerk, work)

    assert first.sha256 == second.sha256
    answer = by_digest("file", first.sha256)
    assert answer.verdict == Verdict.UNALTERED
    assert answer.known.fingerprint == first.fingerprint != ""


def test_tar_of_a_bag_opens_anywhere_and_holds_no_times_or_owners(tmp_path):
    folder = tmp_path / "bag"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "a.txt").write_bytes(b"x" * 1000)
    (folder / "data" / "empty.txt").write_bytes(b"")
    (folder / "bagit.txt").write_bytes(b"y" * 512)

    whole = b"".join(tarred(folder))

    with tarfile.open(fileobj=io.BytesIO(whole)) as opened:
        entries = opened.getmembers()
        assert [entry.name for entry in entries] == [
            "bag/bagit.txt",
            "bag/data/a.txt",
            "bag/data/empty.txt",
        ]
        assert {
            (member.mtime, member.uid, member.gid, member.uname, member.mode) for member in entries
        } == {(0, 0, 0, "", 0o644)}
        assert opened.extractfile(entries[1]).read() == b"x" * 1000


def test_failed_bag_shows_the_reason(call, clerk, submissions, work):
    bag = ask_for(call.inquiry, by=clerk)
    fail_bag(bag, reason="It stopped.", within=contextlib.nullcontext)

    assert "could not be made. It stopped." in signed_in(clerk).get(page(call)).content.decode()
