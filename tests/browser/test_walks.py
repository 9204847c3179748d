"""Whole walks of witnesses at risk: a proxy, three authors, an unnamed student on a phone."""

import io
import zipfile

import pytest
from playwright.sync_api import expect

from evidence.files.storage import quarantine
from evidence.lifecycle import Disclosure
from evidence.submissions.models import Submission
from tests.browser.test_witness_at_the_form import (
    begin,
    choose,
    fill_in_remaining_pages,
    save_and_continue,
)
from tests.evidence.drafts.test_clean_copy import AUTHOR, with_author
from tests.factories import CallFactory, ThemeFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.campaign]


@pytest.fixture
def call():
    call = CallFactory(code="call")
    call.inquiry.questions.create(number=1, text="By what means?")
    ThemeFactory(name="Visa denial")
    return call


def ask_for(page, wish: str, reasons: str = "My family would suffer.") -> None:
    page.get_by_role("link", name="How should we publish your evidence?").click()
    page.get_by_label(wish, exact=True).check()
    page.get_by_label("Why do you need this").fill(reasons)
    save_and_continue(page)


def write_evidence(desk, text: str) -> None:
    """Type the evidence and answer the rest, up to the answers page."""
    page = desk.page
    page.get_by_role("link", name="type your evidence here").click()
    page.get_by_label("Your evidence").fill(text)
    desk.accessible()
    save_and_continue(page)
    fill_in_remaining_pages(page)


def send(page) -> Submission:
    with page.expect_navigation():
        page.get_by_role("button", name="Send", exact=True).click()
    page.locator(".receipt").wait_for()
    return Submission.objects.get()


def test_proxy_names_only_themselves_and_has_permission(visit, call):
    desk = visit(width=390)
    page = desk.page
    begin(desk)
    ask_for(page, "Publish it without my name")
    page.get_by_label("I am writing on behalf of someone").check()
    save_and_continue(page)
    page.get_by_label("Your own full name").fill("Dr Ann Othername")
    page.get_by_label("Who are you writing on behalf of").fill("Dilnur Memet")
    desk.accessible()
    save_and_continue(page)
    page.locator("[role=alert].summary:focus").wait_for()
    desk.accessible()
    page.get_by_label("I have their permission").check()
    save_and_continue(page)
    page.get_by_label("No").nth(0).check()
    page.get_by_label("No").nth(1).check()
    save_and_continue(page)
    write_evidence(desk, "They were followed home.")
    desk.accessible()
    submission = send(page)
    assert submission.disclosure == Disclosure.NAME_WITHHELD
    assert submission.statement.has_permission
    assert "Memet" not in submission.heading_names()


def test_three_authors_learn_that_one_of_them_withholds_all_names(visit, call):
    desk = visit(width=390)
    page = desk.page
    begin(desk)
    page.get_by_role("link", name="How should we publish your evidence?").click()
    page.get_by_label("Publish it with my name").check()
    save_and_continue(page)
    page.get_by_label("I am writing with other people").check()
    save_and_continue(page)
    page.get_by_label("Full name").fill("Dr Ann Othername")
    save_and_continue(page)
    for name, is_named in (("Bo Second", True), ("Cy Third", False)):
        page.get_by_role("link", name="Add another author").click()
        page.get_by_label("Full name").fill(name)
        answer = "Yes, publish their name" if is_named else "No, do not publish their name"
        page.get_by_label(answer).check()
        if not is_named:
            page.locator("[name=reasons]").fill("My family.")
        desk.accessible()
        with page.expect_navigation():
            page.get_by_role("button", name="Save", exact=True).click()
    desk.accessible()
    page.get_by_role("link", name="Continue").click()
    page.get_by_label("No").nth(0).check()
    page.get_by_label("No").nth(1).check()
    page.get_by_label("Other safe ways").fill("By post")
    save_and_continue(page)
    write_evidence(desk, "We were all followed.")
    expect(page.locator("main")).to_contain_text("because one of you")
    desk.accessible()
    submission = send(page)
    assert submission.witnesses.count() == 3
    assert submission.disclosure == Disclosure.NAME_WITHHELD


@pytest.mark.parametrize("scripts", [True, False])
def test_unnamed_student_sends_a_clean_copy_from_a_phone(scripts, visit, call, work):
    desk = visit(width=320, scripts=scripts)
    page = desk.page
    begin(desk)
    form = page.url.removeprefix(desk.base)
    ask_for(page, "Publish it without my name")
    page.get_by_label("I am writing for myself").check()
    save_and_continue(page)
    page.get_by_label("Full name").fill(AUTHOR)
    save_and_continue(page)
    page.get_by_label("No").nth(0).check()
    page.get_by_label("No").nth(1).check()
    save_and_continue(page)
    choose(page, (f"{AUTHOR}.docx", with_author()), scripts=scripts)
    page.locator(".files-here strong").get_by_text(f"{AUTHOR}.docx").wait_for()
    work()

    desk.go(f"{form}warnings/")
    expect(page.locator("main")).to_contain_text("The file details name an author")
    page.get_by_role("link", name="Make a clean copy for me").click()
    if scripts:
        desk.accessible()
    page.get_by_role("button", name="Make a clean copy for me").click()
    page.get_by_text("We are making your clean copy.").wait_for()
    work()
    if not scripts:
        page.get_by_role("link", name="Refresh").click()
    page.get_by_role("button", name="Use the clean copy and delete my file").wait_for()
    if scripts:
        desk.accessible()
    page.get_by_role("button", name="Use the clean copy and delete my file").click()
    page.get_by_role("heading", name="Check for hidden details").wait_for()
    work()
    desk.go(f"{form}files/")
    page.locator(".files-here strong").get_by_text("document-1.docx").wait_for()
    page.get_by_role("link", name="Remove document-1.docx").click()
    page.get_by_role("heading", name="Remove this file?").wait_for()
    page.get_by_role("link", name="No, go back").click()
    page.get_by_role("button", name="Continue").click()
    fill_in_remaining_pages(page)
    submission = send(page)
    attachment = submission.attachments.get()
    assert attachment.is_clean_copy
    with (
        quarantine().read(attachment.sha256) as stored,
        zipfile.ZipFile(io.BytesIO(stored.read())) as archive,
    ):
        content = b"".join(archive.read(name) for name in archive.namelist())
    assert AUTHOR.encode() not in content
    assert not desk.complaints


@pytest.mark.parametrize("width", [320, 1280])
def test_footer_pages_are_accessible(width, visit, call):
    desk = visit(width=width)
    for page in ("help", "accessibility", "privacy", "cookies", "safety/ug", "safety/zh-Hans"):
        for language in ("", "cy/"):
            desk.go(f"/{language}{page}/")
            desk.accessible()
    assert not desk.complaints
