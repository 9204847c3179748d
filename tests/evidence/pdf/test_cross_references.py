"""Evidence numbers in the text link to their item, if the bundle has it."""

import contextlib
import dataclasses
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String

from evidence.documents.document import Document, Paragraph, Run
from evidence.documents.renderers.pdf import PageHeading, to_pdf
from evidence.pdf.assemble.bundle import Joined, verify, write_bundle
from evidence.pdf.assemble.spec import Item, OtherFile, Stamp
from evidence.pdf.fragment.prepare import prepare_file
from evidence.pdf.fragment.prepend_pages import with_front
from evidence.pdf.fragment.reference_destinations import place_in, read
from evidence.pdf.sandbox.text_extraction import extract_text
from evidence.pdf.sanitize.sanitize import sanitize
from tests.evidence.pdf.test_bundle import FRONT, document, item

FACE = PageHeading(
    "Committee", "Inquiry", "Written evidence from Dr X (FIA0001)", "FIA0001", "March 2026"
)


def generated_item(folder: Path, number: int, *texts: str) -> Item:
    """A paper that we set, prepared."""
    blocks = tuple(Paragraph((Run(text),), at) for at, text in enumerate(texts, start=1))
    made = to_pdf(Document(blocks), {}, FACE)
    entry = item(folder, number, ours=made.pages)
    entry.path.write_bytes(made.pdf)
    return prepared(entry)


def uploaded_item(folder: Path, number: int, pdf: Pdf) -> Item:
    """A witness's own PDF, prepared as the flow prepares it."""
    sent = item(folder, number, pdf)
    sanitised = dataclasses.replace(sent, path=folder / f"clean{number}.pdf")
    sanitize(sent.path, sanitised.path)
    place_in(sanitised.path, extract_text(sanitised.path).mentions)
    return prepared(sanitised)


def link_of(box: list[int]) -> Dictionary:
    """A link of a page's own."""
    action = Dictionary(S=Name.URI, URI=String("https://a.example/"))
    return Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array(box), A=action)


def prepared(entry: Item) -> Item:
    fragment = entry.path.with_suffix(".fragment")
    fragment.write_bytes(prepare_file(entry.path, ours=entry.ours))
    return dataclasses.replace(entry, fragment=fragment)


def bound(items: list[Item], folder: Path, **front: object) -> Joined:
    target = folder / "bundle.pdf"
    joined = write_bundle(items, dataclasses.replace(FRONT, **front), (), target)
    verify(target, joined, items)
    return joined


def link_targets(folder: Path, number: int) -> list[tuple[str, int]]:
    """What the links of a page say and lead to, pages counted from 1."""
    with pikepdf.open(folder / "bundle.pdf") as pdf:
        at = {page.obj.objgen: place for place, page in enumerate(pdf.pages, start=1)}
        links = pdf.pages[number - 1].obj.get("/Annots", [])
        return [(str(link.Contents), at[link.Dest[0].objgen]) for link in links if "/Dest" in link]


def test_evidence_number_in_our_text_links_to_the_item(tmp_path):
    text = "As Dr Y says (FIA0002), and FIA0009 denies."

    joined = bound([generated_item(tmp_path, 1, text), item(tmp_path, 2)], tmp_path)

    assert link_targets(tmp_path, joined.placed[0].first) == [("FIA0002", joined.placed[1].first)]


def test_item_does_not_link_to_itself(tmp_path):
    joined = bound(
        [generated_item(tmp_path, 1, "This evidence, FIA0001."), item(tmp_path, 2)], tmp_path
    )

    assert link_targets(tmp_path, joined.placed[0].first) == []


def test_link_leads_to_the_cover_sheet_of_an_item_that_has_one(tmp_path):
    second = item(tmp_path, 2, sheet=(("Kind", "Written"),))

    joined = bound([generated_item(tmp_path, 1, "See FIA0002."), second], tmp_path)

    assert joined.placed[1].sheet == 1
    assert link_targets(tmp_path, joined.placed[0].first) == [("FIA0002", joined.placed[1].first)]


@pytest.mark.parametrize("stamp", [Stamp.TOP_RIGHT, Stamp.BOTTOM_CENTRE])
@pytest.mark.parametrize(
    "shape",
    [
        {},
        {"Rotate": 90},
        {"Rotate": 180, "CropBox": [10, 10, 290, 290]},
        {"Rotate": 270, "MediaBox": [-50, -20, 300, 300]},
        {"MediaBox": [0, 0, 14_400, 14_400]},
    ],
)
def test_link_covers_the_words_on_a_page_of_any_shape(shape, stamp, tmp_path):
    pdf = document("Compare FIA0002, please")
    for key, value in shape.items():
        pdf.pages[0].obj[f"/{key}"] = value

    joined = bound([uploaded_item(tmp_path, 1, pdf), item(tmp_path, 2)], tmp_path, stamp=stamp)

    first = joined.placed[0].first
    assert link_targets(tmp_path, first) == [("FIA0002", joined.placed[1].first)]
    with pikepdf.open(tmp_path / "bundle.pdf") as made:
        box = [float(side) for side in made.pages[first - 1].obj.Annots[0].Rect]
    with contextlib.closing(pypdfium2.PdfDocument(tmp_path / "bundle.pdf")) as shown:
        text = shown[first - 1].get_textpage()
        at, count = text.search("FIA0002").get_next()
        letters = [text.get_charbox(at + offset) for offset in range(count)]
    assert box[0] == pytest.approx(min(letter[0] for letter in letters), abs=2)
    assert box[2] == pytest.approx(max(letter[2] for letter in letters), abs=2)
    assert box[1] - 2 < letters[0][1] < letters[0][3] < box[3] + 2


