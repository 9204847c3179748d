"""The structure tree of a bundle: our tags are kept, and a stranger's never."""

import re
import subprocess
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from evidence.pdf.assemble.bundle import Front, Index, Item, verify, write_bundle
from tests.evidence.pdf import hostile_pdfs

FRONT = Front("Committee", "Inquiry", "HC 1", "Written evidence", "", ("Line",), ("Said.",), "ab")


def bundle(folder: Path, *kinds: str, groups: tuple[str, ...] = ()) -> Path:
    items = []
    for number, kind in enumerate(kinds, start=1):
        reference = f"FIA{number:04}"
        items.append(
            Item(
                f"k{number}", hostile_pdfs.written(folder, kind), reference, f"{reference} {kind}",
                "March 2026", groups, ours=hostile_pdfs.ours(kind),
            )
        )  # fmt: skip
    indexes = [Index("Index of names", (("All", tuple(item.key for item in items)),))]
    joined = write_bundle(items, FRONT, indexes, folder / "bundle.pdf")
    verify(folder / "bundle.pdf", joined, items)
    return folder / "bundle.pdf"


def text_read_aloud(path: Path) -> str:
    """What poppler says a reader hears, element by element."""
    completed = subprocess.run(
        ["pdfinfo", "-struct-text", str(path)], capture_output=True, check=True
    )
    # It gives the titles of parts as they lie in the file, which need not be UTF-8.
    return completed.stdout.decode(errors="replace")


def texts(spoken_words: str) -> list[str]:
    return re.findall(r'^\s*"(.*)"$', spoken_words, re.MULTILINE)


def kinds(spoken_words: str) -> list[str]:
    return re.findall(r"^\s*([A-Z][A-Za-z0-9]*)(?:[ :]|$)", spoken_words, re.MULTILINE)


def test_every_tagged_run_is_in_the_structure_tree_of_the_bundle(tmp_path):
    alone = texts(text_read_aloud(hostile_pdfs.written(tmp_path, "tagged")))

    together = texts(text_read_aloud(bundle(tmp_path, "tagged", "plain", "tagged")))

    start = together.index(alone[0])
    assert together[start : start + len(alone)] == alone
    assert len(alone) > 20
    assert together.count(alone[0]) == 2


def test_headings_lists_tables_notes_and_links_keep_their_roles(tmp_path):
    alone = [
        kind
        for kind in kinds(text_read_aloud(hostile_pdfs.written(tmp_path, "tagged")))
        if kind != "Document"
    ]

    together = kinds(text_read_aloud(bundle(tmp_path, "tagged")))

    first = together.index("H1", together.index("TOC"))
    assert {"H1", "L", "LI", "Table", "TH", "TD", "Note", "Link"} <= set(alone)
    assert together[first : first + len(alone)] == alone


def test_bundle_is_one_document_with_a_part_for_each_item(tmp_path):
    with pikepdf.open(bundle(tmp_path, "tagged", "plain")) as pdf:
        top = pdf.Root.StructTreeRoot.K
        parts = list(top.K)

        assert pdf.Root.MarkInfo.Marked
        assert str(top.S) == "/Document"
        assert [str(part.S) for part in parts] == ["/Part"] * 5
        assert [str(part.get("/T", "")) for part in parts[2:4]] == [
            "FIA0001 tagged",
            "FIA0002 plain",
        ]
        assert str(parts[2].Lang) == "en"


def pages_of(element: pikepdf.Object, content: set[tuple[int, int]]) -> None:
    """Collect (page, mark) of everything below an element, checking that parents agree."""
    for kid in element.K if isinstance(element.get("/K"), Array) else [element.get("/K")]:
        if isinstance(kid, int):
            content.add((element.Pg.objgen[0], kid))
        elif isinstance(kid, Dictionary) and kid.get("/Type") == Name.MCR:
            content.add((kid.Pg.objgen[0], int(kid.MCID)))
        elif isinstance(kid, Dictionary) and kid.get("/Type") == Name.StructElem:
            assert kid.P.objgen == element.objgen
            pages_of(kid, content)


def marks_drawn(page: pikepdf.Page) -> list[int]:
    drawn = []
    for instruction in pikepdf.parse_content_stream(page, "BDC"):
        marked = instruction.operands[1]
        if isinstance(marked, Dictionary) and "/MCID" in marked:
            drawn.append(int(marked.MCID))
    return drawn


def test_marked_content_and_the_structure_tree_agree(tmp_path):
    with pikepdf.open(bundle(tmp_path, *hostile_pdfs.OURS, *hostile_pdfs.PLAIN)) as pdf:
        named: set[tuple[int, int]] = set()
        pages_of(pdf.Root.StructTreeRoot.K, named)
        drawn = []
        for page in pdf.pages:
            drawn += [(page.obj.objgen[0], mark) for mark in marks_drawn(page)]

        assert len(drawn) == len(set(drawn))
        assert set(drawn) - named == set()
        # A paper whose own tags are broken is one marked page like a stranger's.
        assert named - set(drawn) == set()


