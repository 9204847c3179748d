"""The bundle: every item in its place, every link right, and no bad file stops it."""

import dataclasses
import re
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String

from evidence.pdf.assemble.bundle import Front, Index, Item, Joined, Placed, verify, write_bundle
from evidence.pdf.exceptions import InvalidBundleError

FRONT = Front(
    committee="Foreign Affairs Committee",
    inquiry="Interference in academia",
    hc_number="HC 123",
    title="Written evidence",
    marking="",
    lines=("Meeting of 17 March 2026",),
    left_out=("Two confidential items are left out.",),
    fingerprint="ab" * 32,
)


def document(*texts: str, size: tuple[float, float] = (300, 300)) -> Pdf:
    pdf = pikepdf.new()
    for text in texts:
        page = pdf.add_blank_page(page_size=size).obj
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        page.Resources = Dictionary(Font=Dictionary(F1=font))
        page.Contents = pdf.make_stream(f"BT /F1 12 Tf 20 200 Td ({text}) Tj ET".encode())
    return pdf


def item(folder: Path, number: int, pdf: Pdf | None = None, **fields: object) -> Item:
    """An item of evidence; two pages unless a document is given."""
    path = folder / f"item{number}.pdf"
    (pdf or document(f"first {number}", f"second {number}")).save(path)
    reference = f"FIA{number:04}"
    made = Item(f"k{number}", path, reference, f"{reference} Dr Name {number}", "March 2026")
    return dataclasses.replace(made, **fields)


def bound(items: list[Item], folder: Path, indexes: tuple[Index, ...] = ()) -> Joined:
    """The bundle, looked at by the second reader as well."""
    joined = write_bundle(items, FRONT, indexes, folder / "bundle.pdf")
    verify(folder / "bundle.pdf", joined, items)
    return joined


def text_of(folder: Path, page: int) -> str:
    document = pypdfium2.PdfDocument(folder / "bundle.pdf")
    return " ".join(document[page - 1].get_textpage().get_text_range().split())


def pixel(folder: Path, page: int, x: int, y: int) -> tuple[int, ...]:
    shown = pypdfium2.PdfDocument(folder / "bundle.pdf")[page - 1].render(scale=1)
    return shown.to_pil().convert("RGB").getpixel((x, y))


def test_contents_give_the_page_of_every_item(tmp_path):
    joined = bound([item(tmp_path, number) for number in range(1, 4)], tmp_path)

    assert [(p.key, p.first, p.last) for p in joined.placed] == [
        ("k1", 3, 4),
        ("k2", 5, 6),
        ("k3", 7, 8),
    ]
    assert "second 2" in text_of(tmp_path, 6)


def test_every_page_shows_reference_marking_and_its_own_number(tmp_path):
    bound([item(tmp_path, 7, marking="CONFIDENTIAL")], tmp_path)

    for page in (3, 4):
        line = text_of(tmp_path, page)
        assert "FIA0007" in line
        assert "CONFIDENTIAL" in line
        assert f"Page {page}" in line


def test_cover_and_contents_describe_the_bundle(tmp_path):
    bound([item(tmp_path, 1, marking="CONFIDENTIAL")], tmp_path)

    cover, contents = text_of(tmp_path, 1), text_of(tmp_path, 2)
    assert all(words in cover for words in (FRONT.committee, FRONT.inquiry, "HC 123", FRONT.title))
    assert "Meeting of 17 March 2026" in cover
    assert "FIA0001 Dr Name 1 CONFIDENTIAL March 2026 3" in contents
    assert "Two confidential items are left out." in contents


def test_pdf_shows_its_title_language_and_page_labels(tmp_path):
    bound([item(tmp_path, 1)], tmp_path)

    with pikepdf.open(tmp_path / "bundle.pdf") as made:
        assert made.docinfo.keys() == {"/Title"}
        assert str(made.docinfo["/Title"]) == "Written evidence"
        assert str(made.Root.Lang) == "en-GB"
        assert made.Root.ViewerPreferences.DisplayDocTitle
        assert made.check_pdf_syntax() == []


def test_same_items_give_the_same_bytes(tmp_path):
    items = [item(tmp_path, number) for number in range(1, 4)]
    for name in ("one.pdf", "two.pdf"):
        write_bundle(items, FRONT, [Index("Index", (("X", ("k1",)),))], tmp_path / name)

    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


