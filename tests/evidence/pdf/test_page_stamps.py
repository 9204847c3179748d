"""The page number is in one of six positions, and never covers evidence."""

import contextlib
import dataclasses
import itertools
from pathlib import Path

import pypdfium2
import pytest

from evidence.pdf.assemble.bundle import Joined, verify, write_bundle
from evidence.pdf.assemble.spec import CopyMark, Stamp
from tests.evidence.pdf import hostile_pdfs
from tests.evidence.pdf.test_bundle import FRONT, document, item
from tests.evidence.pdf.test_linker import Wanted
from tests.evidence.pdf.test_linker import item as strange_item
from tests.evidence.pdf.test_watermark import codes

MARKED = dataclasses.replace(FRONT, marking="For the committee", dividers=True)


def bound(items, folder: Path, stamp: Stamp, **front: object) -> Joined:
    spec = dataclasses.replace(MARKED, stamp=stamp, **front)
    joined = write_bundle(items, spec, (), folder / "bundle.pdf")
    verify(folder / "bundle.pdf", joined, items)
    return joined


def centre_of(page: pypdfium2.PdfPage, words: str) -> tuple[float, float]:
    """The middle of these words, from the reader's lower left, in parts of the page."""
    with contextlib.closing(page.get_textpage()) as text:
        at, count = text.search(words).get_next()
        boxes = [text.get_charbox(at + offset) for offset in range(count)]
    left, bottom, right, top = page.get_mediabox()
    x = (min(box[0] for box in boxes) + max(box[2] for box in boxes)) / 2
    y = (min(box[1] for box in boxes) + max(box[3] for box in boxes)) / 2
    across, up = (x - left) / (right - left), (y - bottom) / (top - bottom)
    return {0: (across, up), 90: (up, 1 - across), 180: (1 - across, 1 - up),
            270: (1 - up, across)}[page.get_rotation()]  # fmt: skip


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("stamp", Stamp)
def test_page_number_is_at_the_chosen_position_on_every_page(stamp, turn, tmp_path):
    pdf = document("words", size=(595, 842))
    pdf.pages[0].obj.Rotate = turn
    entry = item(tmp_path, 1, pdf, groups=("Section",), sheet=(("Kind", "Written"),))

    joined = bound([entry], tmp_path, stamp)

    with contextlib.closing(pypdfium2.PdfDocument(tmp_path / "bundle.pdf")) as made:
        assert joined.pages == 5
        for number in range(2, 6):
            with contextlib.closing(made[number - 1]) as page:
                across, up = centre_of(page, f"Page {number}")
                assert [across < 0.33, 0.33 < across < 0.67, across > 0.67][stamp.column]
                assert up < 0.08 if stamp.below else up > 0.92


@pytest.mark.parametrize("stamp", Stamp)
def test_reference_marking_and_number_share_the_stamp_without_touching(stamp, tmp_path):
    bound([item(tmp_path, 1, document("words", size=(300, 300)))], tmp_path, stamp)

    with contextlib.closing(pypdfium2.PdfDocument(tmp_path / "bundle.pdf")) as made:
        spots = [centre_of(made[2], words) for words in ("FIA0001", "For the committee", "Page 3")]
    assert len({round(up, 2) for _, up in spots}) == 1
    across = sorted(across for across, _ in spots)
    assert all(far - near > 0.15 for near, far in itertools.pairwise(across))


@pytest.mark.parametrize(
    "kind", [*hostile_pdfs.LARGE, "narrow", "turned left", "cropped and turned"]
)
def test_bottom_band_is_added_to_a_page_of_any_shape(kind, tmp_path):
    made = strange_item(tmp_path, 1, Wanted(kind))

    joined = bound([made], tmp_path, Stamp.BOTTOM_LEFT)

    with contextlib.closing(pypdfium2.PdfDocument(tmp_path / "bundle.pdf")) as document_:
        page = document_[joined.placed[0].first - 1]
        across, up = centre_of(page, f"Page {joined.placed[0].first}")
    assert across < 0.5
    assert up < 0.5


def test_stamped_page_content_is_unchanged(tmp_path):
    pdf = document("words")
    pdf.pages[0].obj.Contents = pdf.make_stream(b"1 0 0 rg -999 -999 9999 9999 re f")

    bound([item(tmp_path, 1, pdf)], tmp_path, Stamp.BOTTOM_RIGHT)

    with contextlib.closing(pypdfium2.PdfDocument(tmp_path / "bundle.pdf")) as made:
        shown = made[2].render(scale=1).to_pil().convert("RGB")
    assert shown.size == (300, 324)
    assert shown.getpixel((150, 3)) == (255, 0, 0)
    assert shown.getpixel((150, 298)) == (255, 0, 0)
    assert shown.getpixel((150, 321)) == (255, 255, 255)


@pytest.mark.parametrize("stamp", Stamp)
def test_watermark_is_found_wherever_the_stamp_is(stamp, tmp_path):
    mark = CopyMark("Copy 7 for Dr Jones", 123_456_789_012)

    joined = bound([item(tmp_path, 1)], tmp_path, stamp, copy=mark)

    by_page = codes(tmp_path / "bundle.pdf")
    assert by_page == dict.fromkeys(range(1, joined.pages + 1), mark.code)
