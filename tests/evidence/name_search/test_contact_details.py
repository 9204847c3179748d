"""Email addresses and phone numbers are found, and the witness's own are recognised."""

import pytest

from evidence.name_search.contact_details import ContactSearch

OWN = ("w.zhang27@uni.example", "07700 900123", "+86 138 0013 8000")


def contacts_in(text: str) -> list[tuple[str, bool]]:
    return [
        (text[match.start : match.end], match.is_own) for match in ContactSearch(OWN).matches(text)
    ]


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("Call 07700900123.", [("07700900123", True)]),
        ("Call +44 7700 900 123.", [("+44 7700 900 123", True)]),
        ("Call 138-0013-8000.", [("138-0013-8000", True)]),
        ("Call (0191) 498 0123.", [("(0191) 498 0123", False)]),
        ("Call +33 1 42 68 53 00.", [("+33 1 42 68 53 00", False)]),
        ("Write to W.Zhang27@UNI.example.", [("W.Zhang27@UNI.example", True)]),
        ("Write to office@uni.example.", [("office@uni.example", False)]),
        ("There I am w.zhang27, as here.", [("w.zhang27", True)]),
    ],
)
def test_email_addresses_and_phone_numbers_are_found(text, matches):
    assert contacts_in(text) == matches


@pytest.mark.parametrize(
    "text",
    [
        "In 2019-2020 it cost 1,000,000.",
        "ISBN 978 0 19 852663 6",
        "Grant EP/123456/1 of 12 March 2021",
        "See paragraphs 12-14 of 2021/22.",
        "He wrote @ noon.",
    ],
)
def test_other_numbers_are_left_alone(text):
    assert contacts_in(text) == []


def test_first_part_of_an_email_address_is_not_searched_alone():
    assert list(ContactSearch(["office@uni.example"]).matches("The office was closed.")) == []
