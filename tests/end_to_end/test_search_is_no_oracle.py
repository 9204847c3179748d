"""Search, lists and what they offer are the same with and without a submission one may not see.

Each surface is read before and after a hidden submission arrives that has the same words, tags and
witnesses as the others, and some of its own: pages, counts, order, lines and filters must be equal
to the letter, and so must every question to the database.
"""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evidence.decisions.models import Act
from evidence.lifecycle import Disclosure
from evidence.publication.publish import publish
from evidence.search.models import SearchEntry
from evidence.submissions.models import Submission
from evidence.tagging import tag
from evidence.tagging.models import InstitutionTag
from inquiry.people.roles import Role
from tests.end_to_end.disclosure_reading import TOKEN
from tests.evidence.admin.admin_client import signed_in
from tests.factories import (
    CallFactory,
    InstitutionFactory,
    ThemeFactory,
    a_member,
    a_submission,
    decide,
)
from tests.shared_data import Parts, do_all, made_once, part

pytestmark = pytest.mark.django_db
INBOX = "admin:inbox"
SEARCHES = (
    "",
    "q=visa",
    "q=visa+chairs",
    "q=%22visa+rules%22",
    "q=vis*",
    "q=visa+-chairs",
    "q=title:visa",
    "q=witness:jones",
    "q=unspoken",
    "q=uns*",
    "q=visa+-unspoken",
    "q=visa+-title:unspoken",
    "q=witness:hidden",
    "q=visa+-witness:hidden",
)
WORDS = "The visa rules. Visas for chairs of the university, visa, visa."


def make() -> Parts:
    call = CallFactory(inquiry__prefix="FIA")
    clerk = a_member(call.inquiry)
    theme, institution = ThemeFactory(name="Money"), InstitutionFactory(name="University of Q")
    for number in range(3):
        submission = a_submission(
            call, text=WORDS, title="Visa" * (number % 2), name=f"Dr Jones {number}"
        )
        do_all()
        tag.with_theme(submission, theme, by=clerk)
        tag.with_institution(submission, institution, part=InstitutionTag.Part.MENTIONED, by=clerk)
        if number:
            decide(submission, Act.ACCEPT, Act.OPEN, Act.REPORT, by=clerk)
            do_all()
            publish(submission, by=clerk)
        do_all()
    return {"call": call, "clerk": clerk, "theme": theme, "institution": institution}


_world = made_once(make)
call, clerk, theme, institution = (part(n) for n in ("call", "clerk", "theme", "institution"))


def answers(client: Client, addresses: list[str]) -> list[str]:
    """The pages, and each question that was asked for them."""
    shown = []
    for address in addresses:
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address)
        assert response.status_code == 200, address
        shown.append(TOKEN.sub("", response.content.decode()))
        if address.startswith(reverse(INBOX)):
            continue  # it asks with the time of the day: its pages alone can be equal
        shown += [query["sql"] for query in queries if "django_session" not in query["sql"]]
    return shown


def addresses_of(name: str, queries=SEARCHES, *, call=None) -> list[str]:
    inquiry = f"inquiry={call.inquiry.code}&" if name == "bundle-new" else ""
    return [f"{reverse(name)}?{inquiry}{query}" for query in queries]


def hide(call, clerk, theme, institution, **fields) -> Submission:
    """A submission with the words of the others and its own, tagged as the others and otherwise."""
    submission = a_submission(
        call,
        text=f"{WORDS} Unspoken words.",
        title="Visa unspoken",
        name="Dr Jones Hidden",
        **fields,
    )
    do_all()
    for tagged_theme in (theme, ThemeFactory(name="Unspoken theme")):
        tag.with_theme(submission, tagged_theme, by=clerk)
    for named in (institution, InstitutionFactory(name="University of Unspoken")):
        tag.with_institution(submission, named, part=InstitutionTag.Part.MENTIONED, by=clerk)
    do_all()
    assert SearchEntry.objects.filter(submission=submission).exists()
    return submission


CONFIDENTIAL = {"disclosure": Disclosure.CONFIDENTIAL}


@pytest.mark.parametrize(
    ("role", "clearances", "names", "fields"),
    [
        (Role.MEDIA, {}, ["register", "published"], {}),
        (Role.MEMBER, {}, ["register"], CONFIDENTIAL),
        (Role.MEMBER, {"sees_identities": True}, ["register"], CONFIDENTIAL),
        (Role.ADVISER, {}, ["register"], CONFIDENTIAL),
        (Role.SPECIALIST, {}, ["register", INBOX, "bundle-new"], CONFIDENTIAL),
        (Role.OPERATIONS, {}, ["register", INBOX], CONFIDENTIAL),
    ],
)
def test_people_of_the_inquiry_learn_nothing(
    role, clearances, names, fields, call, clerk, theme, institution
):
    client = signed_in(a_member(call.inquiry, role, **clearances))
    addresses = [address for name in names for address in addresses_of(name, call=call)]
    answers(client, addresses[:1])
    before = answers(client, addresses)
    hide(call, clerk, theme, institution, **fields)
    assert answers(client, addresses) == before


def test_the_public_learns_nothing_of_what_is_not_published(
    client, call, clerk, theme, institution
):
    addresses = addresses_of("published")
    before = answers(client, addresses)
    hide(call, clerk, theme, institution)
    assert answers(client, addresses) == before


def test_clerks_of_another_inquiry_learn_nothing(call, clerk, theme, institution):
    other = CallFactory()
    colleague = a_member(other.inquiry)
    a_submission(other, text=WORDS, name="Dr Jones")
    do_all()
    client = signed_in(colleague)
    addresses = [*addresses_of("register"), *addresses_of(INBOX)]
    answers(client, addresses[:1])
    before = answers(client, addresses)
    hide(call, clerk, theme, institution)
    assert answers(client, addresses) == before


def test_withheld_names_and_own_institutions_change_nothing_but_the_row_itself(
    call, clerk, theme, institution
):
    """The submission may be read, its witness may not be known: no search tells who it is."""
    hidden = hide(call, clerk, theme, institution, disclosure=Disclosure.NAME_WITHHELD)
    own = InstitutionFactory(name="University of the witness")
    client = signed_in(a_member(call.inquiry, Role.SPECIALIST))
    addresses = addresses_of(
        "register", ["q=witness:hidden", "q=hidden", "q=hid*", "q=jones+unspoken", "q=visa+-hidden"]
    )
    answers(client, addresses[:1])
    before = answers(client, addresses)
    assert not any(hidden.receipt in text for text in before[:1])
    tag.with_institution(hidden, own, part=InstitutionTag.Part.SUBMITTER, by=clerk)
    link = hidden.witness_links.get()
    link.witness.name = "Dr Entirely Other"
    link.witness.save()
    do_all()
    assert answers(client, addresses) == before


def test_those_who_may_see_it_do_find_it(call, clerk, theme, institution):
    """Else the tests above would prove nothing."""
    client = signed_in(clerk)
    before = answers(client, addresses_of(INBOX))
    hide(call, clerk, theme, institution, **CONFIDENTIAL)
    assert answers(client, addresses_of(INBOX)) != before
    text = client.get(f"{reverse('register')}?q=unspoken+witness:hidden").content.decode()
    assert "<mark>Unspoken</mark>" in text
    assert "Unspoken theme" in text
    assert "University of Unspoken" in text