def test_heading_page_before_an_uploaded_pdf_shifts_no_link(tmp_path):
    entry = uploaded_item(tmp_path, 1, document("nothing here", "Compare FIA0002"))
    front = to_pdf(Document(()), {}, FACE)
    entry.path.write_bytes(with_front(front.pdf, entry.path))
    entry = prepared(dataclasses.replace(entry, ours=front.pages))

    joined = bound([entry, item(tmp_path, 2)], tmp_path)

    first = joined.placed[0].first
    assert [len(link_targets(tmp_path, first + at)) for at in range(3)] == [0, 0, 1]


def test_existing_links_of_the_page_are_kept(tmp_path):
    pdf = document("Compare FIA0002")
    pdf.pages[0].obj.Annots = Array([link_of([10, 10, 40, 40])])

    joined = bound([uploaded_item(tmp_path, 1, pdf), item(tmp_path, 2)], tmp_path)

    with pikepdf.open(tmp_path / "bundle.pdf") as made:
        annots = made.pages[joined.placed[0].first - 1].obj.Annots
        assert [str(annotation.Contents) for annotation in annots] == [
            "https://a.example/",
            "FIA0002",
        ]
    assert link_targets(tmp_path, joined.placed[0].first) == [("FIA0002", joined.placed[1].first)]


def test_linked_words_get_no_second_link(tmp_path):
    pdf = document("FIA0002")
    pdf.pages[0].obj.Annots = Array([link_of([20, 195, 90, 215])])

    joined = bound([uploaded_item(tmp_path, 1, pdf), item(tmp_path, 2)], tmp_path)

    assert link_targets(tmp_path, joined.placed[0].first) == []


def test_evidence_number_links_to_another_volume_by_file_name(tmp_path):
    rows = (("FIA0007", "Dr Z", "March 2026", "12", 12),)
    other = OtherFile("Volume 2", "volume-2.pdf", rows, after=True)

    joined = bound([generated_item(tmp_path, 1, "See FIA0007.")], tmp_path, elsewhere=(other,))

    with pikepdf.open(tmp_path / "bundle.pdf") as made:
        [link] = made.pages[joined.placed[0].first - 1].obj.Annots
        assert Name.GoToR == link.A.S
        assert str(link.A.F.UF) == "volume-2.pdf"
        assert int(link.A.D[0]) == 11


def test_link_has_its_element_in_the_structure_tree(tmp_path):
    joined = bound([generated_item(tmp_path, 1, "See FIA0002."), item(tmp_path, 2)], tmp_path)

    with pikepdf.open(tmp_path / "bundle.pdf") as made:
        page = made.pages[joined.placed[0].first - 1].obj
        [link] = page.Annots
        parents = pikepdf.NumberTree(made.Root.StructTreeRoot.ParentTree)
        element = parents[int(link.StructParent)]
        assert Name.Link == element.S
        assert element.K[0].Obj.objgen == link.objgen
        assert element.K[0].Pg.objgen == page.objgen
        paragraph = element.P
        assert paragraph.objgen in [kid.objgen for kid in paragraph.P.K]
        assert Name.Part == paragraph.P.S
        assert int(made.Root.StructTreeRoot.ParentTreeNextKey) > int(link.StructParent)
        assert made.check_pdf_syntax() == []


def test_same_items_give_the_same_bytes_prepared_or_not(tmp_path):
    items = [
        generated_item(tmp_path, 1, "See FIA0002 and FIA0003."),
        generated_item(tmp_path, 2, "No, FIA0001."),
    ]
    bound(items, tmp_path)
    made = (tmp_path / "bundle.pdf").read_bytes()

    bound([dataclasses.replace(entry, fragment=None) for entry in items], tmp_path)

    assert (tmp_path / "bundle.pdf").read_bytes() == made


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("(FIA0012), “FIA0013”.", ["FIA0012", "FIA0013"]),
        ("FIA0012FIA0013 XFIAAAA0012 FIA012 fia0012 FIA0012345", []),
        ("STR0001–STR0004", ["STR0001", "STR0004"]),
    ],
)
def test_only_a_whole_evidence_number_is_a_reference(words, numbers, tmp_path):
    path = tmp_path / "paper.pdf"
    path.write_bytes(to_pdf(Document((Paragraph((Run(words),), 1),)), {}, FACE).pdf)

    with pikepdf.open(path) as pdf:
        mentions = read(pdf, [page.obj for page in pdf.pages])

    assert [mention.reference for mention in mentions] == numbers
    extracted = extract_text(path)
    assert [
        mention.reference for mention in extracted.mentions if mention.reference != "FIA0001"
    ] == numbers


def test_named_destinations_of_an_uploaded_pdf_are_not_taken_for_ours(tmp_path):
    pdf = document("words")
    tree = pikepdf.NameTree.new(pdf)
    tree["see-FIA0002-1"] = Array([pdf.pages[0].obj, Name.FitR, 0, 0, 300, 300])
    pdf.Root.Names = Dictionary(Dests=tree.obj)

    joined = bound([uploaded_item(tmp_path, 1, pdf), item(tmp_path, 2)], tmp_path)

    assert link_targets(tmp_path, joined.placed[0].first) == []


def test_item_with_too_many_references_keeps_the_first_ones(tmp_path, monkeypatch):
    monkeypatch.setattr("evidence.pdf.fragment.reference_destinations.MOST", 3)

    text = "FIA0002 FIA0003 FIA0004 FIA0005"
    path = tmp_path / "paper.pdf"
    path.write_bytes(to_pdf(Document((Paragraph((Run(text),), 1),)), {}, FACE).pdf)

    with pikepdf.open(path) as pdf:
        assert len(read(pdf, [page.obj for page in pdf.pages])) == 3
