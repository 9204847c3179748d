"""The lines below a match: the right paragraph, the right words marked, everything escaped."""

import pytest

from evidence.search.passages import Passage, packed, unpacked
from evidence.search.query import parse
from evidence.search.snippets import Snippets


def lines(typed: str, *texts: str, position: int = 0) -> tuple[str, str]:
    passages = [Passage(position, number, text) for number, text in enumerate(texts, 1)]
    shown = Snippets(parse(typed)).of(passages)
    return (str(shown.html), shown.fragment) if shown else ("", "")


@pytest.mark.parametrize(
    ("typed", "text", "marked"),
    [
        ("visa", "No Visas here.", "No <mark>Visas</mark> here."),
        ("hoping", "We hope so.", "We <mark>hope</mark> so."),
        ("universit*", "A university.", "A <mark>university</mark>."),
        ("naive", "A naïve idea.", "A <mark>naïve</mark> idea."),
        ('"two words"', "two or two words", "two or <mark>two words</mark>"),
        ("york", "York’s vice-chancellor", "<mark>York</mark>’s vice-chancellor"),
        ("大学", "在北京大學學習", "在北京<mark>大學</mark>學習"),
        ("學", "在北京大學。", "在北京<mark>大學</mark>。"),
        ("cymru", "Yng Nghymru mae hyn", "Yng <mark>Nghymru</mark> mae hyn"),
        ("a", "A b a", "<mark>A</mark> b <mark>a</mark>"),
        ("visa -refused", "visa refused", "<mark>visa</mark> refused"),
        ("mark", "<mark>", "&lt;<mark>mark</mark>&gt;"),
        ("amp", "a & b &amp;", "a &amp; b &amp;<mark>amp</mark>;"),
    ],
)
def test_words_are_marked(typed, text, marked):
    assert lines(typed, text)[0] == marked


def test_paragraph_with_most_of_the_words_is_shown():
    html, fragment = lines("visa chairs", "A visa.", "Nothing.", "Visas and chairs.", "Chairs.")
    assert fragment == "#p3"
    assert html == "<mark>Visas</mark> and <mark>chairs</mark>."


def test_matches_in_an_annex_open_at_the_annex():
    assert lines("visa", "A visa.", position=2)[1] == "#annex-2"


def test_words_in_the_title_alone_show_no_lines():
    assert lines("title:visa", "A visa.") == ("", "")
    assert lines("nowhere", "A visa.") == ("", "")


def test_long_paragraph_is_cut_at_words_around_the_match():
    html, _fragment = lines("visa", f"{'before ' * 100}visa {'after ' * 100}")
    assert html.startswith("…before ")
    assert html.endswith("…")
    assert "<mark>visa</mark>" in html
    assert len(html) < 300


def test_passages_are_kept_as_they_are_up_to_a_limit():
    passages = [Passage(0, 1, "Ŵ <b>"), Passage(1, 0, "x" * 3_000_000)]
    first, second = unpacked(packed(passages))
    assert first == passages[0]
    assert len(first.text) + len(second.text) == 2_000_000
