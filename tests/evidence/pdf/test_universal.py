"""What a program can check of accessible PDF (ISO 14289-1, PDF/UA-1), on a bundle of papers that
we set, with all furniture and with links between the papers. Numbers are those of its clauses."""

import dataclasses
import itertools
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Dictionary, Name

from evidence.pdf.assemble.bundle import verify, write_bundle
from evidence.pdf.assemble.spec import CopyMark, Index, OtherFile, Stamp, Table, TableRow
from tests.evidence.pdf.test_bundle import FRONT
from tests.evidence.pdf.test_cross_references import generated_item

PAINTS = {"Tj", "TJ", "'", '"', "Do", "S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh"}


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("universal")
    items = [
        dataclasses.replace(
            generated_item(folder, number, "See FIA0001, FIA0002 and FIA0009.", "Łódź, Ŵyn."),
            groups=("Section", "Inner"),
            sheet=(("Kind", "Written"),),
        )
        for number in (1, 2)
    ]
    rows = (
        TableRow(("FIA0001, para 1", "Words."), key="k1", spot="p1", section="Visas"),
        TableRow(("FIA0002", "More words."), address="https://a.example/#p1", section="Visas"),
    )
    front = dataclasses.replace(
        FRONT,
        marking="For the committee",
        dividers=True,
        tables=(Table("Passages", "Said.", (("Evidence", 0.3), ("Passage", 0.7)), rows),),
        elsewhere=(OtherFile("Volume 2", "two.pdf", (("FIA0009", "Dr Z", "May", "9", 9),)),),
        copy=CopyMark("Copy 3 for Dr Jones", 7, watermark=True),
        stamp=Stamp.BOTTOM_CENTRE,
    )
    indexes = [Index("Witnesses", (("Dr Name", ("k1", "k2")),))]
    target = folder / "bundle.pdf"
    verify(target, write_bundle(items, front, indexes, target), items)
    return target


@pytest.fixture
def pdf(path) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(path) as opened:
        yield opened


def elements(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """All structure elements, each after its parent."""
    waiting = [pdf.Root.StructTreeRoot.K]
    while waiting:
        element = waiting.pop(0)
        yield element
        kids = element.get("/K", [])
        kids = list(kids) if isinstance(kids, pikepdf.Array) else [kids]
        waiting[:0] = [kid for kid in kids if isinstance(kid, Dictionary) and "/S" in kid]


def links(pdf: pikepdf.Pdf) -> list[pikepdf.Object]:
    return [link for page in pdf.pages for link in page.obj.get("/Annots", [])]


def test_all_content_is_tagged_or_an_artifact(pdf):  # 7.1
    for number, page in enumerate(pdf.pages, start=1):
        depth = 0
        for instruction in pikepdf.parse_content_stream(page):
            operator = str(instruction.operator)
            if operator in {"BDC", "BMC"}:
                depth += 1
            elif operator == "EMC":
                depth -= 1
            assert depth or operator not in PAINTS, (number, operator)
        assert depth == 0


def test_document_shows_its_title_and_has_a_language(pdf):  # 7.1, 7.2
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    assert pdf.Root.MarkInfo.Marked
    assert str(pdf.Root.Lang)
    with pdf.open_metadata() as metadata:
        assert metadata["dc:title"] == FRONT.title


def test_heading_levels_are_not_skipped(pdf):  # 7.4.2
    levels = [int(str(element.S)[2:]) for element in elements(pdf) if str(element.S)[1:2] == "H"]

    assert levels[0] == 1
    assert all(later <= former + 1 for former, later in itertools.pairwise(levels))


def test_table_headers_have_a_scope(pdf):  # 7.5
    tables = [element for element in elements(pdf) if Name.Table == element.S]

    assert tables
    for table in tables:
        [first, *_] = table.K
        assert [str(cell.S) for cell in first.K] == ["/TH"] * len(first.K)
        assert {str(cell.A[0].Scope) for cell in first.K} == {"/Column"}


def test_each_link_belongs_to_a_link_element_and_has_a_description(pdf):  # 7.18.5
    objects = {
        kid.Obj.objgen
        for element in elements(pdf)
        if Name.Link == element.S
        for kid in element.K
        if isinstance(kid, Dictionary) and kid.get("/Type") == Name.OBJR
    }
    parents = pikepdf.NumberTree(pdf.Root.StructTreeRoot.ParentTree)

    assert len(links(pdf)) > 8
    for link in links(pdf):
        assert link.objgen in objects
        assert Name.Link == parents[int(link.StructParent)].S
        assert str(link.Contents)


def test_tab_order_of_pages_with_links_follows_the_structure(pdf):  # 7.18.3
    assert {str(page.obj.Tabs) for page in pdf.pages if "/Annots" in page.obj} == {"/S"}


def test_every_font_is_embedded_and_maps_to_unicode(pdf):  # 7.21
    fonts = {
        font.objgen: font
        for page in pdf.pages
        for font in page.obj.Resources.get("/Font", {}).values()
    }

    assert fonts
    for font in fonts.values():
        inner = font.DescendantFonts[0] if font.Subtype == Name.Type0 else font
        descriptor = inner.FontDescriptor
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor.keys())
        assert "/ToUnicode" in font
