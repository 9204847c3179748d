"""Linking fragments gives the same result as binding page by page, for any file."""

import contextlib
import dataclasses
import shutil
import subprocess
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from evidence.pdf.assemble.bundle import Front, Index, Item, Joined, verify, write_bundle
from evidence.pdf.assemble.pagination import known, planned
from evidence.pdf.assemble.spec import Stamp
from evidence.pdf.fragment.prepare import prepare_file
from tests.evidence.pdf import hostile_pdfs, reference_binder

FRONT = Front(
    committee="Foreign Affairs Committee",
    inquiry="Interference in academia",
    hc_number="HC 123",
    title="Written evidence",
    marking="",
    lines=(),
    left_out=("Nothing is left out.",),
    fingerprint="ab" * 32,
)
KINDS = [*hostile_pdfs.PLAIN, *hostile_pdfs.OURS]
ACTIVE = ("/JavaScript", "/JS", "/Launch", "/EmbeddedFile", "/GoToR", "/Filespec", "/OpenAction")


@dataclasses.dataclass(frozen=True)
class Wanted:
    """One item of a specification: which document, how it was saved, how it goes in."""

    kind: str
    how: str = "plain"
    state: str = "prepared"
    groups: tuple[str, ...] = ()
    marking: str = ""


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("documents")


