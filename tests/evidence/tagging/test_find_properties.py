"""In any text, a name matches as whole words and nowhere else."""

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


def contains_words(name: str, text: str) -> bool:
    sought, there = words_of(name), words_of(text)
    starts = range(len(there) - len(sought) + 1)
    return any(there[at : at + len(sought)] == sought for at in starts)


@MANY
@given(TEXTS, NAMES)
def test_name_matches_exactly_where_its_words_are_consecutive(text, name):
    assert [match.key for match in find(text, [Sought(1, name)])] == [1] * contains_words(
        name, text
    )


@MANY
@given(TEXTS, some.lists(NAMES, max_size=5))
def test_matches_are_in_the_text_and_each_key_once(text, names):
    keys = [match.key for match in find(text, [Sought(n, name) for n, name in enumerate(names)])]

    assert len(keys) == len(set(keys))
    assert all(contains_words(names[key], text) for key in keys)


@MANY
@given(PARTS, PARTS, some.text(alphabet=LETTERS, min_size=1, max_size=3))
def test_part_of_a_word_never_matches(before, name, after):
    for text in (before + name, name + after, before + name + after):
        matches = list(find(text, [Sought(1, name)]))
        assert matches == [] or text.casefold() == name.casefold()


@MANY
@given(TEXTS, NAMES)
def test_kept_sentence_is_part_of_the_text(text, name):
    for match in find(text, [Sought(1, name)]):
        assert match.sentence in text
