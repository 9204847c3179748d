"""What people type into a search box is understood, and nothing they type is an error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.search.query import (
    LONGEST_QUERY,
    MOST_TERMS,
    MOST_WORDS_OF_A_PHRASE,
    Field,
    Term,
    parse,
    within,
)


def test_words_are_looked_for_by_their_stems():
    assert [term.stems for term in parse("Visas REFUSED").terms] == [("visa",), ("refus",)]


def test_phrase_is_words_next_to_each_other():
    for typed in ('"academic freedom"', "“academic freedom”", '"academic freedom'):
        (term,) = parse(typed).terms
        assert term.stems == ("academ", "freedom"), typed


def test_word_with_a_minus_is_left_out():
    query = parse('visa -budget -"hong kong"')
    assert [term.stems for term in query.wanted] == [("visa",)]
    assert [term.stems for term in query.excluded] == [("budget",), ("hong", "kong")]


def test_hyphen_inside_a_word_leaves_nothing_out():
    assert parse("self-censorship").excluded == ()
    assert parse("self-censorship").terms[0].stems == ("self", "censorship")


def test_star_looks_for_the_beginning_of_a_word():
    assert parse("Universit*").terms == (Term(beginning="universit"),)


def test_star_after_one_letter_is_that_letter():
    assert parse("a*").terms[0].stems == ("a",)


@pytest.mark.parametrize(
    ("typed", "field"),
    [("title:visa", Field.TITLE), ("Witness:visa", Field.WITNESS), ("teitl:visa", Field.TITLE)],
)
def test_field_may_be_named(typed, field):
    assert parse(typed).terms[0].field == field


def test_field_may_hold_a_phrase():
    (term,) = parse('title:"visa rules"').terms
    assert (term.field, term.stems) == (Field.TITLE, ("visa", "rule"))


def test_field_of_another_name_is_words():
    assert parse("status:published").terms[0].stems == ("status", "publish")


def test_search_of_one_field_has_all_its_words_there():
    fields = {term.field for term in within(Field.WITNESS, "Jones title:York").terms}
    assert fields == {Field.WITNESS}


def test_one_chinese_letter_is_the_beginning_of_a_pair():
    assert parse("学").terms == (Term(beginning="学"),)


@pytest.mark.parametrize("typed", ["", " ", '"', "-", "***", "%", "_", "'", ":", "(", '""', "-*"])
def test_signs_alone_are_nothing_to_look_for(typed):
    assert parse(typed).terms == ()


@given(st.text(max_size=2000))
def test_whatever_is_typed_is_bounded(typed):
    query = parse(typed)
    assert len(query.terms) <= MOST_TERMS
    for term in query.terms:
        assert len(term.stems) + len(term.beginning) >= 1
        assert len(term.stems) <= MOST_WORDS_OF_A_PHRASE


def test_a_very_long_search_is_cut():
    query = parse("word " * LONGEST_QUERY)
    assert len(query.terms) == 1
    assert len(parse(" ".join(f"w{n}" for n in range(500))).terms) == MOST_TERMS
