"""A name is found where it stands as whole words, and nowhere else, in any text."""

from hypothesis import given, settings
from hypothesis import strategies as some

from evidence.tagging.suggest import WORD, Sought, find

LETTERS = "abYZéß漢"
PARTS = some.text(alphabet=LETTERS, min_size=1, max_size=4)
NAMES = some.lists(PARTS, min_size=1, max_size=3).map(" ".join)
# No apostrophe: what belongs to a name is told by its own examples.
BETWEEN = some.sampled_from([" ", ", ", "\n", " (", ") ", " – ", ". ", "… "])
TEXTS = some.lists(some.tuples(PARTS, BETWEEN), max_size=12).map(
    lambda pairs: "".join(word + gap for word, gap in pairs)
)
MANY = settings(max_examples=200, deadline=None)


def words_of(text: str) -> list[str]:
    return [word.casefold() for word in WORD.findall(text)]


def stands_in(name: str, text: str) -> bool:
    sought, there = words_of(name), words_of(text)
    starts = range(len(there) - len(sought) + 1)
    return any(there[at : at + len(sought)] == sought for at in starts)


@MANY
@given(TEXTS, NAMES)
def test_a_name_is_found_exactly_where_its_words_stand_in_a_row(text, name):
    assert [match.key for match in find(text, [Sought(1, name)])] == [1] * stands_in(name, text)


@MANY
@given(TEXTS, some.lists(NAMES, max_size=5))
def test_whatever_is_found_stands_there_and_each_key_once(text, names):
    keys = [match.key for match in find(text, [Sought(n, name) for n, name in enumerate(names)])]

    assert len(keys) == len(set(keys))
    assert all(stands_in(names[key], text) for key in keys)


@MANY
@given(PARTS, PARTS, some.text(alphabet=LETTERS, min_size=1, max_size=3))
def test_a_part_of_a_word_is_never_found(before, name, after):
    for text in (before + name, name + after, before + name + after):
        matches = list(find(text, [Sought(1, name)]))
        assert matches == [] or text.casefold() == name.casefold()


@MANY
@given(TEXTS, NAMES)
def test_the_sentence_that_is_kept_is_a_part_of_the_text(text, name):
    for match in find(text, [Sought(1, name)]):
        assert match.sentence in text
