"""The files of a bundle: downloads are recorded, and failures are reported."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from evidence.bundles.downloads import issue
from evidence.bundles.models import Bundle
from evidence.bundles.requests import build_again, freeze
from evidence.bundles.specification import Specification
from evidence.custody.models import CustodyEntry
from evidence.documents.models import Rendition
from evidence.errors import NotReadyError
from evidence.files.storage import archive, place
from evidence.jobs.models import Job
from evidence.lifecycle import Disclosure
from inquiry.people.roles import Role
from tests.evidence.bundles.bundle_builders import a_bundle, built_bundle, letters, pages, rows
from tests.factories import (
    a_member,
    a_submission,
)
from tests.jobs import without_pauses

pytestmark = pytest.mark.django_db

# --- Files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("harm", ["missing", "damaged"])
def test_submission_with_unusable_pages_is_named_and_the_bundle_is_made(call, clerk, work, harm):
    good, bad = a_submission(call, text="Good."), a_submission(call, text="Bad.")
    work()
    pdf = Rendition.objects.get(submission=bad, form=Rendition.Form.PDF)
    spoil(Path(archive().path(place(pdf.sha256))), harm)

    bundle = a_bundle(call, clerk, work)

    assert bundle.items.get(submission=good).not_included == ""
    assert bundle.items.get(submission=bad).not_included
    reasons = {row["reference"]: row["not included because"] for row in rows(bundle)}
    assert reasons[good.receipt] == ""
    assert reasons[bad.receipt]
    # A long receipt may be broken over two lines.
    assert letters(bad.receipt) in letters("".join(pages(bundle)))


@pytest.mark.parametrize("harm", ["missing", "damaged", "not kept"])
def test_bundle_is_identical_without_prepared_fragments(call, clerk, work, harm):
    submission = a_submission(call, text="Words of evidence.")
    work()
    before = a_bundle(call, clerk, work)
    kept = Rendition.objects.get(submission=submission, form=Rendition.Form.FRAGMENT)
    if harm == "not kept":
        kept.delete()
    else:
        spoil(Path(archive().path(place(kept.sha256))), harm)

    after = a_bundle(call, clerk, work)

    assert after.items.get().not_included == ""
    assert (after.fingerprint, after.pdf_sha256) == (before.fingerprint, before.pdf_sha256)


def test_pages_are_numbered_as_specified(call, clerk, work):
    a_submission(call)
    work()

    bundle = a_bundle(call, clerk, work, prefix="B-", of_pages=True)

    for number, words in enumerate(pages(bundle)[1:], start=2):
        assert f"Page B-{number} of B-{bundle.pages}" in words


def test_bundle_is_built_without_existing_fragments(call, clerk, work):
    a_submission(call)
    work()
    bundle = freeze(call.inquiry, Specification(title="Pack"), by=clerk)
    snapshot = bundle.snapshot
    snapshot["items"][0]["fragment"] = ""
    Bundle.objects.filter(pk=bundle.pk).update(snapshot=snapshot)

    assert built_bundle(bundle, work).items.get().not_included == ""


def test_bundle_with_a_snapshot_of_another_version_fails_with_a_reason(
    call, clerk, work, monkeypatch
):
    without_pauses(monkeypatch)
    a_submission(call)
    work()
    bundle = freeze(call.inquiry, Specification(title="Pack"), by=clerk)
    Bundle.objects.filter(pk=bundle.pk).update(snapshot=bundle.snapshot | {"version": 0})

    work()

    bundle.refresh_from_db()
    assert bundle.state == Bundle.State.FAILED
    assert "another version of the program" in bundle.reason


def spoil(file: Path, harm: str) -> None:
    file.unlink()
    if harm == "damaged":
        file.write_bytes(b"%PDF-1.7 and then nothing")


def test_every_download_is_recorded_with_person_and_file(call, clerk, work):
    a_submission(call)
    work()
    bundle = a_bundle(call, clerk, work)

    issue(bundle, form="pdf", by=clerk)
    issue(bundle, form="zip", by=clerk)

    entries = CustodyEntry.objects.filter(act="bundle downloaded", subject_id=str(bundle.pk))
    assert [(entry.by, entry.detail["form"]) for entry in entries] == [
        (clerk, "pdf"),
        (clerk, "zip"),
    ]
    assert bundle.downloads.count() == 2


# --- When it goes wrong --------------------------------------------------------------------------


def test_selection_without_pages_is_refused_with_a_message(call, clerk):
    a_submission(call)
    with pytest.raises(NotReadyError, match="nothing to bundle"):
        freeze(call.inquiry, Specification(title="Pack"), by=clerk)


def test_invalid_selection_is_refused_with_a_message(call, clerk, work):
    a_submission(call)
    work()
    with pytest.raises(NotReadyError, match="Choose the filters again"):
        freeze(call.inquiry, Specification(title="Pack", filters="status=nonsense"), by=clerk)


def test_unfinished_bundle_cannot_be_downloaded(call, clerk, work):
    a_submission(call)
    work()
    bundle = freeze(call.inquiry, Specification(title="Pack"), by=clerk)
    with pytest.raises(NotReadyError, match="not ready yet"):
        issue(bundle, form="pdf", by=clerk)
    assert not bundle.downloads.exists()


def test_failed_bundle_is_retried_on_request(call, clerk, work):
    a_submission(call)
    work()
    bundle = freeze(call.inquiry, Specification(title="Pack"), by=clerk)
    Job.objects.filter(subject_id=bundle.pk).update(state=Job.State.HELD)
    Bundle.objects.filter(pk=bundle.pk).update(state=Bundle.State.FAILED, reason="It stopped.")

    build_again(bundle, by=clerk)

    assert built_bundle(bundle, work).reason == ""


def test_retrying_a_ready_bundle_changes_nothing(call, clerk, work):
    a_submission(call)
    work()
    bundle = a_bundle(call, clerk, work)

    build_again(bundle, by=clerk)

    assert work() == 0
    assert not CustodyEntry.objects.filter(act="bundle asked for again").exists()


# --- The command ---------------------------------------------------------------------------------


def test_command_makes_a_bundle_with_the_permissions_of_the_named_person(
    call, clerk, work, tmp_path, capsys
):
    a_submission(call, text="Open.")
    a_submission(call, text="Secret.", disclosure=Disclosure.CONFIDENTIAL)
    work()
    out = tmp_path / "bundle.pdf"

    call_command("make_bundle", inquiry=call.inquiry.code, user=clerk.username, out=out)

    assert out.read_bytes().startswith(b"%PDF-")
    assert "(1 submissions," in capsys.readouterr().out
    assert CustodyEntry.objects.filter(act="bundle downloaded", by=clerk).count() == 1


def test_command_refuses_people_who_may_not_make_bundles(call, work, tmp_path):
    a_submission(call)
    work()
    member = a_member(call.inquiry, Role.MEMBER)
    out = tmp_path / "bundle.pdf"

    with pytest.raises(CommandError, match=r"You do not have permission to make bundles\."):
        call_command("make_bundle", inquiry=call.inquiry.code, user=member.username, out=out)
    assert not out.exists()


def test_command_names_unknown_arguments(call, clerk, tmp_path):
    with pytest.raises(CommandError, match="There is no institution “Nowhere”"):
        call_command(
            "make_bundle",
            inquiry=call.inquiry.code,
            user=clerk.username,
            institution=["Nowhere"],
            out=tmp_path / "b.pdf",
        )
