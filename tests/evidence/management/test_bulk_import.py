"""Bulk import: each row of the manifest matches one file or none."""

from pathlib import Path

import pytest

from evidence.files.storage import quarantine
from evidence.lifecycle import Disclosure
from evidence.management.bulk_import import Matched, files_in, matched, read_manifest, receive_file
from evidence.submissions.models import Submission
from tests.factories import CallFactory, a_member

ONE, TWO = {"witness": "Dr One"}, {"witness": "Dr Two"}


def test_manifest_row_matches_the_file_at_its_path():
    matches = matched({"a/x.txt": ONE, "b/x.txt": TWO}, ["a/x.txt", "b/x.txt"])

    assert matches == Matched({"a/x.txt": ONE, "b/x.txt": TWO}, [], set())


def test_bare_name_matches_the_only_file_of_that_name():
    assert matched({"x.txt": ONE}, ["deep/down/x.txt"]) == Matched(
        {"deep/down/x.txt": ONE}, [], set()
    )


def test_bare_name_at_the_top_does_not_match_a_file_in_a_folder():
    matches = matched({"x.txt": ONE}, ["x.txt", "b/x.txt"])

    assert matches.rows == {"x.txt": ONE}
    assert matches.ambiguous == set()


def test_bare_name_of_two_files_matches_neither():
    matches = matched({"x.txt": ONE}, ["a/x.txt", "b/x.txt"])

    assert matches.rows == {}
    assert matches.ambiguous == {"a/x.txt", "b/x.txt"}


def test_file_named_in_the_manifest_and_not_present_is_missing():
    assert matched({"gone.txt": ONE}, ["x.txt"]).missing == ["gone.txt"]


def test_manifest_needs_a_column_of_file_names(tmp_path: Path):
    manifest = tmp_path / "index.csv"
    manifest.write_text("witness,title\nDr A,x\n")

    with pytest.raises(ValueError, match="column “path”"):
        read_manifest(manifest)


@pytest.mark.parametrize("header", ["Path,Witness", " FILENAME ,witness", "\ufefffile,witness"])
def test_spreadsheet_manifest_is_read_in_any_case(header, tmp_path: Path):
    manifest = tmp_path / "index.csv"
    manifest.write_text(f"{header}\n x.txt , Dr A \n,nobody\n", encoding="utf-8")

    (row,) = read_manifest(manifest).values()
    assert row["witness"] == "Dr A"


def test_files_are_listed_in_a_fixed_order_and_links_not_followed(tmp_path: Path):
    folder = tmp_path / "pile"
    folder.mkdir()
    outside = tmp_path / "secret.txt"
    for path in (outside, folder / "b.txt", folder / "a.txt", folder / "index.csv"):
        path.write_text("x")
    (folder / "c.txt").symlink_to(outside)

    paths = files_in(folder, leave_out={folder / "index.csv", None})

    assert [path.name for path in paths] == ["a.txt", "b.txt"]


@pytest.fixture
def one_file(tmp_path: Path) -> Path:
    path = tmp_path / "x.txt"
    path.write_text("Words of evidence.")
    return path


def line_of(path: Path, row: dict[str, str] | None = None, *, by=None, ambiguous=()):
    call = CallFactory()
    by = by(call.inquiry) if by else None
    rows = {"x.txt": row} if row else {}
    matches = Matched(rows, [], set(ambiguous))
    return receive_file(path, folder=path.parent, call=call, manifest=matches, by=by)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wish", "effective"),
    [
        ("", Disclosure.OPEN),
        ("Public", Disclosure.OPEN),
        ("Name-withheld", Disclosure.NAME_WITHHELD),
        ("anonymous", Disclosure.NAME_WITHHELD),
        ("CONFIDENTIAL", Disclosure.CONFIDENTIAL),
    ],
)
def test_disclosure_is_understood_in_any_spelling(wish, effective, one_file):
    assert line_of(one_file, {"disclosure": wish}).submission.disclosure_requested == effective


@pytest.mark.django_db
@pytest.mark.parametrize(
    "row", [{"disclosure": "secret-ish"}, {"received": "17/03/2026"}, {"received": "2026-02-30"}]
)
def test_file_refused_for_its_row_is_not_kept(row, one_file):
    line = line_of(one_file, row)

    assert line.outcome == "refused"
    assert next(iter(row.values())) in line.reason
    assert not quarantine().has(line.sha256)
    assert not Submission.objects.exists()


@pytest.mark.django_db
def test_file_matched_by_two_rows_is_refused_with_advice(one_file):
    line = line_of(one_file, ambiguous=["x.txt"])

    assert line.outcome == "refused"
    assert "whole path" in line.reason
    assert not Submission.objects.exists()


@pytest.mark.django_db
def test_organisation_without_a_person_is_the_witness(one_file):
    submission = line_of(one_file, {"organisation": "Union of Y"}).submission

    assert [str(witness) for witness in submission.witnesses.all()] == ["Union of Y"]


@pytest.mark.django_db
def test_importer_without_permission_gets_a_refusal_line(one_file):
    line = line_of(one_file, by=lambda inquiry: a_member(inquiry, "member"))

    assert line.outcome == "refused"
    assert "add evidence for a witness" in line.reason


@pytest.mark.django_db
def test_invisible_witness_name_is_ignored(one_file):
    submission = line_of(
        one_file, {"witness": "\u202e\u200b", "organisation": "Union\u2067 of Y"}
    ).submission

    assert [str(witness) for witness in submission.witnesses.all()] == ["Union of Y"]
