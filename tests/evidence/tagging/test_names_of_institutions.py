"""Which names of institutions are suggested: full names, places beside a university, capitals."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from evidence.tagging.folded_text import WORD, FoldedText, fold
from evidence.tagging.institution_names import spellings
from evidence.tagging.names_in_text import NameIndex

NAMES = (
    "University of York",
    "York St John University",
    "University of Reading",
    "University of Bath",
    "University of Essex",
    "Queen's University Belfast",
    "Queen's University at Kingston",
    "Trinity College",
    "Trinity College (052gg0110)",
    "The Open University",
    "Cardiff University",
    "Prifysgol Caerdydd",
    "Aix-Marseille Université",
    "Uniwersytet Łódzki",
    "University of St Andrews",
    "北京大学",
    "Kent",
)
ACRONYMS = ("LSE", "SOAS", "US")


@pytest.fixture(scope="module")
def index() -> NameIndex:
    named = [name for key, text in enumerate(NAMES) for name in spellings(key, text)]
    for key, text in enumerate(ACRONYMS, len(NAMES)):
        named += spellings(key, text, is_acronym=True)
    return NameIndex(named)


SUGGESTED = {
    "Reading University replied.": ["University of Reading"],
    "The universities of Bath, Reading and Essex replied.": [
        "University of Bath", "University of Reading", "University of Essex",
    ],
    "Bath and York universities replied.": ["University of Bath", "University of York"],
    "Students at Essex’s campus": ["University of Essex"],
    "Students at Kent": ["Kent"],
    "the University of York St John": [],
    "York St John University": ["York St John University"],
    "Queens University Belfast": ["Queen's University Belfast"],
    "QUEEN’S UNIVERSITY BELFAST": ["Queen's University Belfast"],
    "at the LSE and at SOAS": ["LSE", "SOAS"],
    "the US embassy": ["US"],
    "university of york, as typed": ["University of York"],
    "ym Mhrifysgol Caerdydd": ["Prifysgol Caerdydd"],
    "Aix Marseille Universite": ["Aix-Marseille Université"],
    "Aix–Marseille Universite\u0301": ["Aix-Marseille Université"],
    "UNIWERSYTET LODZKI": ["Uniwersytet Łódzki"],
    "the University of Saint Andrews": ["University of St Andrews"],
    "the University of\nSt. Andrews": ["University of St Andrews"],
    "他在北京大学读书。": ["北京大学"],
    "他在北京\n大学读书。": ["北京大学"],
    "An Open University course": ["The Open University"],
}  # fmt: skip
NOT_SUGGESTED = (
    "Reading is fun.", "We changed at Reading station near the university.", "Kent Police",
    "a bath at the university",
    "Essex County Council and the universities", "The coast of Essex", "Queen’s",
    "Queen's University",
    "lse", "soas", "it is for us", "TELL US NOW", "an open university for all", "Trinity College",
    "Technical University of York", "York University Hospital", "University of York Press",
    "New York University", "北京大学生", "北京的大学", "Yorkshire", "prifysgol yng Nghaerdydd",
)  # fmt: skip


@pytest.mark.parametrize("text", SUGGESTED)
def test_name_is_suggested(text, index):
    names = [(*NAMES, *ACRONYMS)[match.key] for match in index.find(text)]

    assert names == SUGGESTED[text]


@pytest.mark.parametrize("text", NOT_SUGGESTED)
def test_word_that_is_no_name_is_not_suggested(text, index):
    assert [(*NAMES, *ACRONYMS)[match.key] for match in index.find(text)] == []


def test_sentence_is_that_of_the_name_far_into_a_text_of_many_scripts(index):
    before = "Somebody’s “words” – déjà vu, Łódź & co.\n说了很多。\n\n" * 400

    (match,) = index.find(f"{before}Here is the University of Bath. And more.")

    assert match.sentence == "Here is the University of Bath."


@settings(max_examples=300, deadline=None)
@given(some.text())
def test_each_word_of_a_text_is_one_word_when_folded(text):
    assert len(fold(text).split()) == len(WORD.findall(text))


@settings(max_examples=100, deadline=None)
@given(some.lists(some.sampled_from(["York", "é", "\n", " ", "’", "漢", "&", "—", "a\u0301"])))
def test_place_of_a_word_in_a_long_text_is_where_it_is_written(parts):
    text = " ".join(parts * 300)
    folded, words = FoldedText(text), WORD.findall(text)
    starts = [at + 1 for at in range(len(folded.words) - 1) if folded.words[at : at + 1] == b" "]
    for number in range(0, len(words), 97):
        around, at = folded.around(folded.place(starts[number]), before=3, after=3)
        begin = max(0, number - 3)
        assert [word.group() for word in around] == words[begin : number + 3]
        assert at == number - begin
