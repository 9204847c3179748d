"""Of several disclosure requests for one submission, the most protective applies."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from evidence.lifecycle import PROTECTION, Disclosure, most_protective

WISHES = some.lists(some.sampled_from(Disclosure), min_size=1, max_size=6)


@given(WISHES)
def test_most_protective_of_several_requests_wins(wishes):
    chosen = most_protective(*wishes)

    assert chosen in wishes
    assert all(PROTECTION.index(wish) <= PROTECTION.index(chosen) for wish in wishes)


@given(WISHES, some.randoms(use_true_random=False))
def test_order_of_requests_does_not_matter(wishes, chance):
    mixed = list(wishes)
    chance.shuffle(mixed)

    assert most_protective(*mixed) == most_protective(*wishes)


def test_disclosures_are_ordered_from_open_to_confidential():
    assert PROTECTION == (Disclosure.OPEN, Disclosure.NAME_WITHHELD, Disclosure.CONFIDENTIAL)


@pytest.mark.parametrize("wishes", [(), ("secret",), ("open", "")])
def test_missing_or_unknown_disclosure_is_not_taken_as_open(wishes):
    with pytest.raises(ValueError, match=r"empty|not a valid"):
        most_protective(*wishes)
