"""The bag for an archive: whole or not there, all that may be in it, nothing that may not."""

import csv
import fcntl
import io
import json
import os
from datetime import date
from pathlib import Path

import bagit
import pytest

from evidence.bundles.archive_transfer.bagit_writer import BagFolder
from evidence.bundles.archive_transfer.transfer import Transfer, submissions_for, write
from evidence.custody.models import CustodyEntry
from evidence.decisions.decide import withdraw
from evidence.decisions.models import Act
from evidence.documents.models import Rendition
from evidence.errors import NotPermittedError, NotReadyError
from evidence.files.storage import archive, place
from evidence.lifecycle import Disclosure
from evidence.submissions.models import Submission
from evidence.tagging import tag
from inquiry.people.models import User
from inquiry.people.roles import Role
from tests.end_to_end.disclosure_reading import words_in
from tests.evidence.bundles.test_files import spoil
from tests.factories import (
    CallFactory,
    InstitutionFactory,
    ThemeFactory,
    UserFactory,
    a_member,
    a_submission,
    decide,
    docx,
)
from tests.shared_data import Parts, do_all, made_once, part

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 17)


def make() -> Parts:
    """One open submission, one with the name withheld, one confidential, one nobody has decided
    on."""
    call = CallFactory(inquiry__prefix="FIA")
    clerk = a_member(call.inquiry)
    contact = {"email": "qzemail@example.org", "phone": "qzphone"}
    submissions = {
        "open": a_submission(
            call, text="One.", name="Ann Open", title="=1+1\r\n../../etc", **contact
        ),
        "withheld": a_submission(
            call,
            content=docx("Two."),
            file_name="ben-hidden.docx",
            name="Ben Hidden",
            disclosure=Disclosure.NAME_WITHHELD,
        ),
        "secret": a_submission(
            call, text="qzbody", name="Cay qzname", title="qztitle", disclosure="confidential"
        ),
        "waiting": a_submission(call, text="Qzwaiting.", name="Di Qzwaiting"),
    }
    do_all()
    decide(submissions["open"], Act.ACCEPT, by=clerk)
    decide(submissions["withheld"], Act.ACCEPT, by=clerk)
    decide(submissions["secret"], Act.ACCEPT, by=clerk)
    do_all()
    for submission in submissions.values():
        submission.refresh_from_db()
    return {"call": call, "clerk": clerk, "evidence": submissions}


_world = made_once(make)
call, clerk, evidence = part("call"), part("clerk"), part("evidence")


def bagged(call, folder: Path, *, by: User, **how) -> Transfer:
    confidential = how.get("with_confidential", False)
    submissions = submissions_for(call.inquiry, by=by, with_confidential=confidential)
    return write(submissions, folder, inquiry=call.inquiry, by=by, on=TODAY, **how)


