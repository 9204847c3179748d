"""The ZIP of a bundle: neutral names, indexes nothing can run from, digests that hold."""

import io
import json
import subprocess
import zipfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evidence.bundles.build.source_files import sources_of
from evidence.bundles.export import zip_contents
from evidence.bundles.export.index_files import FULL_CELL, write_xlsx
from evidence.bundles.export.index_rows import listed
from evidence.bundles.export.manifest import Pages
from evidence.bundles.spec.snapshot import SnapshotItem
from evidence.bundles.volume import Source, Volume
from evidence.documents.models import Rendition
from evidence.files.storage import archive, place
from evidence.lifecycle import Disclosure
from evidence.pdf.assemble.bundle import Joined
from evidence.pdf.exceptions import InvalidBundleError
from evidence.tagging import tag
from tests.evidence.bundles.bundle_builders import a_bundle, content, packed, rows, sheets
from tests.factories import InstitutionFactory, ThemeFactory, a_submission

pytestmark = pytest.mark.django_db

INDEXES = ["index.csv", "index.xlsx", "index.json"]
SIGNED = ["manifest.json", "manifest.json.sig"]


def nowhere(sources) -> Volume:
    """A volume that none of the papers stands in."""
    return Volume(1, "bundle.pdf", Path("bundle.pdf"), tuple(sources), Joined(0, (), ()))


def a_source(key: str, reference: str, **more: Any) -> Source:
    item = SnapshotItem(
        reference=reference,
        label="Dr A. Name",
        kind="Written evidence",
        date="March 2026",
        status="Accepted",
        pdf="0" * 64,
        pages=1,
    )
    return Source(key, replace(item, **more), path=Path("here"))


# --- What is in it -------------------------------------------------------------------------------


def test_files_bear_the_reference_and_not_the_name_they_were_sent_under(call, clerk, work):
    submission = a_submission(
        call, file_name="jane-doe-letter.txt", disclosure=Disclosure.NAME_WITHHELD
    )
    work()

    names = list(packed(a_bundle(call, clerk, work)))

    papers = [f"papers/{submission.receipt}.pdf", f"text/{submission.receipt}.txt"]
    assert names == [*INDEXES, *papers, "bundle.pdf", "manifest-sha256.txt", *SIGNED]


def test_the_digests_are_read_by_sha256sum_and_name_the_file_that_was_altered(
    call, clerk, work, tmp_path
):
    submission = a_submission(call)
    work()
    bundle = a_bundle(call, clerk, work)
    with zipfile.ZipFile(io.BytesIO(content(bundle.zip_sha256))) as files:
        files.extractall(tmp_path)

    def checked() -> subprocess.CompletedProcess[str]:
        command = ["sha256sum", "--check", "--strict", "manifest-sha256.txt"]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    whole = checked()
    assert whole.returncode == 0
    assert len(whole.stdout.splitlines()) == len(packed(bundle)) - 3

    (tmp_path / "text" / f"{submission.receipt}.txt").write_text("Other words.")
    assert f"text/{submission.receipt}.txt: FAILED" in checked().stdout


def test_the_pages_of_the_bundle_are_in_it_as_they_are_handed_out(call, clerk, work):
    a_submission(call)
    work()
    bundle = a_bundle(call, clerk, work)

    assert packed(bundle)["bundle.pdf"] == content(bundle.pdf_sha256)


def test_a_large_bundle_is_not_packed_into_its_own_zip(call, clerk, work, monkeypatch):
    monkeypatch.setattr(zip_contents, "LARGEST_PDF_INSIDE", 100)
    a_submission(call)
    work()

    assert "bundle.pdf" not in packed(a_bundle(call, clerk, work))


def test_no_two_papers_bear_one_name_even_on_a_disk_without_capitals():
    sources = [a_source("0", "FIA 1"), a_source("1", "fia/1"), a_source("2", "FIA-1-2")]

    papers = listed([nowhere(sources)])

    names = [paper.pdf for paper in papers]
    assert names == ["papers/FIA-1.pdf", "papers/fia-1-2.pdf", "papers/FIA-1-2-2.pdf"]


# --- What is missing -----------------------------------------------------------------------------


@pytest.mark.parametrize("harm", ["missing", "damaged"])
def test_a_text_that_cannot_be_used_is_named_and_the_rest_is_packed(call, clerk, work, harm):
    submission = a_submission(call)
    work()
    text = Rendition.objects.get(submission=submission, form=Rendition.Form.TEXT)
    file = Path(archive().path(place(text.sha256)))
    file.unlink()
    if harm == "damaged":
        file.write_text("Other words.")

    bundle = a_bundle(call, clerk, work)

    assert f"papers/{submission.receipt}.pdf" in packed(bundle)
    assert f"text/{submission.receipt}.txt" not in packed(bundle)
    row = rows(bundle)[0]
    assert (row["text"], row["not included because"]) == ("", f"Its text is {harm}.")


