"""The ZIP of a bundle: neutral names, indexes without formulas, correct digests."""

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


def volume_without_items(sources) -> Volume:
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


def test_files_are_named_by_reference_and_not_by_their_original_name(call, clerk, work):
    submission = a_submission(
        call, file_name="jane-doe-letter.txt", disclosure=Disclosure.NAME_WITHHELD
    )
    work()

    names = list(packed(a_bundle(call, clerk, work)))

    papers = [f"papers/{submission.receipt}.pdf", f"text/{submission.receipt}.txt"]
    assert names == [*INDEXES, *papers, "bundle.pdf", "manifest-sha256.txt", *SIGNED]


def test_sha256sum_reads_the_digests_and_names_altered_files(call, clerk, work, tmp_path):
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


def test_bundle_pages_in_the_zip_equal_the_downloaded_pdf(call, clerk, work):
    a_submission(call)
    work()
    bundle = a_bundle(call, clerk, work)

    assert packed(bundle)["bundle.pdf"] == content(bundle.pdf_sha256)


def test_large_bundle_pdf_is_left_out_of_its_own_zip(call, clerk, work, monkeypatch):
    monkeypatch.setattr(zip_contents, "LARGEST_PDF_INSIDE", 100)
    a_submission(call)
    work()

    assert "bundle.pdf" not in packed(a_bundle(call, clerk, work))


def test_file_names_are_distinct_on_case_insensitive_disks():
    sources = [a_source("0", "FIA 1"), a_source("1", "fia/1"), a_source("2", "FIA-1-2")]

    papers = listed([volume_without_items(sources)])

    names = [paper.pdf for paper in papers]
    assert names == ["papers/FIA-1.pdf", "papers/fia-1-2.pdf", "papers/FIA-1-2-2.pdf"]


# --- What is missing -----------------------------------------------------------------------------


@pytest.mark.parametrize("harm", ["missing", "damaged"])
def test_unusable_text_is_named_and_the_rest_is_packed(call, clerk, work, harm):
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


def test_damaged_pdf_is_missing_from_the_zip_and_the_index(call, clerk, work):
    good, bad = a_submission(call, text="Good."), a_submission(call, text="Bad.")
    work()
    pdf = Rendition.objects.get(submission=bad, form=Rendition.Form.PDF)
    Path(archive().path(place(pdf.sha256))).unlink()

    bundle = a_bundle(call, clerk, work)

    assert f"papers/{good.receipt}.pdf" in packed(bundle)
    assert f"papers/{bad.receipt}.pdf" not in packed(bundle)
    assert {row["reference"]: row["file"] for row in rows(bundle)}[bad.receipt] == ""


def test_file_that_changes_while_it_is_packed_fails_the_bundle(call, clerk, work, tmp_path):
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
                listed([volume_without_items(sources)]),
                [Pages("bundle.pdf", tmp_path / "bundle.pdf", "0" * 64, 1, count=1)],
            )


# --- The indexes ---------------------------------------------------------------------------------


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_csv_cells_never_run_as_formulas(call, clerk, work, start):
    a_submission(call, name=f"{start}HYPERLINK(1)", organisation="")
    work()

    witness = rows(a_bundle(call, clerk, work))[0]["witness"]

    assert witness == f"'{start}HYPERLINK(1)"


@pytest.mark.parametrize("name", ["=1+1", "{=1+1}", "https://example.org/", "mailto:a@b.example"])
def test_workbook_cells_are_never_formulas_or_links(call, clerk, work, name):
    a_submission(call, name=name, organisation="")
    work()
    bundle = a_bundle(call, clerk, work)

    with zipfile.ZipFile(io.BytesIO(packed(bundle)["index.xlsx"])) as book:
        inside = "".join(book.read(member).decode() for member in book.namelist())
    assert "<f>" not in inside
    assert "<hyperlink " not in inside
    assert sheets(bundle)["Papers"][1][2] == name


def test_workbook_and_json_say_who_and_what_is_on_which_pages(call, clerk, work):
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


def test_workbook_has_no_date_and_no_author(call, clerk, work):
    a_submission(call)
    work()

    with zipfile.ZipFile(io.BytesIO(packed(a_bundle(call, clerk, work))["index.xlsx"])) as book:
        properties = book.read("docProps/core.xml").decode()
        assert {entry.date_time[0] for entry in book.infolist()} == {1980}

    assert properties.count("1980-01-01T00:00:00Z") == properties.count("<dcterms:") == 2
    assert "<dc:creator></dc:creator>" in properties


def test_long_cell_is_cut_with_a_mark(tmp_path):
    source = a_source("0", "FIA0001", label="\uffff" + "x" * 40_000)
    target = tmp_path / "index.xlsx"

    write_xlsx(listed([volume_without_items([source])]), target)

    with zipfile.ZipFile(target) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert f"\ufffd{'x' * (FULL_CELL - 2)}…" in sheet
