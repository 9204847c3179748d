"""The additions to a bundle's items: dividers, cover sheets, tables, kept page numbers."""

import contextlib
import dataclasses
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from evidence.pdf.assemble.bundle import Front, Index, Item, Joined, verify, write_bundle
from evidence.pdf.assemble.spec import OtherFile, Table, TableRow
from tests.evidence.pdf.test_bundle import FRONT, item

SHEET = (("Kind", "Written evidence"), ("Themes", "Funding; Self-censorship"))


def bound(items: list[Item], folder: Path, indexes: tuple[Index, ...] = (), **front) -> Joined:
    spec: Front = dataclasses.replace(FRONT, **front)
    joined = write_bundle(items, spec, indexes, folder / "bundle.pdf")
    verify(folder / "bundle.pdf", joined, items)
    return joined


@dataclasses.dataclass(frozen=True)
class Page:
    words: str
    label: str


def pages(folder: Path) -> list[Page]:
    with contextlib.closing(pypdfium2.PdfDocument(folder / "bundle.pdf")) as document:
        return [
            Page(
                " ".join(page.get_textpage().get_text_range().split()),
                document.get_page_label(number),
            )
            for number, page in enumerate(document)
        ]


def bookmarks(folder: Path) -> list[tuple[int, str, int]]:
    with contextlib.closing(pypdfium2.PdfDocument(folder / "bundle.pdf")) as document:
        return [(m.level, m.get_title(), m.get_dest().get_index() + 1) for m in document.get_toc()]


@pytest.fixture
def three_items(tmp_path) -> list[Item]:
    groups = (("Universities", "Russell Group"), ("Universities", "Russell Group"), ("Students",))
    return [
        item(tmp_path, number, groups=group, tab=str(number))
        for number, group in enumerate(groups, start=1)
    ]


def test_each_section_begins_with_a_divider_its_bookmark_leads_to(three_items, tmp_path):
    joined = bound(three_items, tmp_path, dividers=True)

    shown = pages(tmp_path)
    assert [placed.first for placed in joined.placed] == [4, 6, 9]
    assert "Universities Russell Group" in shown[2].words
    assert "Students" in shown[7].words
    assert bookmarks(tmp_path)[2:] == [
        (0, "Universities", 3),
        (1, "Russell Group", 3),
        (2, "1  FIA0001 Dr Name 1", 4),
        (2, "2  FIA0002 Dr Name 2", 6),
        (0, "Students", 8),
        (1, "3  FIA0003 Dr Name 3", 9),
    ]


def test_cover_sheet_stands_before_its_item(three_items, tmp_path):
    three_items[1] = dataclasses.replace(three_items[1], sheet=SHEET, marking="CONFIDENTIAL")
    joined = bound(three_items, tmp_path)

    sheet = pages(tmp_path)[joined.placed[1].first - 1].words
    assert joined.placed[1].last - joined.placed[1].first == 2
    for words in ("FIA0002", "CONFIDENTIAL", "Dr Name 2", "Themes", "Funding; Self-censorship"):
        assert words in sheet


def test_long_cover_sheet_continues_on_a_second_page(tmp_path):
    rows = tuple((f"Name {number}", "words " * 60) for number in range(20))
    joined = bound([item(tmp_path, 1, sheet=rows)], tmp_path)

    assert joined.placed[0].sheet == 3
    assert "Name 19" in pages(tmp_path)[joined.placed[0].first + 1].words


def test_table_links_to_the_items_it_lists(three_items, tmp_path):
    rows = (
        TableRow(("FIA0001", "Accept"), "k1"),
        TableRow(("FIA0003", "Decline"), "k3"),
        TableRow(("FIA0077", "Not here")),
    )
    table = Table("Schedule", "Put to the committee.", (("Reference", 0.4), ("Advice", 0.6)), rows)

    joined = bound(three_items, tmp_path, tables=(table,))

    words = pages(tmp_path)[2].words
    assert "Schedule Put to the committee." in words
    assert f"FIA0001 Accept {joined.placed[0].first} " in words
    assert f"FIA0003 Decline {joined.placed[2].first} " in words
    assert "FIA0077 Not here" in words


