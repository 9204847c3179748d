"""Of several wishes for one submission the one that protects most holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from evidence.lifecycle import PROTECTION, Disclosure, most_protective

WISHES = some.lists(some.sampled_from(Disclosure), min_size=1, max_size=6)


@given(WISHES)
def test_no_wish_is_protected_less_than_it_asked_for(wishes):
    chosen = most_protective(*wishes)

    assert chosen in wishes
    assert all(PROTECTION.index(wish) <= PROTECTION.index(chosen) for wish in wishes)


@given(WISHES, some.randoms(use_true_random=False))
def test_it_does_not_matter_who_is_asked_first(wishes, chance):
    mixed = list(wishes)
    chance.shuffle(mixed)

    assert most_protective(*mixed) == most_protective(*wishes)


def test_from_the_freest_to_the_most_protective():
    assert PROTECTION == (Disclosure.OPEN, Disclosure.NAME_WITHHELD, Disclosure.CONFIDENTIAL)


@pytest.mark.parametrize("wishes", [(), ("secret",), ("open", "")])
def test_what_is_no_wish_is_not_taken_for_openness(wishes):
    with pytest.raises(ValueError, match=r"empty|not a valid"):
        most_protective(*wishes)