def test_a_damaged_paper_is_not_in_the_zip_and_has_no_file_in_the_index(call, clerk, work):
    good, bad = a_submission(call, text="Good."), a_submission(call, text="Bad.")
    work()
    pdf = Rendition.objects.get(submission=bad, form=Rendition.Form.PDF)
    Path(archive().path(place(pdf.sha256))).unlink()

    bundle = a_bundle(call, clerk, work)

    assert f"papers/{good.receipt}.pdf" in packed(bundle)
    assert f"papers/{bad.receipt}.pdf" not in packed(bundle)
    assert {row["reference"]: row["file"] for row in rows(bundle)}[bad.receipt] == ""


def test_a_file_that_changes_while_it_is_packed_stops_the_bundle(call, clerk, work, tmp_path):
    a_submission(call)
    work()
    bundle = a_bundle(call, clerk, work)
    with ExitStack() as stack:
        sources = sources_of(stack, bundle)
        sources[0].path.chmod(0o600)
        sources[0].path.write_bytes(b"%PDF-1.7 and then other pages")

        with pytest.raises(InvalidBundleError, match="altered while it was packed"):
            zip_contents.pack(
                bundle,
                sources,
                listed([nowhere(sources)]),
                [Pages("bundle.pdf", tmp_path / "bundle.pdf", "0" * 64, 1, count=1)],
            )


# --- The indexes ---------------------------------------------------------------------------------


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_no_cell_of_the_csv_runs_as_a_formula(call, clerk, work, start):
    a_submission(call, name=f"{start}HYPERLINK(1)", organisation="")
    work()

    witness = rows(a_bundle(call, clerk, work))[0]["witness"]

    assert witness == f"'{start}HYPERLINK(1)"


@pytest.mark.parametrize("name", ["=1+1", "{=1+1}", "https://example.org/", "mailto:a@b.example"])
def test_no_cell_of_the_workbook_is_a_formula_or_a_link(call, clerk, work, name):
    a_submission(call, name=name, organisation="")
    work()
    bundle = a_bundle(call, clerk, work)

    with zipfile.ZipFile(io.BytesIO(packed(bundle)["index.xlsx"])) as book:
        inside = "".join(book.read(member).decode() for member in book.namelist())
    assert "<f>" not in inside
    assert "<hyperlink " not in inside
    assert sheets(bundle)["Papers"][1][2] == name


def test_the_workbook_and_the_json_say_who_and_what_is_on_which_pages(call, clerk, work):
    first = a_submission(call, text="One.", name="Anna Ash", organisation="")
    second = a_submission(call, text="Two.", name="Ŵyn Ŷ", organisation="")
    work()
    alpha = InstitutionFactory(name="Alpha")
    tag.with_institution(first, alpha, part="subject", by=clerk)
    tag.with_institution(second, alpha, part="mentioned", by=clerk)
    tag.with_theme(second, ThemeFactory(name="Visas"), by=clerk)

    bundle = a_bundle(call, clerk, work)

    at = {item.reference: item.first_page for item in bundle.items.all()}
    ash_row, wyn_row = (
        [submission.receipt, "1", str(at[submission.receipt]), str(at[submission.receipt])]
        for submission in (first, second)
    )
    tables = sheets(bundle)
    assert tables["Witnesses"][1:] == [["Anna Ash", *ash_row], ["Ŵyn Ŷ", *wyn_row]]
    assert tables["Institutions"][1:] == [["Alpha", *ash_row], ["Alpha", *wyn_row]]
    assert tables["Themes"][1:] == [["Visas", *wyn_row]]
    index = json.loads(packed(bundle)["index.json"])
    assert index["indexes"]["institutions"] == {"Alpha": [1, 2]}
    assert [paper["first_page"] for paper in index["papers"]] == list(at.values())


def test_the_workbook_bears_no_date_and_no_author(call, clerk, work):
    a_submission(call)
    work()

    with zipfile.ZipFile(io.BytesIO(packed(a_bundle(call, clerk, work))["index.xlsx"])) as book:
        properties = book.read("docProps/core.xml").decode()
        assert {entry.date_time[0] for entry in book.infolist()} == {1980}

    assert properties.count("1980-01-01T00:00:00Z") == properties.count("<dcterms:") == 2
    assert "<dc:creator></dc:creator>" in properties


def test_a_cell_that_is_too_long_is_cut_with_a_mark_and_not_left_out(tmp_path):
    source = a_source("0", "FIA0001", label="\uffff" + "x" * 40_000)
    target = tmp_path / "index.xlsx"

    write_xlsx(listed([nowhere([source])]), target)

    with zipfile.ZipFile(target) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert f"\ufffd{'x' * (FULL_CELL - 2)}…" in sheet
