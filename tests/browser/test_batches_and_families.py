"""A clerk adds many emails at once and proposes for a campaign: without scripts, on phones too."""

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from evidence.batches.models import BatchFile
from evidence.decisions.models import Decision
from evidence.families.models import Family
from evidence.submissions.models import Submission
from tests.browser.test_clerk_and_staff import sign_in
from tests.evidence.batches.batch_client import email_of
from tests.evidence.families.letters_for_tests import OWN, letter
from tests.factories import CallFactory, a_member, a_submission

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def call():
    opens = timezone.now() - datetime.timedelta(days=900)
    return CallFactory(inquiry__prefix="FIA", title="Interference in academia", opens_at=opens)


def upload(page, *files: tuple[str, bytes]) -> None:
    page.get_by_label("Files or emails").set_input_files(
        [{"name": name, "mimeType": "text/plain", "buffer": content} for name, content in files]
    )
    page.get_by_role("button", name="Upload files").click()


@pytest.mark.parametrize(("width", "scripts"), [(1280, True), (390, False)])
def test_clerk_adds_emails_in_one_act(call, visit, work, width, scripts):
    page = (desk := visit(width=width, scripts=scripts)).page
    sign_in(desk, a_member(call.inquiry))
    desk.go("/admin/evidence/submission/add-many/")
    if scripts:
        desk.accessible()
    page.get_by_label("Call for evidence").select_option(call.code)
    senders = ("Zhang Weiming <zhang@b.example>", "Ann Name <ann@b.example>")
    upload(page, *((f"{n}.eml", email_of(sender=sender)) for n, sender in enumerate(senders)))
    expect(page.get_by_label("Full name")).to_have_count(2)
    if scripts:
        desk.accessible()

    page.get_by_label("Organisation").first.press("Enter")
    expect(page.get_by_text("Saved. You or another clerk can go on later.")).to_be_visible()
    page.get_by_role("button", name="Add these 2 submissions").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose what publication the witness asked")
    if scripts:
        desk.accessible()
    shared = page.get_by_label("Publication asked for, where nothing is chosen")
    shared.select_option("name_withheld")
    page.get_by_role("button", name="Add these 2 submissions").click()
    expect(page.get_by_text("2 being added.")).to_be_visible()
    work()
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_role("heading", name="2 of 2 added")).to_be_visible()
    assert set(BatchFile.objects.values_list("state", flat=True)) == {"added"}
    assert {row.disclosure for row in Submission.objects.all()} == {"name_withheld"}
    assert desk.complaints == []


@pytest.mark.parametrize(("width", "scripts"), [(1280, True), (390, False)])
def test_campaign_is_proposed_for_at_once(call, visit, work, width, scripts):
    for number in range(6):
        own = OWN[number % 2] if number > 3 else ""
        a_submission(call, text=letter(f"Writer {number}", own), name=f"Dr W{number}")
    work()
    page = (desk := visit(width=width, scripts=scripts)).page
    sign_in(desk, a_member(call.inquiry))
    desk.go("/admin/families/")
    page.get_by_role("link", name="6 letters, 2 with words of their own").click()
    expect(page.get_by_text(OWN[0])).to_be_visible()
    if scripts:
        desk.accessible()
    page.get_by_role("checkbox", name="Propose for Dr W3").uncheck()
    page.get_by_role("button", name="Propose for those ticked…").click()
    expect(page.get_by_role("heading", name="5 submissions")).to_be_visible()
    page.get_by_label("Accept as evidence").check()
    page.get_by_role("button", name="Propose", exact=True).click()
    expect(page.get_by_text("Proposed for 5 submissions.")).to_be_visible()
    assert Decision.objects.values("submission").distinct().count() == 5
    assert Family.objects.get().size == 6
    assert desk.complaints == []


@pytest.mark.parametrize(("width", "scripts"), [(1280, True), (390, False)])
def test_witness_is_corrected_and_joined(call, visit, work, width, scripts):
    first = a_submission(call, name="Dr Ann Name", email="ann@b.example", hours="In the morning")
    second = a_submission(call, name="Ann Name")
    work()
    page = (desk := visit(width=width, scripts=scripts)).page
    sign_in(desk, a_member(call.inquiry))
    desk.go("/admin/witnesses/?q=ann@b.example")
    page.get_by_role("link", name="Dr Ann Name").click()
    page.get_by_role("button", name="Join with Ann Name").click()
    expect(page.get_by_role("link", name=second.receipt)).to_be_visible()
    if scripts:
        desk.accessible()
    page.get_by_role("link", name="Correct details").click()
    page.get_by_label("Role").fill("Reader in Law")
    if scripts:
        desk.accessible()
    page.get_by_role("button", name="Save corrections").click()
    expect(page.get_by_role("heading", name="Dr Ann Name, Reader in Law")).to_be_visible()
    assert first.ordered_headings() == ["Dr Ann Name, Reader in Law, University of X"]
    assert desk.complaints == []
