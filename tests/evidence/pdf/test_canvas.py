"""Pages of our own: contents and indexes of any length, in letters of every language."""

import contextlib
import unicodedata
from pathlib import Path

import pypdfium2
import pytest

from evidence.pdf.assemble.bundle import Front, Index, Item, Joined, verify, write_bundle
from evidence.pdf.assemble.canvas import Canvas, Style
from evidence.pdf.fonts.text_runs import TextRuns
from tests.evidence.pdf import hostile_pdfs
from tests.evidence.pdf.languages import WORDS

FRONT = Front("Committee", "Inquiry", "HC 1", "Written evidence", "", (), (), "")
PLAIN = Style(10)


def bundle(folder: Path, titles: list[str], *, index: bool = False, **fields: object) -> Joined:
    path = hostile_pdfs.written(folder, "upright")
    items = [
        Item(f"k{n}", path, f"FIA{n:04}", f"FIA{n:04} {title}", "March 2026", **fields)
        for n, title in enumerate(titles, start=1)
    ]
    keys = tuple(item.key for item in items)
    indexes = [Index("Index", (("Everything", keys),))] if index else []
    joined = write_bundle(items, FRONT, indexes, folder / "bundle.pdf")
    verify(folder / "bundle.pdf", joined, items)
    return joined


def pages(folder: Path, first: int, last: int) -> list[str]:
    texts = []
    with contextlib.closing(pypdfium2.PdfDocument(folder / "bundle.pdf")) as document:
        for number in range(first, last + 1):
            with (
                contextlib.closing(document[number - 1]) as page,
                contextlib.closing(page.get_textpage()) as words,
            ):
                texts.append(" ".join(words.get_text_range().split()))
    return texts


def test_long_contents_repeat_their_column_headings_on_each_page(tmp_path):
    joined = bundle(tmp_path, [f"Dr Name {n}" for n in range(300)])

    contents = pages(tmp_path, 2, joined.placed[0].first - 1)
    assert len(contents) > 5
    assert all("Reference Name Date Page" in page for page in contents)


def test_section_heading_never_ends_a_page(tmp_path):
    path = hostile_pdfs.written(tmp_path, "upright")
    items = [
        Item(f"k{n}", path, f"FIA{n:04}", f"FIA{n:04} Name", "March 2026", (f"Section {n}",))
        for n in range(1, 90)
    ]
    joined = write_bundle(items, FRONT, [], tmp_path / "bundle.pdf")
    verify(tmp_path / "bundle.pdf", joined, items)

    for page in pages(tmp_path, 2, joined.placed[0].first - 1):
        assert page.count("Section ") == page.count("FIA0")


def test_index_name_with_very_many_pages_continues_on_the_next_page(tmp_path):
    joined = bundle(tmp_path, ["Name"] * 1_500, index=True)

    shown = pages(tmp_path, joined.placed[-1].last + 1, joined.pages)
    assert len(shown) > 1
    assert f"{joined.placed[0].first}, {joined.placed[1].first}," in shown[0]
    assert str(joined.placed[-1].first) in shown[-1]


@pytest.mark.parametrize(
    "title",
    [
        "A name " * 60,
        "Donaudampfschifffahrtsgesellschaftskapitänswitwenrente" * 5,
        "中華人民共和國教育部" * 12,
    ],
)
def test_name_too_long_for_its_column_is_wrapped_completely(title, tmp_path):
    bundle(tmp_path, [title])

    [contents] = pages(tmp_path, 2, 2)
    assert "".join(title.split()) in "".join(contents.split())


@pytest.mark.parametrize("script", WORDS)
def test_combining_characters_stay_on_one_line(script):
    paper, words = Canvas(TextRuns()), WORDS[script].replace(" ", "")

    lines = paper.lines(words, PLAIN, 3.0)

    assert "".join(lines) == words
    firsts = {unicodedata.category(line[0]) for line in lines[1:]}
    assert not firsts & {"Mn", "Mc", "Me", "Cf"}
    assert not any(unicodedata.combining(line[-1]) == 9 for line in lines[:-1])


def test_tibetan_words_are_broken_between_syllables():
    paper, words = Canvas(TextRuns()), WORDS["Tibetan"]

    lines = paper.lines(words, PLAIN, paper.width(words, PLAIN) - 0.1)

    assert "".join(lines) == words
    assert len(lines) == 2
    assert lines[0].endswith("\u0f0b")


def test_word_break_opportunities_are_invisible():
    paper, word = Canvas(TextRuns()), WORDS["Khmer"]

    together = paper.width(f"{word}\u200b{word}", PLAIN)

    assert together == pytest.approx(2 * paper.width(word, PLAIN))
    assert paper.lines(f"{word}\u200b{word}", PLAIN, together - 0.1)[-1] == word


def test_lines_never_exceed_their_width():
    paper = Canvas(TextRuns())

    for room in (20.0, 60.0, 200.0):
        lines = paper.lines("Words of many sizes, wordswithoutanyspaces and 中文字", PLAIN, room)
        assert all(paper.width(line, PLAIN) <= room for line in lines)
        together = "Words of many sizes, wordswithoutanyspaces and 中文字"
        assert "".join("".join(lines).split()) == "".join(together.split())
