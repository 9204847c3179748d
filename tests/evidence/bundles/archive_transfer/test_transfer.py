"""The contents of an archive bag: everything it may hold, and nothing else."""

import json
from pathlib import Path

import bagit
import pytest

from evidence.custody.models import CustodyEntry
from evidence.decisions.decide import withdraw
from evidence.decisions.models import Act
from evidence.documents.models import Rendition
from evidence.files.storage import archive, place
from evidence.submissions.models import Submission
from evidence.tagging import tag
from tests.evidence.bundles.archive_transfer.bag_contents import (
    all_words_in,
    bagged,
    files_in,
    make,
    submission_in,
    table,
)
from tests.evidence.bundles.test_files import spoil
from tests.factories import (
    CallFactory,
    InstitutionFactory,
    ThemeFactory,
    a_member,
    a_submission,
    decide,
)
from tests.shared_data import made_once, part

pytestmark = pytest.mark.django_db

_world = made_once(make)
call, clerk, evidence = part("call"), part("clerk"), part("evidence")


# --- What is in it -------------------------------------------------------------------------------


def test_bag_validates_with_bagit_and_holds_originals_renditions_and_metadata(
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
    files = files_in(tmp_path / "bag")
    withheld = evidence["withheld"]
    original = withheld.attachments.get()
    kept = files[f"data/submissions/{withheld.label}/original/0.docx"]
    with archive().read(original.sha256) as stream:
        assert kept == stream.read()
    for form in ("pdf/0.pdf", "text/0.txt", "document/0.json", "submission.json", "custody.json"):
        assert f"data/submissions/{withheld.label}/{form}" in files
    assert (tmp_path / "bag").stat().st_mode & 0o077 == 0


def test_submission_metadata_say_who_when_how_and_what_was_decided(call, clerk, evidence, tmp_path):
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


def test_custody_entries_of_a_submission_are_in_the_bag(call, clerk, evidence, tmp_path):
    submission = evidence["open"]
    bagged(call, tmp_path / "bag", by=clerk)

    custody = json.loads(
        (tmp_path / f"bag/data/submissions/{submission.label}/custody.json").read_text()
    )

    entries = CustodyEntry.objects.filter(subject_id=str(submission.pk)).order_by("sequence")
    assert [record["digest"] for record in custody] == [entry.digest for entry in entries]
    assert custody[0]["act"] == entries[0].act


def test_same_evidence_gives_the_same_bytes(call, clerk, evidence, tmp_path):
    first = bagged(call, tmp_path / "first", by=clerk, with_confidential=True)
    second = bagged(call, tmp_path / "second", by=a_member(call.inquiry), with_confidential=True)

    assert first.digest == second.digest
    assert files_in(tmp_path / "first") == files_in(tmp_path / "second")


def test_hostile_file_names_and_titles_make_no_paths_metadata_or_formulas(
    call, clerk, work, tmp_path
):
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
    assert not [name for name in files_in(tmp_path / "bag") if "evil" in name]
    assert table(tmp_path / "bag", "submissions")[0]["title"].startswith("'=")


# --- What is not in it ---------------------------------------------------------------------------


def test_confidential_evidence_leaves_no_trace_unless_asked_for(call, clerk, evidence, tmp_path):
    secret = evidence["secret"]
    marks = ["qzbody", "qzname", "qztitle", secret.label, secret.receipt, str(secret.pk)]

    bagged(call, tmp_path / "without", by=clerk)
    text = all_words_in(tmp_path / "without")
    assert [mark for mark in marks if mark in text] == []
    assert "Confidential evidence, if there is any, is not in it." in text

    bagged(call, tmp_path / "with", by=clerk, with_confidential=True)
    text = all_words_in(tmp_path / "with")
    assert [mark for mark in marks if mark not in text] == [str(secret.pk)]


def test_supplement_does_not_name_the_confidential_submission_it_supplements(
    call, clerk, evidence, tmp_path
):
    submission, secret = evidence["open"], evidence["secret"]
    Submission.objects.filter(pk=submission.pk).update(supplements=secret)

    bagged(call, tmp_path / "without", by=clerk)
    assert submission_in(tmp_path / "without", submission)["supplements"] is None
    bagged(call, tmp_path / "with", by=clerk, with_confidential=True)
    assert submission_in(tmp_path / "with", submission)["supplements"] == secret.label


def test_contact_details_and_private_data_are_never_in_the_bag(
    call, clerk, evidence, work, tmp_path
):
    gone = evidence["withheld"]
    withdraw(gone, by=clerk, note="By leave of the committee.")
    elsewhere = CallFactory()
    other = a_submission(elsewhere, text="Qzelsewhere.", name="Qzelsewhere")
    work()
    decide(other, Act.ACCEPT, by=a_member(elsewhere.inquiry))

    bagged(call, tmp_path / "bag", by=clerk, with_confidential=True)

    text = all_words_in(tmp_path / "bag").casefold()
    marks = ["qzemail", "qzphone", "qzwaiting", "qzelsewhere", "ben hidden", gone.receipt]
    assert [mark for mark in marks if mark.casefold() in text] == []


@pytest.mark.parametrize("harm", ["missing", "damaged"])
@pytest.mark.parametrize("what", ["original", "pdf"])
def test_missing_or_damaged_file_is_named_and_the_bag_stays_valid(
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
    assert f"data/{name}" not in files_in(tmp_path / "bag")


def test_pages_with_an_outdated_heading_are_not_transferred(call, clerk, evidence, tmp_path):
    submission = evidence["open"]
    # Nobody has made the pages again yet.
    decide(submission, Act.WITHHOLD_NAME, by=clerk)

    transfer = bagged(call, tmp_path / "bag", by=clerk)

    assert [name for _, name, _ in transfer.left_out] == [
        f"submissions/{submission.label}/pdf/0.pdf"
    ]
    assert "bear a heading that no longer holds" in transfer.left_out[0][2]