def item(folder: Path, number: int, wanted: Wanted) -> Item:
    path = hostile_pdfs.written(folder, wanted.kind, wanted.how)
    ours = hostile_pdfs.ours(wanted.kind)
    fragment = path.with_suffix(".fragment")
    if not fragment.exists():
        fragment.write_bytes(prepare_file(path, ours=ours))
    if wanted.state == "damaged":
        whole = bytearray(fragment.read_bytes())
        whole[len(whole) // 3] ^= 0x20
        fragment = path.with_suffix(".damaged")
        fragment.write_bytes(whole)
    reference = f"FIA{number:04}"
    return Item(
        key=f"k{number}",
        path=path,
        reference=reference,
        title=f"{reference} Dr Ŵ. Name ({wanted.kind})",
        date="March 2026",
        groups=wanted.groups,
        marking=wanted.marking,
        ours=ours,
        fragment=None if wanted.state == "not prepared" else fragment,
    )


def bound(
    items: list[Item], target: Path, front: Front = FRONT, *, looked_at: bool = True
) -> Joined:
    """The bundle, `looked_at` by the second reader as well, which starts a process."""
    indexes = [Index("Index", (("All of them", tuple(entry.key for entry in items)),))]
    joined = write_bundle(items, front, indexes, target)
    if looked_at:
        verify(target, joined, items)
    return joined


@dataclasses.dataclass(frozen=True)
class Seen:
    """A page as PDFium shows it: its letters, size, label and picture."""

    words: str
    size: tuple[float, float]
    label: str
    picture: Image.Image

    def beside_the_band(self, stamp: Stamp) -> Image.Image:
        wide, high = self.picture.size
        return self.picture.crop((0, 0, wide, high - 26) if stamp.below else (0, 26, wide, high))


def pages_shown(path: Path, start: int = 0) -> list[Seen]:
    """All pages from a place on."""
    shown_pages = []
    with contextlib.closing(pypdfium2.PdfDocument(path)) as document:
        for place in range(start, len(document)):
            with contextlib.closing(document[place]) as page:
                with contextlib.closing(page.get_textpage()) as text:
                    words = "".join(text.get_text_range().split())
                shown = page.render(scale=1).to_pil().convert("L")
                shown_pages.append(
                    Seen(words, page.get_size(), document.get_page_label(place), shown)
                )
    return shown_pages


def links(pdf: pikepdf.Pdf, first: int, last: int) -> list[reference_binder.Links]:
    at = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
    links_of_pages = []
    for page in list(pdf.pages)[first : last + 1]:
        listed = list(page.obj.get("/Annots", []))
        web = tuple(str(link.A.URI) for link in listed if "/A" in link)
        inside = tuple(at[link.Dest[0].objgen] - first for link in listed if "/Dest" in link)
        links_of_pages.append(reference_binder.Links(web, inside))
    return links_of_pages


def marks(path: Path) -> list[tuple[int, str, int]]:
    with contextlib.closing(pypdfium2.PdfDocument(path)) as document:
        return [
            (mark.level, mark.get_title(), mark.get_dest().get_index())
            for mark in document.get_toc()
            if mark.get_title() not in {"Cover", "Contents", "Index"}
        ]


def compare(
    items: list[Item], work: Path, stamp: Stamp = Stamp.TOP_RIGHT, *, looked_at: bool = True
) -> None:
    target, slow = work / "bundle.pdf", work / "expected.pdf"
    front = dataclasses.replace(FRONT, prefix="A-", of_pages=True, stamp=stamp)
    joined = bound(items, target, front, looked_at=looked_at)
    assert joined.not_included == ()
    before = joined.placed[0].first - 1
    expected_links = reference_binder.bind(items, before, slow, below=stamp.below)

    quick, plain = pages_shown(target, before), pages_shown(slow, before)
    assert joined.placed[-1].last == before + len(plain)
    assert marks(target) == marks(slow)
    for number, (page, expected) in enumerate(zip(quick, plain, strict=False), start=before + 1):
        assert page.size == pytest.approx(expected.size, abs=0.01)
        assert page.label == f"A-{number}"
        assert expected.words in page.words
        assert f"PageA-{number}ofA-{joined.pages}" in page.words
        assert "SECRET" not in page.words
        shown, meant = page.beside_the_band(stamp), expected.beside_the_band(stamp)
        assert shown.size == meant.size
        # Edges may be smoothed differently where the slow way turned the page itself.
        different = ImageChops.difference(shown, meant).point(lambda level: level > 96 and 255)
        assert sum(different.histogram()[1:]) <= 0.004 * shown.width * shown.height + 4
    with pikepdf.open(target) as pdf:
        shown_links = [
            page
            for placed in joined.placed
            for page in links(pdf, placed.first - 1, placed.last - 1)
        ]
    assert shown_links == expected_links


WANTED = st.builds(
    Wanted,
    kind=st.sampled_from(KINDS),
    how=st.sampled_from(["plain", "plain", "packed", "locked"]),
    state=st.sampled_from(["prepared", "prepared", "not prepared", "damaged"]),
    groups=st.sampled_from([(), ("One",), ("One", "Two"), ("One", "Three"), ("Four",)]),
    marking=st.sampled_from(["", "", "CONFIDENTIAL"]),
)
SPECIFICATIONS = st.lists(WANTED, min_size=1, max_size=7)
PATIENT = {"deadline": None, "suppress_health_check": list(HealthCheck)}


@settings(max_examples=12, **PATIENT)
@given(specification=SPECIFICATIONS, stamp=st.sampled_from(Stamp))
def test_linker_matches_the_reference_binder(specification, stamp, folder, tmp_path_factory):
    work = tmp_path_factory.mktemp("bound")
    compare(
        [item(folder, n, wanted) for n, wanted in enumerate(specification, start=1)], work, stamp
    )
    shutil.rmtree(work)


@pytest.mark.campaign
@settings(max_examples=200, **PATIENT)
@given(specification=SPECIFICATIONS, stamp=st.sampled_from(Stamp))
def test_linker_matches_the_reference_binder_for_hundreds_of_specifications(
    specification, stamp, folder, tmp_path_factory
):
    work = tmp_path_factory.mktemp("bound")
    items = [item(folder, n, wanted) for n, wanted in enumerate(specification, start=1)]
    compare(items, work, stamp, looked_at=False)
    shutil.rmtree(work)


@settings(max_examples=25, **PATIENT)
@given(
    specification=SPECIFICATIONS,
    dividers=st.booleans(),
    sheets=st.booleans(),
    first=st.integers(1, 9_999),
)
def test_predicted_pagination_matches_the_bundle(
    specification, dividers, sheets, first, folder, tmp_path
):
    sheet = (("Length", "2 pages " * 90),) if sheets else ()
    items = [
        dataclasses.replace(
            item(folder, n, dataclasses.replace(entry, state="prepared")), sheet=sheet
        )
        for n, entry in enumerate(specification, start=1)
    ]
    items.append(dataclasses.replace(items[0], key="lost", unusable="Its file is lost."))
    front = dataclasses.replace(FRONT, dividers=dividers, first=first, of_pages=True)
    indexes = [Index("Index", (("All of them", tuple(entry.key for entry in items)),))]

    plan = planned(items, front, indexes, {entry.key: known(entry) for entry in items})

    assert plan == write_bundle(items, front, indexes, tmp_path / "bundle.pdf")


@pytest.mark.parametrize("state", ["not prepared", "damaged", "of another file"])
def test_pagination_is_not_predicted_for_an_unprepared_item(folder, tmp_path, state):
    entry = item(folder, 1, Wanted("plain"))
    if state == "not prepared":
        entry = dataclasses.replace(entry, fragment=None)
    elif state == "damaged":
        damaged = tmp_path / "cut.fragment"
        damaged.write_bytes(entry.fragment.read_bytes()[:200])
        entry = dataclasses.replace(entry, fragment=damaged)
    else:
        entry = dataclasses.replace(entry, sha256="0" * 64)

    assert known(entry) is None


@pytest.fixture(scope="module")
def bundle_of_all_hostile_pdfs(folder, tmp_path_factory) -> Path:
    """One bundle of every strange document there is, twice saved otherwise."""
    target = tmp_path_factory.mktemp("everything") / "bundle.pdf"
    kinds = [
        Wanted(kind, how) for how in ("plain", "packed") for kind in [*KINDS, *hostile_pdfs.LARGE]
    ]
    joined = bound([item(folder, n, wanted) for n, wanted in enumerate(kinds, start=1)], target)
    assert joined.not_included == ()
    return target


@pytest.mark.campaign
def test_each_hostile_pdf_is_linked_as_the_reference_binder_binds_it(folder, tmp_path):
    for number, kind in enumerate(KINDS, start=1):
        for stamp in (Stamp.TOP_RIGHT, Stamp.BOTTOM_CENTRE):
            compare([item(folder, number, Wanted(kind))], tmp_path, stamp)


def test_bundle_of_all_hostile_pdfs_has_no_qpdf_error(bundle_of_all_hostile_pdfs):
    checked = subprocess.run(
        ["qpdf", "--check", str(bundle_of_all_hostile_pdfs)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_poppler_reads_each_page_of_a_bundle_of_all_hostile_pdfs(bundle_of_all_hostile_pdfs):
    read = subprocess.run(
        ["pdftotext", str(bundle_of_all_hostile_pdfs), "-"],
        capture_output=True,
        text=True,
        check=True,
    )

    with contextlib.closing(pypdfium2.PdfDocument(bundle_of_all_hostile_pdfs)) as document:
        assert read.stdout.count("\f") == len(document)
    assert "SECRET" not in read.stdout


def test_active_content_is_removed(bundle_of_all_hostile_pdfs):
    with pikepdf.open(bundle_of_all_hostile_pdfs) as pdf:
        for thing in pdf.objects:
            written = thing.unparse()
            assert not any(name.encode() in written for name in ACTIVE), written
            assert b"SECRET" not in written
            if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") != "/Image":
                assert b"SECRET" not in thing.read_bytes()


def test_links_lead_only_to_web_mail_and_inside(bundle_of_all_hostile_pdfs):
    with pikepdf.open(bundle_of_all_hostile_pdfs) as pdf:
        addresses = {
            str(link.A.URI)
            for page in pdf.pages
            for link in page.obj.get("/Annots", [])
            if "/A" in link
        }
    assert addresses == {"https://a.example/(1 0 R)", "mailto:a@b.example", "https://a.example/"}


def test_identical_pictures_keep_their_own_masks(folder, tmp_path):
    kinds = ("picture behind a light mask", "picture behind a dark mask")
    items = [item(folder, n, Wanted(kind)) for n, kind in enumerate(kinds, start=1)]

    joined = bound(items, tmp_path / "bundle.pdf")

    pages = pages_shown(tmp_path / "bundle.pdf")
    shades = [pages[placed.first - 1].picture.getpixel((100, 224)) for placed in joined.placed]
    assert shades[0] > 150 > shades[1]


def test_identical_fonts_and_pictures_are_stored_once(folder, tmp_path):
    for count in (1, 8):
        items = [item(folder, n, Wanted("scanned")) for n in range(1, count + 1)]
        bound(items, tmp_path / f"{count}.pdf")

    single, eight = ((tmp_path / f"{count}.pdf").stat().st_size for count in (1, 8))
    picture = hostile_pdfs.written(folder, "scanned").stat().st_size
    assert eight < single + 2 * picture


def test_same_items_give_the_same_bytes_prepared_or_not(folder, tmp_path):
    states = ("prepared", "not prepared", "damaged")
    for state in states:
        items = [item(folder, n, Wanted(kind, state=state)) for n, kind in enumerate(KINDS, 1)]
        bound(items, tmp_path / state)

    assert len({(tmp_path / state).read_bytes() for state in states}) == 1


def test_total_page_count_is_printed_only_on_request(folder, tmp_path):
    entry = item(folder, 1, Wanted("plain"))
    shows_total = []
    for of_pages in (False, True):
        front = dataclasses.replace(FRONT, of_pages=of_pages)
        joined = bound([entry], tmp_path / "bundle.pdf", front)
        pages = pages_shown(tmp_path / "bundle.pdf")
        shows_total.append([f"of{joined.pages}" in page.words for page in pages][1:])

    assert shows_total == [[False] * 5, [True] * 5]


def test_prefix_precedes_each_number_printed_and_labelled(folder, tmp_path):
    front = dataclasses.replace(FRONT, prefix="Annex B-")

    bound([item(folder, 1, Wanted("plain"))], tmp_path / "bundle.pdf", front)

    pages = pages_shown(tmp_path / "bundle.pdf")
    assert pages[2].label == "Annex B-3"
    assert "PageAnnexB-3" in pages[2].words
    assert "AnnexB-3" in pages[1].words
