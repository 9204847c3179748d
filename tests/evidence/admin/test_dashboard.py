"""Each count of other work opens the list it counts."""

from urllib.parse import urlsplit

import pytest
from django.utils.html import escape

from evidence.admin.dashboard import other_work
from evidence.decisions.models import Act
from evidence.decisions.propose import propose
from tests.factories import CallFactory, a_member, a_submission, decide

pytestmark = pytest.mark.django_db
HELD = b"<!doctype html><html><body><p>Words.</p><p style='display:none'>secret</p></body></html>"


def test_dashboard_counts_match_the_linked_lists(client, work):
    call, elsewhere = CallFactory(), CallFactory()
    clerk = a_member(call.inquiry)
    for inquiry in (call, elsewhere):
        other = clerk if inquiry == call else a_member(elsewhere.inquiry)
        declined, accepted, _left = (a_submission(inquiry) for _ in range(3))
        # May be written to, with care: this receipt waits for a clerk. Of the others none can go.
        a_submission(inquiry, text="Careful.", email="a@example.org", safe_ways="Evenings only.")
        a_submission(inquiry, content=HELD, file_name="held.html")
        work()
        decide(declined, Act.DECLINE, by=other)
        decide(accepted, Act.ACCEPT, by=other)
    client.force_login(clerk)
    piles = other_work(clerk, call.inquiry)
    counted = {pile.label: pile.count for pile in piles}
    assert counted["Accepted, not yet reported"] == 1
    assert counted["Letters to approve"] == 2

    for pile in piles:
        answer = client.get(pile.address)
        assert answer.status_code == 200, pile.label
        page = answer.content.decode()
        row = 'name="_selected_action"' if "/staff/" in pile.address else '<th class="field-'
        rows = page.count(row)
        assert rows == pile.count, pile.label
        assert urlsplit(pile.address).path.startswith(("/admin/", "/staff/"))


def test_inbox_names_only_the_inquiries_of_the_reader(client, work):
    call, elsewhere = CallFactory(), CallFactory()
    clerk = a_member(call.inquiry)
    submission = a_submission(call)
    work()
    submission.refresh_from_db()
    propose(submission, Act.ACCEPT, by=clerk)
    client.force_login(clerk)

    page = client.get("/admin/inbox/").content.decode()

    assert escape(call.inquiry.title) in page
    assert escape(elsewhere.inquiry.title) not in page