def inside(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def table(folder: Path, name: str) -> list[dict[str, str]]:
    text = (folder / f"data/metadata/{name}.csv").read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def submission_in(folder: Path, submission: Submission) -> dict:
    return json.loads((folder / f"data/submissions/{submission.label}/submission.json").read_text())


# --- What is in it -------------------------------------------------------------------------------


def test_it_is_a_bag_as_others_read_it_and_holds_originals_renditions_and_data(
    call, clerk, evidence, tmp_path
):
    transfer = bagged(call, tmp_path / "bag", by=clerk)

    bag = bagit.Bag(str(tmp_path / "bag"))
    bag.validate()
    assert sorted(bag.algorithms) == ["sha256", "sha512"]
    assert bag.info["Payload-Oxum"] == f"{transfer.size}.{transfer.files}"
    assert bag.info["Bagging-Date"] == "2026-03-17"
    assert bag.info["Source-Organization"].startswith(call.inquiry.committee.name)
    assert transfer.submissions == 2
    files = inside(tmp_path / "bag")
    withheld = evidence["withheld"]
    original = withheld.attachments.get()
    kept = files[f"data/submissions/{withheld.label}/original/0.docx"]
    with archive().read(original.sha256) as stream:
        assert kept == stream.read()
    for form in ("pdf/0.pdf", "text/0.txt", "document/0.json", "submission.json", "custody.json"):
        assert f"data/submissions/{withheld.label}/{form}" in files
    assert (tmp_path / "bag").stat().st_mode & 0o077 == 0


def test_the_data_of_a_submission_say_who_when_how_and_what_was_decided(
    call, clerk, evidence, tmp_path
):
    submission = evidence["withheld"]
    tag.with_institution(submission, InstitutionFactory(name="Alpha"), part="submitter", by=clerk)
    tag.with_theme(submission, ThemeFactory(name="Visas"), by=clerk)

    bagged(call, tmp_path / "bag", by=clerk)

    data = submission_in(tmp_path / "bag", submission)
    assert data["witnesses"] == ["Ben Hidden, University of X"]
    assert data["known_as"] == "Name withheld"
    assert data["disclosure"]["now"] == "name_withheld"
    assert [entry["act"] for entry in data["decisions"]] == ["accept"]
    assert [entry["after"] for entry in data["moves"]][-1] == "accepted"
    assert data["tags"]["institutions"] == [{"name": "Alpha", "part": "submitter", "ror": ""}]
    assert data["tags"]["themes"] == ["Visas"]
    (file,) = data["files"]
    assert file["name_as_sent"] == "ben-hidden.docx"
    assert file["file"] == f"data/submissions/{submission.label}/original/0.docx"
    rows = table(tmp_path / "bag", "submissions")
    assert [row["reference"] for row in rows] == [evidence["open"].label, submission.label]
    assert [row["act"] for row in table(tmp_path / "bag", "decisions")] == ["accept", "accept"]


def test_what_was_done_with_a_submission_is_in_it_as_it_was_recorded(
    call, clerk, evidence, tmp_path
):
    submission = evidence["open"]
    bagged(call, tmp_path / "bag", by=clerk)

    custody = json.loads(
        (tmp_path / f"bag/data/submissions/{submission.label}/custody.json").read_text()
    )

    entries = CustodyEntry.objects.filter(subject_id=str(submission.pk)).order_by("sequence")
    assert [record["digest"] for record in custody] == [entry.digest for entry in entries]
    assert custody[0]["act"] == entries[0].act


def test_the_same_evidence_gives_the_same_bytes(call, clerk, evidence, tmp_path):
    first = bagged(call, tmp_path / "first", by=clerk, with_confidential=True)
    second = bagged(call, tmp_path / "second", by=a_member(call.inquiry), with_confidential=True)

    assert first.digest == second.digest
    assert inside(tmp_path / "first") == inside(tmp_path / "second")


def test_names_of_files_and_titles_make_no_paths_facts_or_formulas(call, clerk, work, tmp_path):
    call.inquiry.title = "Title\r\nBagging-Date: 1066-10-14"
    call.inquiry.save()
    submission = a_submission(call, file_name="../../=evil%0A.txt", title="=HYPERLINK(1)\r\nx")
    work()
    decide(submission, Act.ACCEPT, by=clerk)
    work()

    bagged(call, tmp_path / "bag", by=clerk)

    bag = bagit.Bag(str(tmp_path / "bag"))
    bag.validate()
    assert bag.info["Bagging-Date"] == "2026-03-17"
    assert {path.name for path in tmp_path.iterdir()} == {"bag", "stores"}
    assert not [name for name in inside(tmp_path / "bag") if "evil" in name]
    assert table(tmp_path / "bag", "submissions")[0]["title"].startswith("'=")


# --- What is not in it ---------------------------------------------------------------------------


def everything(folder: Path) -> str:
    """All names and words of a bag, those inside its documents too."""
    files = inside(folder)
    return "\n".join([*files, *map(words_in, files.values())])


def test_confidential_evidence_leaves_no_trace_unless_it_is_asked_for(
    call, clerk, evidence, tmp_path
):
    secret = evidence["secret"]
    marks = ["qzbody", "qzname", "qztitle", secret.label, secret.receipt, str(secret.pk)]

    bagged(call, tmp_path / "without", by=clerk)
    text = everything(tmp_path / "without")
    assert [mark for mark in marks if mark in text] == []
    assert "Confidential evidence, if there is any, is not in it." in text

    bagged(call, tmp_path / "with", by=clerk, with_confidential=True)
    text = everything(tmp_path / "with")
    assert [mark for mark in marks if mark not in text] == [str(secret.pk)]


def test_a_supplement_does_not_name_a_confidential_submission_it_adds_to(
    call, clerk, evidence, tmp_path
):
    submission, secret = evidence["open"], evidence["secret"]
    Submission.objects.filter(pk=submission.pk).update(supplements=secret)

    bagged(call, tmp_path / "without", by=clerk)
    assert submission_in(tmp_path / "without", submission)["supplements"] is None
    bagged(call, tmp_path / "with", by=clerk, with_confidential=True)
    assert submission_in(tmp_path / "with", submission)["supplements"] == secret.label


def test_contact_details_and_what_is_not_the_committees_are_never_in_it(
    call, clerk, evidence, work, tmp_path
):
    gone = evidence["withheld"]
    withdraw(gone, by=clerk, note="By leave of the committee.")
    elsewhere = CallFactory()
    other = a_submission(elsewhere, text="Qzelsewhere.", name="Qzelsewhere")
    work()
    decide(other, Act.ACCEPT, by=a_member(elsewhere.inquiry))

    bagged(call, tmp_path / "bag", by=clerk, with_confidential=True)

    text = everything(tmp_path / "bag").casefold()
    marks = ["qzemail", "qzphone", "qzwaiting", "qzelsewhere", "ben hidden", gone.receipt]
    assert [mark for mark in marks if mark.casefold() in text] == []


@pytest.mark.parametrize("harm", ["missing", "damaged"])
@pytest.mark.parametrize("what", ["original", "pdf"])
def test_a_file_the_store_has_no_more_is_named_with_its_reason_and_the_rest_is_whole(
    call, clerk, evidence, tmp_path, harm, what
):
    submission = evidence["open"]
    if what == "original":
        sha256, name = submission.attachments.get().sha256, "original/0.txt"
    else:
        sha256, name = Rendition.objects.get(submission=submission, form="pdf").sha256, "pdf/0.pdf"
    spoil(Path(archive().path(place(sha256))), harm)

    transfer = bagged(call, tmp_path / "bag", by=clerk)

    bagit.Bag(str(tmp_path / "bag")).validate()
    name = f"submissions/{submission.label}/{name}"
    assert transfer.left_out == [(submission.label, name, f"It is {harm} in storage.")]
    assert table(tmp_path / "bag", "left-out") == [
        {"submission": submission.label, "file": name, "reason": f"It is {harm} in storage."}
    ]
    assert f"data/{name}" not in inside(tmp_path / "bag")


def test_pages_with_a_heading_that_no_longer_holds_are_not_handed_over(
    call, clerk, evidence, tmp_path
):
    submission = evidence["open"]
    # Nobody has made the pages again yet.
    decide(submission, Act.WITHHOLD_NAME, by=clerk)

    transfer = bagged(call, tmp_path / "bag", by=clerk)

    assert [name for _, name, _ in transfer.left_out] == [
        f"submissions/{submission.label}/pdf/0.pdf"
    ]
    assert "bear a heading that no longer holds" in transfer.left_out[0][2]


# --- Who may -------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [role for role in Role if role != Role.CLERK])
def test_nobody_but_a_clerk_may_hand_evidence_over_however_cleared(call, evidence, tmp_path, role):
    person = a_member(call.inquiry, role, sees_confidential=True, sees_identities=True)

    with pytest.raises(NotPermittedError, match="transfer evidence to the archive"):
        bagged(call, tmp_path / "bag", by=person)
    assert [path.name for path in tmp_path.iterdir()] == ["stores"]
    assert not CustodyEntry.objects.filter(act__contains="archive").exists()


def test_a_clerk_of_another_inquiry_or_a_superuser_may_not(call, evidence, tmp_path):
    for person in (a_member(CallFactory().inquiry), UserFactory(is_superuser=True)):
        with pytest.raises(NotPermittedError):
            bagged(call, tmp_path / "bag", by=person)
    assert not (tmp_path / "bag").exists()


def test_submissions_that_were_asked_for_are_narrowed_to_those_that_may_go(
    call, clerk, evidence, tmp_path
):
    every = Submission.objects.all()
    transfer = write(every, tmp_path / "bag", inquiry=call.inquiry, by=clerk, on=TODAY)
    assert transfer.submissions == 2
    chosen = every.filter(pk=evidence["open"].pk)
    transfer = write(chosen, tmp_path / "one", inquiry=call.inquiry, by=clerk, on=TODAY)
    assert transfer.submissions == 1
    assert evidence["withheld"].label not in everything(tmp_path / "one")


def test_it_is_on_record_who_handed_over_what(call, clerk, evidence, tmp_path):
    transfer = bagged(call, tmp_path / "bag", by=clerk, with_confidential=True)

    made = CustodyEntry.objects.get(act="archive bag written")
    assert (made.by, made.inquiry) == (clerk, call.inquiry)
    assert made.detail == {
        "submissions": 3,
        "files": transfer.files,
        "confidential": True,
        "bag": transfer.digest,
    }
    given = CustodyEntry.objects.filter(act="given to the archive").values_list(
        "subject_id", flat=True
    )
    assert set(given) == {str(evidence[name].pk) for name in ("withheld", "secret")}


# --- Whole or not there --------------------------------------------------------------------------


def test_a_run_that_ends_half_way_leaves_nothing(call, clerk, evidence, tmp_path):
    def stop(done: int, of: int, message: str) -> None:
        if done == 1:
            assert any(path.name.endswith(".unfinished") for path in tmp_path.iterdir())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bagged(call, tmp_path / "bag", by=clerk, report=stop)

    assert [path.name for path in tmp_path.iterdir()] == ["stores"]
    assert CustodyEntry.objects.filter(act="archive bag begun").exists()
    assert not CustodyEntry.objects.filter(act="archive bag written").exists()


def test_what_a_killed_run_has_left_is_no_bag_and_is_cleared_away(call, clerk, evidence, tmp_path):
    left = tmp_path / ".bag.unfinished"
    (left / "data/submissions").mkdir(parents=True)
    (left / "data/submissions/old.pdf").write_bytes(b"%PDF")
    (left / "bag-info.txt").write_bytes(b"")
    with pytest.raises(bagit.BagError):
        bagit.Bag(str(left))

    bagged(call, tmp_path / "bag", by=clerk)

    bagit.Bag(str(tmp_path / "bag")).validate()
    assert not left.exists()


def test_two_runs_to_one_place_do_not_mix(tmp_path):
    with BagFolder(tmp_path / "bag") as first:
        first.add("one.txt", [b"1"])
        with pytest.raises(NotReadyError, match="Another run"), BagFolder(tmp_path / "bag"):
            pass
        first.seal({})
        first.move()
    bagit.Bag(str(tmp_path / "bag")).validate()


def test_a_lock_is_let_go_when_a_run_ends(tmp_path):
    with BagFolder(tmp_path / "bag") as bag:
        bag.seal({})
        bag.move()
    handle = os.open(tmp_path / "bag", os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(handle)


@pytest.mark.parametrize("there", ["folder", "file", "dead link"])
def test_nothing_that_is_there_is_overwritten(call, clerk, evidence, tmp_path, there):
    match there:
        case "folder":
            (tmp_path / "bag").mkdir()
        case "file":
            (tmp_path / "bag").write_text("mine")
        case "dead link":
            (tmp_path / "bag").symlink_to(tmp_path / "nowhere")
    with pytest.raises(NotReadyError, match="There is something at"):
        bagged(call, tmp_path / "bag", by=clerk)


def test_an_inquiry_without_evidence_makes_no_bag(tmp_path):
    empty = CallFactory()
    with pytest.raises(NotReadyError, match="no evidence here that can be handed"):
        bagged(empty, tmp_path / "bag", by=a_member(empty.inquiry))
    assert not (tmp_path / "bag").exists()