def test_contents_over_many_pages_lead_to_the_right_pages(tmp_path):
    first = item(tmp_path, 1, document("only"))
    items = [
        dataclasses.replace(first, key=f"k{n}", reference=f"FIA{n:04}", title=f"FIA{n:04} Dr {n}")
        for n in range(1, 161)
    ]

    joined = bound(items, tmp_path)

    assert joined.placed[0].first > 5
    assert joined.placed[-1] == Placed("k160", joined.pages, joined.pages)


def test_bookmarks_nest_by_section_and_neighbours_share_a_section(tmp_path):
    groups = [("Students",), ("Students", "Unions"), ("Students", "Unions"), ("Universities",)]
    items = [item(tmp_path, n, groups=group) for n, group in enumerate(groups, start=1)]
    bound(items, tmp_path)

    marks = pypdfium2.PdfDocument(tmp_path / "bundle.pdf").get_toc()
    assert [(mark.level, mark.get_title()) for mark in marks] == [
        (0, "Cover"),
        (0, "Contents"),
        (0, "Students"),
        (1, "FIA0001 Dr Name 1"),
        (1, "Unions"),
        (2, "FIA0002 Dr Name 2"),
        (2, "FIA0003 Dr Name 3"),
        (0, "Universities"),
        (1, "FIA0004 Dr Name 4"),
    ]


def test_links_and_bookmarks_keep_the_zoom(tmp_path):
    bound([item(tmp_path, 1)], tmp_path)

    with pikepdf.open(tmp_path / "bundle.pdf") as made:
        places = [link.Dest for page in made.pages for link in page.obj.get("/Annots", [])]
        places.append(made.Root.Outlines.Last.Dest)
        assert places
        assert all(place[1] == Name.XYZ and place[4] is None for place in places)


def test_index_lists_the_pages_of_each_name_in_order(tmp_path):
    index = Index("Index of institutions", (("Prifysgol Ŵ", ("k3", "k1", "k1")), ("None", ("x",))))

    joined = bound([item(tmp_path, n) for n in range(1, 4)], tmp_path, (index,))

    assert "Index of institutions" in text_of(tmp_path, joined.pages)
    assert "Prifysgol Ŵ 3, 7" in text_of(tmp_path, joined.pages)
    assert f"Page {joined.pages}" in text_of(tmp_path, joined.pages)


BAD = {
    "cut short": lambda p: p.write_bytes(b"%PDF-1.7\n1 0 obj << /Type"),
    "empty": lambda p: p.write_bytes(b""),
    "missing": lambda p: p.unlink(),
    "not a PDF": lambda p: p.write_bytes(b"words" * 100),
    "locked": lambda p: document("x").save(
        p, encryption=pikepdf.Encryption(owner="o", user="secret")
    ),
    "without pages": lambda p: pikepdf.new().save(p),
}


@pytest.mark.parametrize("how", BAD)
def test_unusable_file_is_named_and_does_not_stop_the_bundle(how, tmp_path):
    items = [item(tmp_path, n) for n in range(1, 4)]
    BAD[how](items[1].path)

    joined = bound(items, tmp_path)

    [(key, reason)] = joined.not_included
    assert key == "k2"
    assert re.search(r"^It.*\.$", reason)
    assert [placed.key for placed in joined.placed] == ["k1", "k3"]
    assert "Not included" in text_of(tmp_path, 2)
    assert "FIA0002 Dr Name 2" in text_of(tmp_path, 2)


def test_empty_bundle_says_so(tmp_path):
    joined = bound([], tmp_path)

    assert (joined.pages, joined.placed, joined.not_included) == (2, (), ())
    assert "There are no items in this bundle." in text_of(tmp_path, 2)


def test_names_of_every_language_are_in_contents_bookmarks_and_stamps(tmp_path):
    names = "Ŵyn Ŷ 中文 عربي Ελ Ж"
    bound([item(tmp_path, 1, reference="ŵŷ 中文 عربي 🙂", title=names)], tmp_path)

    line = text_of(tmp_path, 3)
    assert all(letters in line for letters in ("ŵŷ", "中文", "Page 3"))
    assert "Ŵyn Ŷ 中文" in text_of(tmp_path, 2)


def test_items_with_the_same_title_are_distinguished(tmp_path):
    items = [item(tmp_path, n, title="The same title") for n in (1, 2)]

    assert [placed.first for placed in bound(items, tmp_path).placed] == [3, 5]


