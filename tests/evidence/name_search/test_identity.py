"""Identities survive a JSON round trip, without blanks and duplicates."""

from evidence.name_search.identity import Identity


def test_blanks_and_duplicates_are_dropped():
    identity = Identity(names=(" Ann ", "", "Ann"), organisations=("", " "))
    assert identity == Identity(names=("Ann",))


def test_identity_survives_a_json_round_trip():
    identity = Identity(("张伟明",), ("a@b.example",), ("University of X",), ("Reader",))
    assert Identity.from_json(identity.to_json()) == identity
