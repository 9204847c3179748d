"""The inbox page: its list, counts, and what is done with many submissions at once."""

import datetime
import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from evidence.inbox.models import Snooze
from evidence.lifecycle import Disclosure, Status
from inquiry.people.roles import Role
from tests.evidence.admin.admin_client import in_status, page_text, shown_after, signed_in
from tests.factories import CallFactory, UserFactory, a_member, a_submission

pytestmark = pytest.mark.django_db
INBOX = reverse("admin:inbox")
VIEW = re.compile(r'<li[^>]*><a href="([^"]+)"[^>]*><span>([^<]+)</span> <strong>(\d+)')


def rows(page: str) -> int:
    return page.count('name="submission"')


def test_each_count_opens_a_list_of_that_length(call, clerk, work):
    for status in (Status.HELD, Status.PREPARED, Status.PREPARED, Status.REPORTED):
        in_status(status, call, clerk, work)
    client = signed_in(clerk)
    counts = [
        (label, int(count), unescape(address))
        for address, label, count in VIEW.findall(page_text(client, INBOX))
        if "/inbox/" in address
    ]

    assert ("Ready to propose", 2) in [(label, count) for label, count, _address in counts]
    for label, count, address in counts:
        assert rows(page_text(client, address)) == count, label


def test_row_says_who_why_and_since_when(call, clerk, work):
    submission = a_submission(call, name="Dr B. Reader", disclosure=Disclosure.NAME_WITHHELD)
    work()
    page = page_text(signed_in(clerk), INBOX)
    assert "Dr B. Reader" in page
    assert "Name withheld" in page
    assert "Ready to propose" in page
    assert reverse("admin:triage", args=[submission.pk]) in page


@pytest.mark.parametrize("role", [Role.MEDIA, Role.MEMBER, Role.ADVISER])
def test_inbox_is_closed_to_readers(call, clerk, work, role):
    submission = in_status(Status.PREPARED, call, clerk, work)
    client = signed_in(a_member(call.inquiry, role, sees_confidential=True, sees_identities=True))
    for address in (INBOX, reverse("admin:triage", args=[submission.pk])):
        answer = client.get(address)
        assert answer.status_code == 302
        assert "/login/" in answer["Location"]


def test_clerk_of_another_inquiry_sees_and_counts_nothing(call, clerk, work):
    submission = in_status(Status.PREPARED, call, clerk, work)
    other = a_member(CallFactory().inquiry)
    client = signed_in(other)
    page = page_text(client, f"{INBOX}?inquiry={call.inquiry.code}")

    assert submission.receipt not in page
    assert rows(page) == 0
    for name in ("triage", "triage-here"):
        assert client.get(reverse(f"admin:{name}", args=[submission.pk])).status_code == 404
    shown_after(
        client, reverse("admin:inbox-assign"), {"submission": submission.pk, "person": other.pk}
    )
    submission.refresh_from_db()
    assert submission.assigned_to is None


def test_many_are_assigned_at_once(call, clerk, work):
    first, second = (in_status(Status.PREPARED, call, clerk, work) for _ in range(2))
    keys = [first.pk, second.pk]
    page = shown_after(
        signed_in(clerk), reverse("admin:inbox-assign"), {"submission": keys, "person": clerk.pk}
    )

    assert f"Assigned to {escape(clerk)}: 2." in page
    first.refresh_from_db()
    assert first.assigned_to == clerk
    assert rows(page_text(signed_in(clerk), f"{INBOX}?view=mine")) == 2


def test_assigning_nothing_and_to_nobody_known_is_refused(call, clerk, work):
    submission = in_status(Status.PREPARED, call, clerk, work)
    client, address = signed_in(clerk), reverse("admin:inbox-assign")
    assert "Nothing is selected" in shown_after(client, address, {"submission": "rubbish"})
    answers = {"submission": submission.pk, "person": "99999"}
    assert client.post(address, answers).status_code == 403


def test_many_are_snoozed_until_a_day(call, clerk, work):
    submission = in_status(Status.PREPARED, call, clerk, work)
    client, address = signed_in(clerk), reverse("admin:inbox-snooze")
    for day, sentence in (
        ("", "Enter the date"),
        ("2001-01-01", "after today"),
        (str(timezone.localdate() + datetime.timedelta(days=2)), "1 submission snoozed until"),
    ):
        page = shown_after(client, address, {"submission": submission.pk, "until": day})
        assert sentence in page
    assert Snooze.objects.get().person == clerk
    assert rows(page_text(client, INBOX)) == 0


def test_inquiry_chosen_in_the_header_stays(call, clerk):
    other = CallFactory().inquiry
    clerk.memberships.create(inquiry=other, role=Role.CLERK)
    client = signed_in(clerk)

    page = shown_after(client, reverse("inquiry-switch"), {"inquiry": other.code})

    assert f'value="{other.code}" selected' in page
    assert f'value="{other.code}" selected' in page_text(client, reverse("register"))
    elsewhere = CallFactory().inquiry
    answer = client.post(reverse("inquiry-switch"), {"inquiry": elsewhere.code})
    assert answer.status_code == 404


def test_switching_leads_to_no_other_site(call, clerk):
    answers = {"inquiry": call.inquiry.code, "next": "https://evil.example/"}
    answer = signed_in(clerk).post(reverse("inquiry-switch"), answers)
    assert answer["Location"] == reverse("staff-home")


@pytest.mark.parametrize(
    ("role", "name"),
    [
        (Role.CLERK, "admin:inbox"),
        (Role.SPECIALIST, "admin:inbox"),
        (Role.OPERATIONS, "admin:inbox"),
        (Role.MEMBER, "for-you"),
        (Role.ADVISER, "for-you"),
        (Role.MEDIA, "for-you"),
    ],
)
def test_signing_in_leads_each_role_to_its_own_page(call, role, name):
    person = a_member(call.inquiry, role)
    person.set_password("a-long-password-1")
    person.save()
    client = signed_in(person)
    client.logout()
    answers = {"username": person.username, "password": "a-long-password-1"}
    answer = client.post(reverse("sign-in"), answers, follow=True)
    assert answer.status_code == 200
    assert answer.redirect_chain[-1][0] == reverse(name)


def test_people_without_an_inquiry_are_told_so_and_administrators_reach_the_set_up(client):
    client.force_login(UserFactory())
    assert client.get(reverse("staff-home")).status_code == 403
    assert client.get(reverse("for-you")).status_code == 403
    client.force_login(UserFactory(is_superuser=True))
    answer = client.get(INBOX, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("admin:index")


def test_member_sees_what_is_new_and_nothing_hidden(call, clerk, work):
    before = in_status(Status.ACCEPTED, call, clerk, work)
    hidden = a_submission(call, name="Dr Hidden", disclosure=Disclosure.CONFIDENTIAL)
    withheld = a_submission(call, name="Dr Secret", disclosure=Disclosure.NAME_WITHHELD)
    waiting = in_status(Status.HELD, call, clerk, work)
    work()
    page = page_text(signed_in(a_member(call.inquiry, Role.MEMBER)), reverse("for-you"))

    assert before.label in page
    assert withheld.receipt in page
    assert "Dr Secret" not in page
    assert "Dr Hidden" not in page
    assert hidden.receipt not in page
    assert waiting.receipt not in page


def test_queries_of_the_inbox_do_not_grow_with_its_rows(call, clerk, work):
    client, counts = signed_in(clerk), []
    for number in (1, 3):
        while rows(page_text(client, INBOX)) < number:
            in_status(Status.PREPARED, call, clerk, work)
        with CaptureQueriesContext(connection) as queries:
            client.get(INBOX)
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 50
