"""A clerk takes a submission from receipt to publication; staff bundle it and download the PDF."""

import io

import pikepdf
import pypdfium2
import pytest
from playwright.sync_api import expect

from evidence.bundles.models import Bundle
from evidence.bundles.numbered_copies import Recipient, issue_copies
from evidence.bundles.requests import freeze
from evidence.bundles.specification import Specification
from evidence.committee_papers.models import CommitteePaper
from evidence.committee_papers.prepare import PaperDetails, add_paper
from evidence.decisions.models import Act
from evidence.lifecycle import Status
from inquiry.people.roles import Role
from inquiry.vocabulary.models import ThemeTerm
from tests.factories import (
    CallFactory,
    InstitutionFactory,
    MembershipFactory,
    ThemeFactory,
    a_member,
    a_submission,
    decide,
    docx,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "a long enough password"

TEXT = """# What happened

I teach at the University of York. A visa was refused after I spoke.

| Year | Refusals |
|------|----------|
| 2024 | 3        |

The second paragraph says more.[^1]

[^1]: A note.
"""


def sign_in(desk, user) -> None:
    user.set_password(PASSWORD)
    user.save()
    desk.go("/sign-in/")
    desk.page.get_by_label("Username").fill(user.username)
    desk.page.get_by_label("Password").fill(PASSWORD)
    desk.page.get_by_role("button", name="Sign in").click()
    desk.page.get_by_role("button", name="Sign out").wait_for()


@pytest.fixture
def call():
    InstitutionFactory(name="University of York")
    ThemeTerm.objects.create(theme=ThemeFactory(name="Visa denial"), text="visa")
    return CallFactory(inquiry__prefix="FIA", inquiry__title="Interference in academia")


def propose(desk, submission) -> None:
    """By the form on the page of the submission; what was typed beside it is not lost."""
    page = desk.page
    page.get_by_label("Title:").fill("As I typed it")
    page.get_by_label("Accept as evidence").check()
    expect(page.get_by_label("Publish with the name (as the witness asked)")).to_be_checked()
    page.get_by_label("Report to the House").check()
    page.get_by_role("button", name="Propose", exact=True).click()
    page.get_by_text(f"Proposed for {submission.receipt}:").wait_for()
    expect(page.get_by_label("Title:")).to_have_value("As I typed it")
    desk.accessible()
    page.get_by_role("button", name="Save").click()
    # Back on the narrowed list.
    page.get_by_text("Search: visa").wait_for()
    page.get_by_label(submission.receipt).check()
    desk.accessible()


def test_clerk_takes_a_letter_from_the_desk_to_publication(call, visit, work):
    clerk = a_member(call.inquiry)
    submission = a_submission(call, content=docx(TEXT), file_name="mine.docx", name="Dr B. Name")
    work()
    page = (desk := visit()).page
    sign_in(desk, clerk)

    expect(page.get_by_role("heading", name="Needs a person")).to_be_visible()
    desk.accessible()
    desk.go(f"/admin/evidence/submission/{submission.pk}/change/?_changelist_filters=q%3Dvisa")
    desk.accessible()
    # Enter in a field saves the form; it presses no button that stands before it on the page.
    page.get_by_label("Title:").fill("Saved by Enter")
    page.get_by_label("Title:").press("Enter")
    # Back on the list with its filters.
    page.get_by_text("Search: visa").wait_for()
    submission.refresh_from_db()
    assert submission.title == "Saved by Enter"
    assert not submission.institution_tags.filter(standing="accepted").exists()
    desk.go(f"/admin/evidence/submission/{submission.pk}/change/?_changelist_filters=q%3Dvisa")
    page.get_by_role("button", name="Accept University of York").click()
    page.get_by_role("button", name="Accept Visa denial").click()
    propose(desk, submission)

    desk.go("/admin/evidence/meeting/add/")
    desk.accessible()
    expect(page.get_by_label("Meeting number:")).to_have_value("1")
    page.get_by_label("Date:").fill("2026-03-17")
    page.get_by_role("button", name="Save and continue editing").click()
    desk.accessible()
    page.get_by_role("button", name="Record these decisions").click()
    page.get_by_text("Recorded: 1 submission (3 decisions).").wait_for()
    work()
    page.get_by_role("link", name="FIA0001").first.click()
    page.get_by_role("button", name="Publish", exact=True).click()
    page.get_by_role("heading", name="1 submission to publish").wait_for()
    desk.accessible()
    page.get_by_role("button", name="Publish 1 submission").click()
    page.get_by_text("Published: FIA0001.").wait_for()
    assert not desk.complaints

    public = visit()
    public.go("/evidence/")
    public.page.get_by_role("link", name="Dr B. Name").click()
    public.accessible()
    heading = "Written evidence submitted by Dr B. Name, University of X (FIA0001)"
    expect(public.page.get_by_role("heading", level=1)).to_have_text(heading)
    expect(public.page.locator("#p2")).to_contain_text("The second paragraph says more.")
    submission.refresh_from_db()
    assert submission.status == Status.PUBLISHED


def test_staff_filter_the_register_watch_progress_and_download_the_bundle(
    call, visit, work, tmp_path
):
    clerk = a_member(call.inquiry)
    officer = a_member(call.inquiry, Role.OPERATIONS)
    for name in ("Dr Ŵyn Ŷ. Name", "Dr B. Name"):
        submission = a_submission(call, content=docx(TEXT), file_name="m.docx", name=name)
        work()
        decide(submission, Act.ACCEPT, by=clerk)
    hidden = a_submission(call, name="Dr C. Secret", disclosure="confidential")
    work()
    decide(hidden, Act.ACCEPT, by=clerk)
    work()
    page = (desk := visit()).page
    sign_in(desk, officer)

    desk.go("/staff/")
    desk.accessible()
    expect(page.locator("main")).to_contain_text("2 submissions")
    page.get_by_label("Search", exact=True).last.fill("refused")
    page.get_by_role("button", name="Apply filters").click()
    page.get_by_role("link", name="Create bundle").click()
    desk.accessible()
    page.get_by_label("Title").fill("For the meeting")
    page.get_by_role("button", name="Create bundle").first.click()
    page.get_by_role("progressbar").wait_for()
    desk.accessible()
    work()
    link = page.get_by_role("link", name="PDF,")
    link.wait_for()
    desk.accessible()
    with page.expect_download() as taken:
        link.click()
    target = tmp_path / "taken.pdf"
    taken.value.save_as(target)
    assert taken.value.suggested_filename.startswith("FIA-bundle-")
    assert not desk.complaints

    bundle = Bundle.objects.get()
    with pikepdf.open(target) as pdf, pdf.open_outline() as outline:
        assert len(pdf.pages) == bundle.pages
        assert any("FIA0001" in str(entry.title) for entry in outline.root)
    text = pypdfium2.PdfDocument(target)
    for item in bundle.items.all():
        words = text[item.first_page - 1].get_textpage().get_text_bounded()
        assert item.reference in words
        assert f"Page {item.first_page}" in words
    everything = "".join(page.get_textpage().get_text_bounded() for page in text)
    assert "Dr Ŵyn Ŷ. Name" in everything
    assert "Secret" not in everything
    assert bundle.downloads.get().by == officer


def test_progress_bar_updates_by_reloading_without_scripts(call, visit, work):
    clerk = a_member(call.inquiry)
    a_submission(call)
    work()
    page = (desk := visit(scripts=False)).page
    sign_in(desk, clerk)
    desk.go("/staff/")
    page.get_by_role("link", name="Create bundle").click()
    page.get_by_role("button", name="Create bundle").first.click()
    expect(page.get_by_role("progressbar")).to_be_visible()

    work()
    page.reload()

    expect(page.get_by_role("link", name="PDF,")).to_be_visible()


def test_admin_pages_for_clerks_are_accessible(call, visit, work):
    membership = MembershipFactory(inquiry=call.inquiry)
    a_submission(call, content=docx(TEXT), file_name="m.docx", title="A title that is rather long")
    work()
    desk = visit()
    sign_in(desk, membership.user)

    for path in (
        "/admin/evidence/submission/add/",
        "/admin/evidence/letter/",
        "/admin/evidence/meeting/",
        "/admin/evidence/custodyentry/",
        "/admin/inquiry/institution/",
        "/admin/inquiry/call/add/",
        "/admin/inquiry/theme/",
        "/staff/bundles/",
        f"/staff/papers/?inquiry={call.inquiry.code}",
        f"/staff/bundles/new/?inquiry={call.inquiry.code}&kind=meeting",
        f"/staff/archive/{call.inquiry.code}/",
    ):
        desk.go(path)
        desk.accessible()


def test_submissions_are_ordered_by_hand_and_a_numbered_copy_is_issued(call, visit, work):
    clerk = a_member(call.inquiry)
    first, second = (a_submission(call, text=f"{n}.", name=f"Dr {n}") for n in ("Ash", "Bay"))
    work()
    page = (desk := visit()).page
    sign_in(desk, clerk)
    desk.go(f"/staff/bundles/new/?inquiry={call.inquiry.code}")

    page.get_by_role("button", name=f"Move {second.receipt} up").click()
    page.get_by_label(f"Section heading for {second.receipt}").fill("Panel 1")
    page.get_by_label("Sections", exact=True).select_option("own")
    with page.expect_navigation():
        page.get_by_label("Title").press("Enter")
    # The return key makes nothing: it shows the contents as they would be.
    expect(page.locator("[data-arrange] tbody th")).to_have_text([second.receipt, first.receipt])
    assert not Bundle.objects.exists()
    page.get_by_role("button", name="Create bundle").first.click()
    page.get_by_role("progressbar").wait_for()
    work()
    page.get_by_role("link", name="Numbered copies").click()
    page.get_by_label("Other recipients, one per line").fill("Dr A. Reader")
    page.get_by_role("button", name="Issue copies").click()
    page.get_by_text("1 copy is being made.").wait_for()
    work()
    page.reload()
    desk.accessible()
    expect(page.get_by_role("link", name="PDF of copy 1")).to_be_visible()
    assert not desk.complaints
    items = Bundle.objects.get().items.all()
    assert [item.submission for item in items] == [second, first]


def test_bundle_pages_fit_a_small_phone(call, visit, work):
    clerk = a_member(call.inquiry)
    a_submission(call, text="One.")
    details = PaperDetails(
        CommitteePaper.Kind.BRIEF, "A brief with a title that is rather long for a phone"
    )
    add_paper(call.inquiry, io.BytesIO(b"What to ask."), details, name="brief.txt", by=clerk)
    work()
    bundle = freeze(call.inquiry, Specification(title="A pack with a rather long title"), by=clerk)
    work()
    issue_copies(
        Bundle.objects.get(pk=bundle.pk),
        [Recipient("Dr A. Reader"), Recipient("C", clerk)],
        by=clerk,
    )
    work()
    desk = visit(width=320)
    sign_in(desk, clerk)

    for path in (
        f"/staff/papers/?inquiry={call.inquiry.code}",
        f"/staff/bundles/new/?inquiry={call.inquiry.code}&kind=meeting",
        f"/staff/bundles/{bundle.pk}/",
        f"/staff/bundles/{bundle.pk}/copies/",
        f"/staff/bundles/new/?from={bundle.pk}",
        "/staff/bundles/",
        "/staff/copies/",
    ):
        desk.go(path)
        desk.accessible()
