"""Organisations and roles are found as phrases, organisations also by their acronym."""

import pytest

from evidence.name_search.phrases import PhraseSearch


@pytest.mark.parametrize(
    ("phrase", "text", "matched"),
    [
        ("University College London", "I work at UCL now.", ["UCL"]),
        ("University College London", "University College, London", ["University College, London"]),
        ("University of Durham", "at Durham University", ["Durham University"]),
        ("The Free Voices Network Ltd", "the free voices network", ["free voices network"]),
        ("University of Durham", "at the University of York", []),
        ("University of Durham", "Durham has a cathedral.", []),
        ("Lecturer", "A lecturer left.", []),
        ("", "Nothing to look for.", []),
    ],
)  # fmt: skip
def test_organisation_is_found_by_name_and_acronym(phrase, text, matched):
    spans = PhraseSearch([phrase], acronyms=True).spans(text)
    assert [text[start:end] for start, end in spans] == matched


def test_role_is_not_searched_by_its_acronym():
    spans = PhraseSearch(["Head of Chinese Studies"]).spans(
        "The HCS met the head of Chinese studies."
    )
    assert len(list(spans)) == 1
