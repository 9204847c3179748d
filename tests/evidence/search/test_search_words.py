"""Words are found whatever their form: stems, accents, Welsh beginnings, Chinese without spaces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.search.words import LONGEST, parts, parts_of, welsh_roots


def stems(text: str) -> list[str]:
    return [stem for part in parts(text) for stem in part.stems]


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Universities", "university"),
        ("refused", "refusing"),
        ("Prydderch’s", "prydderch s"),
        ("Ŵyn", "wyn"),
        ("naïveté", "NAIVETE"),
        ("ﬁnance", "finance"),
        ("Łódź", "lodz"),
        ("清華", "清华"),
        ("ＵＣＬ", "ucl"),
    ],
)
def test_forms_of_a_word_are_the_same(written, typed):
    assert stems(written) == stems(typed)


def test_forms_that_differ_from_the_stem_are_kept_for_beginnings():
    (part,) = parts_of("universities")
    assert (part.stems, part.forms) == (("universiti",), ("universities",))


def test_chinese_is_cut_into_pairs():
    (part,) = parts_of("北京大学")
    assert (part.stems, part.forms) == (("北京", "京大", "大学"), ("学",))


def test_chinese_beside_latin_letters_is_apart():
    assert stems("在UCL学习") == ["在", "ucl", "学习"]


@pytest.mark.parametrize(
    ("changed", "root"),
    [
        ("Gymru", "cymru"),
        ("Nghymru", "cymru"),
        ("Chymru", "cymru"),
        ("brifysgol", "prifysgol"),
        ("phrifysgol", "prifysgol"),
        ("mhrifysgol", "prifysgol"),
        ("lywodraeth", "llywodraeth"),
        ("fyfyrwyr", "myfyr"),
        ("ardd", "gardd"),
        ("hysgol", "ysgol"),
        ("rhyddid", "rhyddid"),
        ("ryddid", "rhyddid"),
    ],
)
def test_welsh_words_have_the_root_they_were_changed_from(changed, root):
    roots = welsh_roots(changed.lower())
    assert root in roots
    assert not set(welsh_roots(root)).isdisjoint(roots)


@given(st.text(max_size=300))
def test_words_of_the_index_have_letters_and_digits_alone(text):
    """So that no word can be read as a part of a question to the index."""
    for part in parts(text):
        for word in (*part.stems, *part.forms):
            assert word
            assert not set(word) & set(" \t\n\x00'\"\\:*()&|!<>-^{}")
            assert len(word) <= LONGEST
            assert word.encode()