def test_text_that_looks_like_an_internal_link_stays_text(tmp_path):
    title = "FIA0001 /Dest (bdl:row:0) 1 0 R \\) #read"

    bound([item(tmp_path, 1, title=title)], tmp_path)

    assert "/Dest (bdl:row:0) 1 0 R \\) #read" in text_of(tmp_path, 2)


SHAPES = {
    "turned right": {"Rotate": 90},
    "upside down": {"Rotate": 180},
    "turned left": {"Rotate": -90},
    "cropped": {"CropBox": [50, 50, 250, 250]},
    "cropped and turned": {"CropBox": [50, 50, 250, 250], "Rotate": 90},
    "in larger units": {"UserUnit": 3},
    "away from the corner": {"MediaBox": [-100, -100, 200, 200]},
    "with a box the wrong way round": {"MediaBox": [300, 300, 0, 0]},
    "with a box of nonsense": {"MediaBox": ["a", 0, 0, 0]},
    "tiny": {"MediaBox": [0, 0, 10, 10]},
    "huge": {"MediaBox": [0, 0, 14_400, 14_400]},
}


@pytest.mark.parametrize("shape", SHAPES)
def test_stamp_is_readable_on_a_page_of_any_shape(shape, tmp_path):
    pdf = document("words")
    for key, value in SHAPES[shape].items():
        pdf.pages[0].obj[f"/{key}"] = value

    bound([item(tmp_path, 1, pdf)], tmp_path)

    page = pypdfium2.PdfDocument(tmp_path / "bundle.pdf")[2]
    words, (width, height) = page.get_textpage(), page.get_size()
    match = words.search("Page 3").get_next()
    left, bottom, right, top = words.get_charbox(match[0])
    unit = SHAPES[shape].get("UserUnit", 1)
    assert words.search("FIA0001").get_next() is not None
    assert max(page.get_mediabox()[2] - page.get_mediabox()[0], 1) <= 14_400
    assert max(width, height) > 0
    assert max(right - left, top - bottom) * unit > 1


@pytest.mark.parametrize(("turn", "edge"), [(0, 1), (90, 0), (180, 3), (270, 2)])
def test_stamp_band_is_added_at_the_visible_top_of_rotated_pages(turn, edge, tmp_path):
    pdf = document("words")
    pdf.pages[0].obj.Rotate = turn
    pdf.pages[0].obj.Contents = pdf.make_stream(b"1 0 0 rg -999 -999 9999 9999 re f")

    bound([item(tmp_path, 1, pdf)], tmp_path)

    assert pypdfium2.PdfDocument(tmp_path / "bundle.pdf")[2].get_size() == (300, 324)
    assert pixel(tmp_path, 3, 150, 3) == (255, 255, 255)
    assert pixel(tmp_path, 3, 150, 30) == (255, 0, 0)
    assert pixel(tmp_path, 3, 150, 320) == (255, 0, 0)


def test_cropped_content_does_not_show_in_the_stamp_band(tmp_path):
    pdf = document("words")
    pdf.pages[0].obj.CropBox = [0, 0, 300, 200]
    pdf.pages[0].obj.Contents = pdf.make_stream(b"Q Q 1 0 0 rg 0 200 300 100 re f")

    bound([item(tmp_path, 1, pdf)], tmp_path)

    assert pixel(tmp_path, 3, 150, 3) == (255, 255, 255)


@pytest.mark.parametrize("content", [b"q q 5 0 0 5 0 0 cm", b"Q Q Q", b"Q q", b"(q) Tj q"])
def test_unbalanced_graphics_states_spoil_neither_stamp_nor_page(content, tmp_path):
    pdf = document("words")
    pdf.pages[0].obj.Contents = Array(
        [pdf.make_stream(content), pdf.make_stream(b" 1 0 0 rg 100 100 50 50 re f")]
    )

    bound([item(tmp_path, 1, pdf)], tmp_path)

    assert "Page 3" in text_of(tmp_path, 3)
    with pikepdf.open(tmp_path / "bundle.pdf") as made:
        depth = 0
        for instruction in pikepdf.parse_content_stream(made.pages[2], "q Q"):
            depth += 1 if str(instruction.operator) == "q" else -1
            assert depth >= 0
        assert depth == 0


def test_page_without_resources_or_content_is_included(tmp_path):
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(300, 300))
    del pdf.pages[0].obj["/Resources"]
    if "/Contents" in pdf.pages[0].obj:
        del pdf.pages[0].obj["/Contents"]

    bound([item(tmp_path, 1, pdf)], tmp_path)

    assert "FIA0001" in text_of(tmp_path, 3)


