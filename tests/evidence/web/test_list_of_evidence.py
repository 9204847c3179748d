"""The list of evidence: active filters, saved views, and the way from it to the triage screen."""

import re
from html import unescape

import pytest
from django.http import QueryDict
from django.urls import reverse

from evidence.errors import EvidenceError, NotPermittedError
from evidence.inbox.models import SavedView
from evidence.inbox.saved_views import save_view
from evidence.lifecycle import Disclosure, Status
from evidence.submissions.models import Submission
from evidence.tagging import tag
from inquiry.people.roles import Role
from tests.evidence.admin.admin_client import PROPOSE, in_status, page_text, shown_after, signed_in
from tests.factories import CallFactory, InstitutionFactory, a_member, a_submission

pytestmark = pytest.mark.django_db
LIST = reverse("register")
HITS = re.compile(r'<th scope="row"><a href="([^"]+)">([^<]+)</a>')


def save(client, inquiry, name: str, query: str, **more) -> str:
    address = f"{reverse('view-save')}?inquiry={inquiry.code}"
    return shown_after(client, address, {"name": name, "query": query, **more})


def test_active_filters_are_shown_and_each_is_removed_alone(call, clerk, work):
    in_status(Status.PREPARED, call, clerk, work)
    address = f"{LIST}?q=words&status=prepared&status=held&kind=written"
    page = page_text(signed_in(clerk), address)
    chips = re.findall(r'<li>([^<]+) <a href="\?([^"]*)" title="Remove">', page)

    without = {label: unescape(query) for label, query in chips}
    assert set(without) == {
        "Search: words",
        "Status: Ready for the committee",
        "Status: Held for a clerk",
        "Kind: Written evidence",
    }
    assert without["Status: Held for a clerk"] == "q=words&status=prepared&kind=written"
    assert without["Search: words"] == "status=prepared&status=held&kind=written"


def test_filter_by_an_institution_that_is_not_offered_does_not_name_it(call, clerk, work):
    submission = in_status(Status.PREPARED, call, clerk, work)
    known, hidden = InstitutionFactory(name="Known"), InstitutionFactory(name="Hidden College")
    tag.with_institution(submission, known, part="mentioned", by=clerk)
    work()
    client = signed_in(a_member(call.inquiry, Role.MEMBER))

    assert "Institution: Known" in page_text(client, f"{LIST}?institution={known.pk}")
    page = page_text(client, f"{LIST}?institution={hidden.pk}")
    assert "Institution: not on this list" in page
    assert "Hidden College" not in page


def test_view_is_saved_listed_with_its_count_and_deleted(call, clerk, work):
    for _ in range(2):
        in_status(Status.PREPARED, call, clerk, work)
    in_status(Status.HELD, call, clerk, work)
    client = signed_in(clerk)
    page = save(client, call.inquiry, "Ready", "status=prepared")

    assert "View “Ready” saved." in page
    assert re.search(r"<span>Ready</span> <strong>2</strong>", page)

    view = SavedView.objects.get()
    assert "deleted" in shown_after(client, reverse("view-delete", args=[view.pk]), {})
    assert not SavedView.objects.exists()


def test_shared_mine_means_whoever_reads_it(call, clerk, work):
    other = a_member(call.inquiry)
    first, second = (in_status(Status.PREPARED, call, clerk, work) for _ in range(2))
    Submission.objects.filter(pk=first.pk).update(assigned_to=clerk)
    Submission.objects.filter(pk=second.pk).update(assigned_to=other)
    save(signed_in(clerk), call.inquiry, "My work", "assigned=mine", shared="1")

    for person, submission in ((clerk, first), (other, second)):
        page = page_text(signed_in(person), f"{LIST}?assigned=mine")
        assert [receipt in page for receipt in (first.receipt, second.receipt)] == [
            submission == first,
            submission == second,
        ]
        assert re.search(r"<span>My work.*?</span> <strong>1</strong>", page, re.DOTALL)


