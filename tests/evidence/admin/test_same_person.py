"""Witnesses who are one person: proposed, joined, undone, and found by name or address."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evidence.custody.models import CustodyEntry
from evidence.custody.verify import verify
from evidence.submissions.models import Submission
from evidence.witnesses.keys import name_key
from evidence.witnesses.models import Witness
from inquiry.people.roles import Role
from tests.evidence.admin.admin_client import page_text, signed_in
from tests.factories import CallFactory, MembershipFactory, a_member, a_submission

pytestmark = pytest.mark.django_db
FIND = "/admin/witnesses/"


def witness_of(submission: Submission) -> Witness:
    return submission.witnesses.get()


def address(submission: Submission, name: str = "witness") -> str:
    return reverse(f"admin:{name}", args=[witness_of(submission).pk])


def press(client, submission, name: str, **fields: object) -> str:
    answer = client.post(address(submission, name), fields, follow=True)
    return answer.content.decode() if answer.status_code == 200 else str(answer.status_code)


@pytest.fixture
def first(call):
    return a_submission(call, name="Dr Ann Name", email="ann@example.org")


@pytest.fixture
def second(call):
    return a_submission(call, name="Name, Ann", organisation="University of Y")


@pytest.mark.parametrize(
    ("name", "spelt"),
    [("Dr Ann Name", "ann NAME"), ("Zhang Weiming", "Weiming Zhang"), ("张伟明", "張偉明")],
)
def test_name_key_is_the_same_for_other_titles_order_and_characters(name, spelt):
    assert name_key(name, "") == name_key(spelt, "X")


def test_organisations_and_people_of_one_name_differ():
    assert name_key("", "Amnesty") != name_key("Amnesty", "")


def test_same_name_or_email_is_proposed_and_joining_lists_submissions_together(
    call, clerk, first, second
):
    third = a_submission(call, name="A. N.", email="ANN@example.org")
    other = a_submission(call, name="Dr Ann Other")
    client = signed_in(clerk)
    page = page_text(client, address(first))
    assert "May be the same person" in page
    assert [address(row) in page for row in (second, third, other)] == [True, True, False]

    page = press(client, first, "witness-join", other=witness_of(second).pk)

    assert "Joined. You can undo this." in page
    listed = page.split("May be the same person")[0]
    assert [row.receipt in listed for row in (first, second, third)] == [True, True, False]
    assert second.receipt in page_text(client, address(second))
    assert first.receipt in page_text(client, address(second))
    entries = CustodyEntry.objects.filter(act="witnesses joined")
    assert {entry.subject_id for entry in entries} == {str(first.pk), str(second.pk)}
    assert {entry.by for entry in entries} == {clerk}
    assert verify().whole


def test_joining_changes_no_heading(clerk, first, second):
    press(signed_in(clerk), first, "witness-join", other=witness_of(second).pk)
    assert first.ordered_headings() == ["Dr Ann Name, University of X"]
    assert second.ordered_headings() == ["Name, Ann, University of Y"]


@pytest.mark.parametrize("at", [0, 1, 2])
def test_joining_is_undone_for_one_and_the_others_stay_together(call, clerk, first, second, at):
    third = a_submission(call, name="Ann Name")
    client = signed_in(clerk)
    press(client, first, "witness-join", other=witness_of(second).pk)
    press(client, third, "witness-join", other=witness_of(second).pk)
    rows = [first, second, third]
    gone = rows.pop(at)
    assert "Undone." in press(client, gone, "witness-part")
    alone = page_text(client, address(gone)).split("May be the same person")[0]
    assert [row.receipt in alone for row in rows] == [False, False]
    together = page_text(client, address(rows[0])).split("May be the same person")[0]
    assert rows[1].receipt in together
    assert gone.receipt not in together
    assert CustodyEntry.objects.filter(act="witness parted", subject_id=str(gone.pk)).count() == 1


def test_second_press_joins_nothing_more(clerk, first, second):
    client = signed_in(clerk)
    press(client, first, "witness-join", other=witness_of(second).pk)
    assert press(client, first, "witness-join", other=witness_of(second).pk) == "404"
    assert CustodyEntry.objects.filter(act="witnesses joined").count() == 2
    press(client, first, "witness-part")
    assert press(client, first, "witness-part") == "404"


# --- Who may see what -----------------------------------------------------------------------------


def test_witness_of_another_inquiry_is_proposed_only_to_a_clerk_of_both(call, clerk, first):
    elsewhere = a_submission(CallFactory(), name="Ann Name", email="ann@example.org")
    client = signed_in(clerk)
    assert "May be the same person" not in page_text(client, address(first))
    assert press(client, first, "witness-join", other=witness_of(elsewhere).pk) == "404"
    assert not CustodyEntry.objects.filter(act="witnesses joined").exists()

    both = a_member(call.inquiry)
    MembershipFactory(user=both, inquiry=elsewhere.inquiry)
    press(signed_in(both), first, "witness-join", other=witness_of(elsewhere).pk)
    assert elsewhere.receipt in page_text(signed_in(both), address(first))
    page = page_text(client, address(first))
    assert elsewhere.receipt not in page
    assert elsewhere.inquiry.title not in page
    assert "Undo" not in page
    assert press(client, first, "witness-part") == "404"


@pytest.mark.parametrize("name", ["witness-join", "witness-part"])
def test_only_clerks_join_and_part(call, clerk, first, second, name):
    press(signed_in(clerk), first, "witness-join", other=witness_of(second).pk)
    for role in (Role.SPECIALIST, Role.OPERATIONS):
        client = signed_in(a_member(call.inquiry, role, sees_identities=True))
        assert press(client, first, name, other=witness_of(second).pk) == "404"
    assert signed_in(clerk).get(address(first, name)).status_code == 404


# --- Search ---------------------------------------------------------------------------------------


def page_for(person, words: str) -> str:
    answer = signed_in(person).get(FIND, {"q": words})
    return answer.content.decode().split("</form>", 1)[1]


@pytest.mark.parametrize("words", ["ann@EXAMPLE.org", "Ann Na", "name, ann", "letter-of-ann"])
def test_clerks_find_by_name_whole_email_address_and_file_name(call, clerk, words):
    submission = a_submission(
        call, name="Dr Ann Name", email="ann@example.org", file_name="letter-of-ann.txt"
    )
    a_submission(call, name="Somebody", email="else@example.org")
    page = page_for(clerk, words)
    assert submission.receipt in page
    assert "Somebody" not in page


def test_search_is_no_oracle_for_protected_witnesses(call, work):
    a_submission(
        call,
        name="Dr Secret",
        email="secret@example.org",
        file_name="secret.txt",
        disclosure="name_withheld",
    )
    reader = a_member(call.inquiry, Role.SPECIALIST, sees_confidential=True)
    for words in ("Secret", "secret@example.org", "secret.txt", "University"):
        assert "No witness you may know matches" in page_for(reader, words)


def test_specialists_find_by_file_name_and_nobody_but_clerks_by_email(call, first):
    specialist = a_member(call.inquiry, Role.SPECIALIST)
    officer = a_member(call.inquiry, Role.OPERATIONS)
    assert first.receipt in page_for(specialist, "evidence.txt")
    assert first.receipt not in page_for(officer, "evidence.txt")
    for person in (specialist, officer):
        assert first.receipt not in page_for(person, "ann@example.org")
        assert first.receipt in page_for(person, "Ann")


def test_clerk_of_another_inquiry_finds_nothing(first):
    stranger = a_member(CallFactory().inquiry)
    for words in ("Ann", "ann@example.org", "evidence.txt"):
        assert first.receipt not in page_for(stranger, words)


def test_search_costs_the_same_for_one_witness_and_for_three(call, clerk, first):
    client, counts = signed_in(clerk), []
    client.get(FIND)
    for more in (0, 2):
        for _each in range(more):
            a_submission(call, name="Ann Name")
        with CaptureQueriesContext(connection) as queries:
            client.get(FIND, {"q": "Ann"})
        counts.append(len(queries))
    assert counts[0] == counts[1]