def test_object_streams_and_an_empty_password_are_accepted(tmp_path):
    items = [item(tmp_path, 1), item(tmp_path, 2)]
    document("packed").save(items[0].path, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    document("locked").save(items[1].path, encryption=pikepdf.Encryption(owner="o", user=""))

    joined = bound(items, tmp_path)

    assert [text_of(tmp_path, p.first).split()[-1] for p in joined.placed] == ["packed", "locked"]


def test_item_keeps_its_web_and_internal_links(tmp_path):
    pdf = document("words", "more")
    rect = {"Type": Name.Annot, "Subtype": Name.Link, "Rect": [0, 0, 9, 9]}
    inside = Dictionary(Dest=Array([pdf.pages[1].obj, Name.Fit]), **rect)
    outside = Dictionary(A=Dictionary(S=Name.URI, URI=String("https://a.example/(1 0 R)")), **rect)
    script = Dictionary(A=Dictionary(S=Name.JavaScript, JS=String("SECRET")), **rect)
    pdf.pages[0].obj.Annots = Array([inside, outside, script])

    bound([item(tmp_path, 1, pdf)], tmp_path)

    assert b"SECRET" not in (tmp_path / "bundle.pdf").read_bytes()
    with pikepdf.open(tmp_path / "bundle.pdf") as made:
        first, second = made.pages[2].obj.Annots
        assert first.Dest[0].objgen == made.pages[3].obj.objgen
        assert str(second.A.URI) == "https://a.example/(1 0 R)"


def test_bundle_can_be_an_item_of_a_bundle(tmp_path):
    bound([item(tmp_path, 1)], tmp_path)
    (tmp_path / "bundle.pdf").rename(tmp_path / "item2.pdf")
    inner = Item("k2", tmp_path / "item2.pdf", "ANNEX", "ANNEX The first bundle", "April 2026")

    joined = bound([inner], tmp_path)

    line = text_of(tmp_path, joined.placed[0].first + 2)
    assert all(words in line for words in ("ANNEX", "Page 5", "FIA0001", "Page 3"))


def test_progress_reports_each_item_and_ends_at_the_total(tmp_path):
    reports: list[tuple[int, int, str]] = []

    write_bundle(
        [item(tmp_path, n) for n in (1, 2)],
        FRONT,
        [],
        tmp_path / "bundle.pdf",
        progress=lambda done, of, doing: reports.append((done, of, doing)),
    )

    assert reports[:2] == [(0, 4, "FIA0001"), (1, 4, "FIA0002")]
    assert reports[-1][:2] == (4, 4)


def test_bundle_that_cannot_be_written_leaves_nothing_behind(tmp_path):
    with pytest.raises(OSError, match="No such file"):
        write_bundle([], FRONT, [], tmp_path / "nowhere" / "bundle.pdf")

    assert list(tmp_path.iterdir()) == []


WRONG = {
    "a page too many": lambda j: dataclasses.replace(j, pages=j.pages + 1),
    "an item elsewhere": lambda j: dataclasses.replace(j, placed=(j.placed[0], Placed("k2", 6, 6))),
    "an item forgotten": lambda j: dataclasses.replace(j, placed=j.placed[:1]),
}


@pytest.mark.parametrize("how", WRONG)
def test_wrong_bundle_fails_verification(how, tmp_path):
    items = [item(tmp_path, n) for n in (1, 2)]
    joined = bound(items, tmp_path)

    with pytest.raises(InvalidBundleError, match=r"\.$"):
        verify(tmp_path / "bundle.pdf", WRONG[how](joined), items)


def test_misdirected_bookmarks_fail_verification(tmp_path):
    items = [item(tmp_path, n) for n in (1, 2)]
    joined = bound(items, tmp_path)

    with pytest.raises(InvalidBundleError, match="bookmark"):
        verify(tmp_path / "bundle.pdf", joined, items[::-1])


def test_truncated_bundle_fails_verification(tmp_path):
    joined = bound([item(tmp_path, 1)], tmp_path)
    whole = (tmp_path / "bundle.pdf").read_bytes()
    (tmp_path / "bundle.pdf").write_bytes(whole[: len(whole) // 3])

    with pytest.raises(InvalidBundleError):
        verify(tmp_path / "bundle.pdf", joined, [item(tmp_path, 1)])