def test_empty_table_says_so(three_items, tmp_path):
    bound(three_items, tmp_path, tables=(Table("What changed", "", (("Reference", 1.0),), ()),))

    assert "What changed Nothing." in pages(tmp_path)[2].words


def test_contents_list_items_of_other_files_and_link_to_them_by_name(three_items, tmp_path):
    before = OtherFile("Volume 1", "one.pdf", (("FIA0090", "Dr Before", "May 2026", "12", 12),))
    after = OtherFile("Volume 3", "", (("FIA0091", "Dr After", "May 2026", "40", 2),), after=True)

    bound(three_items, tmp_path, elsewhere=(before, after), first=20)

    shown = pages(tmp_path)
    assert shown[0].label == "20"
    words = shown[1].words
    assert words.index("Dr Before") < words.index("Dr Name 1")
    assert words.index("Dr Name 3") < words.index("Dr After")
    with pikepdf.open(tmp_path / "bundle.pdf") as pdf:
        remote = [link.A for link in pdf.pages[1].obj.Annots if "/A" in link]
        assert [(str(action.S), str(action.F.UF), int(action.D[0])) for action in remote] == [
            ("/GoToR", "one.pdf", 11)
        ]


def test_page_numbers_have_the_chosen_width_printed_and_labelled(three_items, tmp_path):
    joined = bound(three_items, tmp_path, width=4)

    last = pages(tmp_path)[joined.placed[-1].last - 1]
    assert last.label == f"{joined.placed[-1].last:04}"
    assert f"Page {last.label}" in last.words


def test_late_item_leaves_every_number_unchanged(three_items, tmp_path):
    index = (Index("Institutions", (("Oxford", ("k1", "late", "k3")),)),)
    first = bound(three_items, tmp_path, index, dividers=True)
    before = {page.label: page.words for page in pages(tmp_path)}
    again = [
        dataclasses.replace(entry, kept=first.numbers_of(placed))
        for entry, placed in zip(three_items, first.placed, strict=True)
    ]
    late = dataclasses.replace(
        item(tmp_path, 8, tab="2A", groups=three_items[1].groups), key="late"
    )

    second = bound(
        [*again[:2], late, again[2]],
        tmp_path,
        index,
        dividers=True,
        earlier=first.earlier(),
    )

    shown = pages(tmp_path)
    last = first.labels.of(first.placed[1].last)
    at = second.placed[2].first - 1
    assert [page.label for page in shown[at : at + 2]] == [f"{last}a", f"{last}b"]
    assert f"Page {last}a" in shown[at].words
    own = set(range(1, first.opening + 1))
    for placed in first.placed:
        for page in range(placed.first - placed.divider, placed.last + 1):
            label = first.labels.of(page)
            assert [entry.words for entry in shown if entry.label == label] == [before[label]]
            assert page not in own


def test_same_items_with_all_extras_give_the_same_bytes(three_items, tmp_path):
    made = []
    for _ in range(2):
        bound(
            [dataclasses.replace(entry, sheet=SHEET) for entry in three_items],
            tmp_path,
            dividers=True,
        )
        made.append((tmp_path / "bundle.pdf").read_bytes())

    assert made[0] == made[1]


def test_bundle_with_all_extras_has_a_valid_structure_tree(three_items, tmp_path):
    bound(
        [dataclasses.replace(entry, sheet=SHEET) for entry in three_items], tmp_path, dividers=True
    )

    with pikepdf.open(tmp_path / "bundle.pdf") as pdf:
        assert pdf.check_pdf_syntax() == []
        parts = [str(entry.S) for entry in pdf.Root.StructTreeRoot.K.K]
    # Cover, contents, and for each paper what stands before it and itself.
    assert parts == ["/Part"] * (2 + 2 * len(three_items))
