"""Receiving a folder: one line a file, never stopping, and a second run changes nothing."""

import csv
import datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from evidence.lifecycle import Disclosure
from evidence.submissions.models import Submission
from tests.factories import CallFactory, docx

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    pile = tmp_path / "pile"
    (pile / "by post").mkdir(parents=True)
    (pile / "good.txt").write_text("Words of evidence.")
    (pile / "by post" / "letter.docx").write_bytes(docx())
    (pile / "empty.docx").write_bytes(b"")
    (pile / "cut.docx").write_bytes(docx()[:3000])
    (pile / "page.html").write_text(
        "<!doctype html><html><body><p style='display:none'>x</p><p>y</p></body></html>"
    )
    return pile


def import_twice(folder: Path, report: Path, work, *options: str) -> dict[str, dict[str, str]]:
    """Receive, work, and receive again for the report, as `--wait` would."""
    for _ in range(2):
        call_command("import_evidence", folder, "--call", "call", "--report", report, *options)
        work()
    with report.open(newline="") as lines:
        return {row["path"]: row for row in csv.DictReader(lines)}


def test_each_file_gets_a_line_with_outcome_and_reason(folder, tmp_path, work):
    CallFactory(code="call")

    rows = import_twice(folder, tmp_path / "out.csv", work)

    outcomes = {path: row["outcome"] for path, row in rows.items()}
    assert outcomes == {
        "by post/letter.docx": "prepared",
        "cut.docx": "refused",
        "empty.docx": "refused",
        "good.txt": "prepared",
        "page.html": "held",
    }
    assert "empty" in rows["empty.docx"]["reason"]
    assert "Hidden text" in rows["page.html"]["reason"]
    assert all(len(row["sha256"]) == 64 for row in rows.values())
    assert (
        rows["good.txt"]["submission"]
        == Submission.objects.get(attachments__name="good.txt").receipt
    )


def test_second_import_changes_nothing(folder, tmp_path, work):
    CallFactory(code="call")
    import_twice(folder, tmp_path / "out.csv", work)
    before = list(Submission.objects.values_list("pk", "status_since"))

    import_twice(folder, tmp_path / "out.csv", work)

    assert list(Submission.objects.values_list("pk", "status_since")) == before


def test_manifest_gives_witness_disclosure_and_date(folder, tmp_path, work):
    CallFactory(code="call", opens_at=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC))
    manifest = tmp_path / "index.csv"
    manifest.write_text(
        "path,title,witness,organisation,disclosure,received\n"
        "good.txt,A title,Dr A. Name,University of X,anonymous,2026-03-17\n"
        "letter.docx,,Dr B. Name,,perhaps,\n"
        "page.html,,Dr C. Name,,,yesterday\n"
        "gone.txt,,Dr D. Name,,,\n"
    )

    rows = import_twice(folder, tmp_path / "out.csv", work, "--manifest", str(manifest))

    submission = Submission.objects.get(title="A title")
    assert submission.disclosure == Disclosure.NAME_WITHHELD
    assert submission.received_at.date() == datetime.date(2026, 3, 17)
    assert [witness.heading() for witness in submission.witnesses.all()] == [
        "Dr A. Name, University of X"
    ]
    assert "perhaps" in rows["by post/letter.docx"]["reason"]
    assert "is no date" in rows["page.html"]["reason"]
    assert "not there" in rows["gone.txt"]["reason"]


def test_unknown_call_is_refused_with_a_message(folder):
    with pytest.raises(CommandError, match="There is no call"):
        call_command("import_evidence", folder, "--call", "nowhere")
