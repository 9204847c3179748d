"""Makes bundles and reads their contents, for tests."""

import csv
import io
import zipfile
from pathlib import Path

import pikepdf
import pypdfium2
from django.core.files.storage import storages
from lxml import etree

from evidence.bundles.models import Bundle
from evidence.bundles.requests import freeze
from evidence.bundles.specification import Specification
from evidence.files.storage import archive
from tests.factories import CallFactory, a_member, a_submission
from tests.shared_data import Parts, do_all

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def one_submission() -> Parts:
    """The world of modules whose every test stands on one submission, and of none but it."""
    call = CallFactory(inquiry__prefix="FIA")
    clerk = a_member(call.inquiry)
    submission = a_submission(call)
    do_all()
    return {"call": call, "clerk": clerk, "submission": submission}


def built_bundle(bundle: Bundle, work) -> Bundle:
    work()
    bundle.refresh_from_db()
    assert bundle.state == Bundle.State.READY, bundle.reason
    return bundle


def a_bundle(call, clerk, work, **specification) -> Bundle:
    return built_bundle(
        freeze(call.inquiry, Specification(title="Pack", **specification), by=clerk), work
    )


def file_names_in_storage() -> set[str]:
    """The names of all files in storage."""
    return {path.name for path in Path(storages["archive"].location).rglob("*") if path.is_file()}


def content(sha256: str) -> bytes:
    with archive().read(sha256) as stream:
        return stream.read()


def pages(bundle: Bundle) -> list[str]:
    opened = pypdfium2.PdfDocument(content(bundle.pdf_sha256))
    words = []
    for page in opened:
        text = page.get_textpage()
        words.append(text.get_text_bounded())
        text.close()
        page.close()
    opened.close()
    return words


def packed(bundle: Bundle) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content(bundle.zip_sha256))) as pack:
        return {name: pack.read(name) for name in pack.namelist()}


def sheets(bundle: Bundle) -> dict[str, list[list[str]]]:
    """The cells of the workbook, as it shows them."""
    with zipfile.ZipFile(io.BytesIO(packed(bundle)["index.xlsx"])) as book:
        names = etree.fromstring(book.read("xl/workbook.xml")).iter(f"{SHEET}sheet")
        return {
            sheet.get("name"): [
                ["".join(cell.itertext()) for cell in row]
                for row in etree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml")).iter(
                    f"{SHEET}row"
                )
            ]
            for number, sheet in enumerate(names, start=1)
        }


def rows(bundle: Bundle) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(packed(bundle)["index.csv"].decode("utf-8-sig"))))


def references(bundle: Bundle) -> list[str]:
    return list(bundle.items.filter(elsewhere=False).values_list("reference", flat=True))


def bookmarks(bundle: Bundle) -> list[str]:
    with pikepdf.open(io.BytesIO(content(bundle.pdf_sha256))) as pdf, pdf.open_outline() as outline:
        return [item.title for top in outline.root for item in (top, *top.children)]


def letters(text: str) -> str:
    """The letters and digits alone: a PDF may break a receipt over two lines."""
    return "".join(filter(str.isalnum, text))