def test_parent_tree_leads_back_to_the_element_of_each_mark(tmp_path):
    with pikepdf.open(bundle(tmp_path, "tagged", "plain", "tagged")) as pdf:
        parents = pikepdf.NumberTree(pdf.Root.StructTreeRoot.ParentTree)
        for page in pdf.pages:
            listed = parents[int(page.obj.StructParents)]
            for mark in marks_drawn(page):
                element = listed[mark]
                assert any(
                    kid == mark if isinstance(kid, int) else kid.get("/MCID") == mark
                    for kid in element.K
                )


def test_each_link_annotation_belongs_to_a_link_element(tmp_path):
    with pikepdf.open(bundle(tmp_path, "tagged", "tagged")) as pdf:
        parents = pikepdf.NumberTree(pdf.Root.StructTreeRoot.ParentTree)
        links = [link for page in pdf.pages for link in page.obj.get("/Annots", [])]
        for link in links:
            element = parents[int(link.StructParent)]
            objects = [
                kid.Obj.objgen for kid in element.K if not isinstance(kid, int) and "/Obj" in kid
            ]
            assert str(element.S) == "/Link"
            assert link.objgen in objects
        assert len(links) >= 2 * 3 + 4


def test_element_ids_are_distinct_between_items(tmp_path):
    with pikepdf.open(bundle(tmp_path, "tagged", "tagged")) as pdf:
        tree = pikepdf.NameTree(pdf.Root.StructTreeRoot.IDTree)
        named = list(tree.items())
        cells = [
            cell for cell in pdf.objects
            if isinstance(cell, Dictionary) and cell.get("/S") == Name.TD
        ]  # fmt: skip
        headers = [
            bytes(name)
            for cell in cells for attributes in cell.A if "/Headers" in attributes
            for name in attributes.Headers
        ]  # fmt: skip

        assert len({name for name, _ in named}) == len(named) >= 6
        for name, element in named:
            assert bytes(element.ID) == (name if isinstance(name, bytes) else name.encode())
        assert headers
        assert {name.decode() for name in headers} <= {str(name) for name, _ in named}


def test_untagged_page_is_read_as_one_text_without_its_own_tags(tmp_path):
    text = text_read_aloud(bundle(tmp_path, "saying other words", "plain"))

    assert "SECRET" not in text
    assert "shown" in text
    assert '"first page"' in text


def test_page_that_is_only_a_picture_says_so(tmp_path):
    with pikepdf.open(bundle(tmp_path, "scanned")) as pdf:
        [figure] = [
            element
            for element in pdf.objects
            if isinstance(element, Dictionary) and element.get("/S") == Name.Figure
        ]
        assert str(figure.Alt) == "Page 1 of this paper, a picture"


@pytest.mark.parametrize("kind", ["tagged badly", "layered"])
def test_incomplete_tags_are_replaced_page_by_page(kind, tmp_path):
    with pikepdf.open(bundle(tmp_path, kind)) as pdf:
        part = pdf.Root.StructTreeRoot.K.K[2]
        assert {str(kid.S) for kid in part.K} == {"/P"}


def test_generated_pages_are_read_in_order(tmp_path):
    text = text_read_aloud(bundle(tmp_path, "plain", groups=("Students",)))

    lines = texts(text)
    order = [
        "Written evidence ",
        "Contents ",
        "Students ",
        "FIA0001 plain March 2026 3",
        "What is left out ",
    ]
    places = [lines.index(line) for line in order]
    assert places == sorted(places)
    assert lines.index("Index of names ") > places[-1]


def test_right_to_left_words_have_their_logical_order_as_actual_text(tmp_path):
    item = Item(
        "k", hostile_pdfs.written(tmp_path, "plain"), "FIA0001", "FIA0001 جامعة", "March 2026"
    )
    write_bundle([item], FRONT, [], tmp_path / "bundle.pdf")

    with pikepdf.open(tmp_path / "bundle.pdf") as pdf:
        spoken_words = [
            bytes(instruction.operands[1].ActualText).decode("utf-16")
            for instruction in pikepdf.parse_content_stream(pdf.pages[1], "BDC")
            if "/ActualText" in instruction.operands[1]
        ]
    assert spoken_words == ["جامعة "]


def test_named_destinations_of_an_item_start_with_its_reference(tmp_path):
    path = bundle(tmp_path, "tagged", "plain", "tagged")

    listed = subprocess.run(
        ["pdfinfo", "-dests", str(path)], capture_output=True, text=True, check=True
    ).stdout
    names = re.findall(r'"(.+)"', listed)

    assert {"FIA0001", "FIA0001.top", "FIA0002", "FIA0003", "FIA0003.top"} == set(names)