def test_own_views_are_for_their_owner_and_shared_ones_stay_in_the_inquiry(call, clerk, work):
    other, elsewhere = a_member(call.inquiry), a_member(CallFactory().inquiry)
    save(signed_in(clerk), call.inquiry, "Private", "status=held")
    save(signed_in(clerk), call.inquiry, "Shared", "status=held", shared="1")
    private, shared = SavedView.objects.order_by("name")

    page = page_text(signed_in(other), LIST)
    assert "Shared" in page
    assert "Private" not in page
    assert "Shared" not in page_text(signed_in(elsewhere), LIST)
    for person, view in ((other, private), (elsewhere, private), (elsewhere, shared)):
        answer = signed_in(person).post(reverse("view-delete", args=[view.pk]))
        assert answer.status_code == 404
    assert "Only the person" in shown_after(
        signed_in(other), reverse("view-delete", args=[shared.pk]), {}
    )
    assert SavedView.objects.count() == 2


def test_count_of_a_shared_view_is_what_its_reader_may_see(call, clerk, work):
    a_submission(call, disclosure=Disclosure.CONFIDENTIAL)
    a_submission(call)
    work()
    save(signed_in(clerk), call.inquiry, "All written", "kind=written", shared="1")

    for person, count in ((clerk, 2), (a_member(call.inquiry, Role.MEMBER), 1)):
        page = page_text(signed_in(person), LIST)
        assert re.search(rf"All written.*?<strong>{count}</strong>", page, re.DOTALL)


def test_views_need_a_name_a_filter_and_a_right_to_share(call, clerk):
    client = signed_in(clerk)
    assert "Enter a name" in save(client, call.inquiry, " ", "status=held")
    assert "Choose a filter" in save(client, call.inquiry, "All", "inquiry=x&page=3")
    assert "too long" in save(client, call.inquiry, "Long", f"q={'x' * 3000}")
    member = a_member(call.inquiry, Role.MEMBER)
    with pytest.raises(NotPermittedError):
        save_view(call.inquiry, "V", QueryDict("status=held"), shared=True, by=member)
    elsewhere = a_member(CallFactory().inquiry)
    with pytest.raises(EvidenceError):
        save_view(call.inquiry, "V", QueryDict("status=held"), shared=False, by=elsewhere)
    assert not SavedView.objects.exists()


def test_members_cannot_filter_by_who_works_on_what(call, clerk, work):
    submission = in_status(Status.PREPARED, call, clerk, work)
    Submission.objects.update(assigned_to=clerk)
    client = signed_in(a_member(call.inquiry, Role.MEMBER))
    pages = [page_text(client, f"{LIST}?assigned={whom}") for whom in ("nobody", "mine")]

    assert all(submission.receipt in page for page in pages)
    assert not any("Assigned to" in page for page in pages)


def test_triage_goes_through_the_narrowed_list_one_came_from(call, clerk, work):
    first, _held, third = (
        in_status(status, call, clerk, work)
        for status in (Status.PREPARED, Status.HELD, Status.PREPARED)
    )
    client = signed_in(clerk)
    hits = HITS.findall(page_text(client, f"{LIST}?status=prepared"))
    assert len(hits) == 2
    page = page_text(client, unescape(hits[-1][0]))

    assert first.receipt in page
    assert "1 of 2" in page
    assert reverse("admin:triage", args=[third.pk]) in page
    assert f'href="{LIST}?' in page


def test_selected_evidence_is_proposed_from_the_list(call, clerk, work):
    submission = in_status(Status.PREPARED, call, clerk, work)
    client = signed_in(clerk)
    assert "Propose selected" in page_text(client, LIST)
    assert submission.receipt in shown_after(client, PROPOSE, {"_selected_action": submission.pk})
    member = page_text(signed_in(a_member(call.inquiry, Role.MEMBER)), LIST)
    assert "Propose selected" not in member
