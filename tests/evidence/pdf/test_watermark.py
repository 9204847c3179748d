"""Watermarks of numbered copies: on each page, and found in a leaked page."""

import dataclasses
import subprocess
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.pdf.assemble.bundle import verify, write_bundle
from evidence.pdf.assemble.spec import CopyMark
from evidence.pdf.assemble.watermark import DIGITS, MOST, read_code, rule
from evidence.pdf.assemble.watermark_reader import codes_of
from tests.evidence.pdf import hostile_pdfs
from tests.evidence.pdf.test_bundle import FRONT, item
from tests.evidence.pdf.test_linker import Wanted
from tests.evidence.pdf.test_linker import item as strange_item

MARK = CopyMark("Copy 7 for Dr Ŵyn Jones MP", 123_456_789_012, watermark=True)


@pytest.fixture
def copy_path(tmp_path) -> Path:
    """A copy of a bundle of every strange page there is, and ordinary ones with furniture."""
    kinds = [*hostile_pdfs.PLAIN, *hostile_pdfs.OURS]
    items = [strange_item(tmp_path, n, Wanted(kind)) for n, kind in enumerate(kinds, start=1)]
    items.append(item(tmp_path, 900, sheet=(("Kind", "Written"),), groups=("Last",)))
    front = dataclasses.replace(FRONT, copy=MARK, dividers=True, marking="For the committee")
    target = tmp_path / "copy.pdf"
    verify(target, write_bundle(items, front, (), target), items)
    return target


def codes(path: Path) -> dict[int, int]:
    with pikepdf.open(path) as pdf:
        return dict(codes_of(pdf))


def test_each_page_of_a_copy_has_its_watermark(copy_path):
    with pikepdf.open(copy_path) as pdf:
        pages = len(pdf.pages)

    assert codes(copy_path) == dict.fromkeys(range(1, pages + 1), MARK.code)


def test_watermark_is_found_in_an_extracted_and_resaved_page(copy_path, tmp_path):
    leaked = tmp_path / "leaked.pdf"
    options = ["--object-streams=generate", "--recompress-flate", "--stream-data=compress"]
    pages = ["--pages", str(copy_path), "3-4", "--"]
    subprocess.run(["qpdf", *options, "--empty", *pages, str(leaked)], check=True)

    assert codes(leaked) == {1: MARK.code, 2: MARK.code}


def test_watermark_is_found_after_the_content_stream_was_rewritten(copy_path, tmp_path):
    leaked = tmp_path / "leaked.pdf"
    subprocess.run(
        ["qpdf", "--normalize-content=y", "--coalesce-contents", str(copy_path), str(leaked)],
        check=True,
    )

    assert set(codes(leaked).values()) == {MARK.code}


def test_each_page_names_the_recipient_of_the_copy(copy_path):
    document = pypdfium2.PdfDocument(copy_path)
    for page in document:
        words = " ".join(page.get_textpage().get_text_range().split())
        assert MARK.words in words or "Copy 7" in words


def test_bundle_that_is_no_copy_has_no_watermark(tmp_path):
    items = [item(tmp_path, 1)]
    target = tmp_path / "bundle.pdf"
    write_bundle(items, FRONT, (), target)

    assert codes(target) == {}


def test_background_text_is_on_each_page_only_on_request(tmp_path):
    shades = []
    for watermark in (False, True):
        target = tmp_path / f"{watermark}.pdf"
        mark = dataclasses.replace(MARK, watermark=watermark)
        write_bundle([item(tmp_path, 1)], dataclasses.replace(FRONT, copy=mark), (), target)
        page = pypdfium2.PdfDocument(target)[1].render(scale=1).to_pil().convert("L")
        middle = page.crop((100, 350, 500, 750)).histogram()
        shades.append(sum(middle[222:236]))

    assert shades[0] == 0
    assert shades[1] > 300


@given(st.integers(0, MOST - 1), st.floats(0, 200), st.floats(10, 14_000), st.floats(0, 14_400))
def test_any_code_is_read_back_from_any_page(code, left, wide, y):
    assert read_code(rule(left, left + wide, y, CopyMark("", code))) == code


def test_line_that_is_no_watermark_is_not_read_as_one():
    points = b" ".join(b"%d.5 10 l" % (50 + n) for n in range(DIGITS + 1))

    assert read_code(b"40 10 m " + points + b" S") is None
