"""A finding is a code, parameters and a location; it passes through JSON unchanged."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.drafts import exposure_check
from evidence.findings import Finding, InvalidFindingError, Location
from evidence.intake import office_xml
from evidence.intake.finding_locations import DETAILS, NAMED, NUMBERED, PLACES, place_name
from evidence.intake.finding_messages import MESSAGES, message
from evidence.pdf.sanitize import inspect

CODES = st.text(min_size=1)
LOCATIONS = st.recursive(
    st.builds(Location, CODES, st.none() | st.integers(), st.text()),
    lambda inner: st.builds(
        Location, CODES, st.none(), st.text(), inner, st.lists(inner, max_size=2).map(tuple)
    ),
    max_leaves=5,
)
FINDINGS = st.builds(
    Finding,
    CODES,
    st.sampled_from(["info", "warn", "hold"]),
    st.dictionaries(st.text(), st.text() | st.integers(), max_size=4),
    st.none() | LOCATIONS,
)


@given(FINDINGS)
def test_finding_survives_storage(finding):
    stored = json.loads(json.dumps(finding.to_json()))

    assert Finding.from_json(stored) == finding
    assert hash(Finding.from_json(stored)) == hash(finding)
    assert Finding.from_json(stored).sign == finding.sign


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ([], "Finding: not an object"),
        ({"code": "", "severity": "hold"}, "Finding: “code” is not a text"),
        ({"code": "a", "severity": "worse"}, "Finding: 'worse' is no severity"),
        ({"code": "a", "severity": "hold", "words": "x"}, "Finding: unknown fields: words"),
        ({"code": "a", "severity": "hold", "parameters": {"a": []}}, "“parameters” are not"),
        ({"code": "a", "severity": "hold", "location": "page 1"}, "Location: not an object"),
        (
            {"code": "a", "severity": "hold", "location": {"code": "page", "number": "1"}},
            "“number” is not a whole number",
        ),
    ],
)
def test_invalid_finding_json_is_refused_with_a_reason(fields, reason):
    with pytest.raises(InvalidFindingError, match=re.escape(reason)):
        Finding.from_json(fields)


def test_characters_the_database_refuses_are_removed():
    finding = Finding.quoting("a", "info", "Ann\0 \ud800", Location("b", name="\0c"))

    assert finding.words == "Ann ?"
    assert finding.location == Location("b", name="c")
    assert Finding.quoting("a", "info", "\0").parameters == {}


def test_findings_differing_only_in_severity_are_equal():
    settled, again = Finding.quoting("a", "warn", "Ann"), Finding.quoting("a", "hold", "Ann")

    assert settled.sign == again.sign
    assert settled.sign != Finding.quoting("a", "warn", "Bob").sign
    assert settled.sign != Finding.quoting("a", "warn", "Ann", Location("text")).sign


def test_reason_follows_the_sentence_and_the_words_stand_apart():
    finding = Finding("picture-left-out", "warn", {"words": "A {view}", "detail": "it is damaged"})

    assert message(finding) == "A picture was left out. It is damaged."


def test_finding_of_an_unknown_code_is_still_shown():
    finding = Finding("long-gone", "warn", {"kind": "rare"}, Location("nowhere"))

    assert message(finding) == "A check found “long-gone”."
    assert place_name(finding.location) == ""


@pytest.mark.parametrize(
    "what",
    [
        *office_xml.PEOPLE.values(),
        *inspect.AUTHORSHIP.values(),
        *("operator", "company", "manager", "generator"),
    ],
)
def test_every_metadata_field_has_a_sentence(what):
    assert f"metadata-{what}" in MESSAGES


def _in_the_code(pattern: str) -> set[str]:
    sources = [path.read_text() for path in Path("evidence").rglob("*.py")]
    return {code for source in sources for code in re.findall(pattern, source)}


def test_every_finding_code_has_a_sentence():
    codes = _in_the_code(r"Finding(?:\.quoting)?\(\s*\"([a-z-]+)\"")

    assert len(codes) > 40
    assert codes <= {key.split(":")[0] for key in MESSAGES}


def test_every_location_code_has_a_name():
    codes = _in_the_code(r"Location\(\s*\"([a-z-]+)\"")

    assert len(codes) > 30
    assert codes <= PLACES.keys() | NUMBERED.keys() | NAMED.keys()
    assert PLACES.keys() >= DETAILS
    assert [place_name(Location(code)) for code in PLACES if not place_name(Location(code))] == []


def test_witness_sentences_exist_only_for_known_codes():
    known = {key.split(":")[0] for key in MESSAGES}

    assert exposure_check.IN_FILE.keys() | exposure_check.LOOKS_DIFFERENT.keys() <= known
