"""Families at the desk: counted by what the reader may see, and one proposal for all."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evidence.decisions.models import Act, Decision
from evidence.families.models import Family
from evidence.lifecycle import Status
from evidence.submissions.models import Submission
from inquiry.people.roles import Role
from tests.evidence.admin.admin_client import TOKEN, page_of, page_text, signed_in
from tests.evidence.families.letters_for_tests import OWN, letter
from tests.factories import CallFactory, a_member, a_submission, decide

pytestmark = pytest.mark.django_db
LIST = "/admin/families/"


@pytest.fixture
def campaign(call, work):
    """Three letters, one with words of its own."""
    letters = [
        a_submission(call, text=letter(f"Writer {n}", OWN[0] if n == 1 else ""), name=f"Dr W{n}")
        for n in range(3)
    ]
    work()
    return letters


def address() -> str:
    return f"{LIST}{Family.objects.get().pk}/"


def test_list_counts_letters_and_those_with_words_of_their_own(campaign, clerk):
    page = page_text(signed_in(clerk), LIST)
    assert "3 letters, 1 with words of their own" in page
    assert "Dear Committee, I write as a resident" in page


def test_page_marks_what_only_one_letter_says(campaign, clerk):
    page = page_text(signed_in(clerk), address())
    marked = re.findall(r"<ins><span[^>]*>Added:</span> (.*?)</ins>", page)
    assert marked == [OWN[0]]
    assert [f"Dr W{n}" in page for n in range(3)] == [True] * 3


def test_submission_leads_to_its_family(campaign, clerk):
    page = page_text(signed_in(clerk), page_of(campaign[0]))
    assert address() in page
    assert "3 letters, 1 with words of their own" in page


def test_submission_like_no_other_has_no_family(call, clerk, work):
    submission = a_submission(call, text=letter())
    work()
    client = signed_in(clerk)
    assert "/admin/families/" + str(Family.objects.get().pk) not in page_text(
        client, page_of(submission)
    )
    assert client.get(address()).status_code == 404
    assert "No two letters of this inquiry are nearly the same." in page_text(client, LIST)


# --- Who may see what -----------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.MEMBER, Role.ADVISER, Role.MEDIA])
def test_families_are_for_the_staff_of_the_inquiry(call, campaign, role):
    for person in (a_member(call.inquiry, role), a_member(CallFactory().inquiry)):
        client = signed_in(person)
        for path in (address(), f"{address()}propose/", f"{LIST}?inquiry={call.inquiry.code}"):
            assert client.get(path).status_code in {302, 404}
            assert client.post(path, {"every": "1"}).status_code in {302, 404}
    assert not Decision.objects.exists()


def pages_of(person, *paths: str) -> list[str]:
    client = signed_in(person)
    return [TOKEN.sub("", page_text(client, path)) for path in paths]


def test_pages_are_the_same_with_and_without_hidden_letters(call, campaign, work):
    reader = a_member(call.inquiry, Role.SPECIALIST, sees_identities=True)
    paths = (LIST, address(), page_of(campaign[0]))
    before = pages_of(reader, *paths)
    for own in ("", OWN[1]):
        a_submission(call, text=letter("Hidden", own), disclosure="confidential")
    work()
    assert Family.objects.get().size == 5
    assert pages_of(reader, *paths) == before
    cleared = a_member(call.inquiry, Role.SPECIALIST, sees_confidential=True)
    assert "5 letters, 2 with words of their own" in pages_of(cleared, LIST)[0]


def test_letter_with_only_hidden_relatives_has_no_family(call, work):
    alone = a_submission(call, text=letter())
    a_submission(call, text=letter("Hidden"), disclosure="confidential")
    work()
    client = signed_in(a_member(call.inquiry, Role.SPECIALIST, sees_identities=True))
    assert client.get(address()).status_code == 404
    assert "No two letters" in page_text(client, LIST)
    assert address() not in page_text(client, page_of(alone))


@pytest.mark.parametrize(
    ("clearances", "names"),
    [({}, ["Name withheld"]), ({"sees_identities": True}, ["Dr Secret"])],
)
def test_protected_names_are_shown_only_to_those_who_may_know_them(
    call, campaign, work, clearances, names
):
    text = letter("A.").replace("Yours sincerely,\nA.", "")
    a_submission(call, text=text, name="Dr Secret", disclosure="name_withheld")
    work()
    reader = a_member(call.inquiry, Role.SPECIALIST, **clearances)
    page = pages_of(reader, address())[0]
    assert all(name in page for name in names)
    assert ("Dr Secret" in page) == bool(clearances)


def test_words_of_a_protected_letter_that_is_held_are_for_those_who_may_know_its_witness(
    call, campaign
):
    """They may name the witness."""
    own = campaign[1]
    Submission.objects.filter(pk=own.pk).update(
        disclosure_requested="name_withheld", status=Status.HELD
    )
    page = pages_of(a_member(call.inquiry, Role.SPECIALIST), address())[0]
    assert OWN[0] not in page
    assert "You may not read its words here yet." in page
    assert OWN[0] in pages_of(a_member(call.inquiry), address())[0]


# --- One proposal ---------------------------------------------------------------------------------


def test_one_proposal_for_all_keeps_each_letter_counted_and_named(campaign, clerk, call, work):
    protected = a_submission(call, text=letter("P."), disclosure="confidential")
    work()
    decide(campaign[0], Act.ACCEPT, by=clerk)
    client, path = signed_in(clerk), f"{address()}propose/"
    asks = client.post(path, {"every": "1"}).content.decode()
    assert "4 submissions" in asks
    fields = {"every": "1", "acceptance": "accept", "publication": "open", "propose": "1"}
    page = client.post(path, fields, follow=True).content.decode()

    assert "Proposed for 2 submissions." in page
    assert "Left out: 2." in page
    assert protected.receipt in page.split("Left out")[1]
    assert set(Decision.objects.proposed().values_list("submission", flat=True)) == {
        campaign[1].pk,
        campaign[2].pk,
    }


def test_only_ticked_letters_are_proposed_for(campaign, clerk, call, work):
    stranger = a_submission(CallFactory(), text=letter())
    work()
    family = campaign[0].family_member.family_id
    ticked = [str(campaign[1].pk), str(stranger.pk), "nonsense"]
    fields = {"_selected_action": ticked, "acceptance": "accept", "propose": "1"}
    page = signed_in(clerk).post(f"{LIST}{family}/propose/", {**fields, "publication": "as_asked"})
    assert page["Location"] == f"{LIST}{family}/"
    assert set(Decision.objects.values_list("submission", flat=True)) == {campaign[1].pk}


def test_nothing_ticked_proposes_nothing(campaign, clerk):
    fields = {"acceptance": "accept", "publication": "as_asked", "propose": "1"}
    signed_in(clerk).post(f"{address()}propose/", fields)
    assert not Decision.objects.exists()


def test_specialists_see_families_and_propose_nothing(campaign, call):
    client = signed_in(a_member(call.inquiry, Role.SPECIALIST))
    assert "Propose for" not in page_text(client, address())
    assert client.post(f"{address()}propose/", {"every": "1"}).status_code == 404


def test_pages_cost_the_same_for_few_letters_and_for_more(call, campaign, clerk, work):
    client, counts = signed_in(clerk), []
    page_text(client, LIST)
    for _more in range(2):
        with CaptureQueriesContext(connection) as listed:
            page_text(client, LIST)
        with CaptureQueriesContext(connection) as shown:
            page_text(client, address())
        counts.append((len(listed), len(shown)))
        for n in range(2):
            a_submission(call, text=letter(f"More {n}"))
        work()
    assert counts[0] == counts[1]
