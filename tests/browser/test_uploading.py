"""Uploads are accessible to screen readers and by keyboard."""

import pytest
from playwright.sync_api import expect

from evidence.drafts.models import Draft
from tests.browser.test_witness_at_the_form import begin, call, choose

__all__ = ["call"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FOCUS_KEPT = "document.activeElement !== document.body"


@pytest.fixture
def files_page(visit, call):
    desk = visit(width=320)
    begin(desk)
    desk.go(f"{desk.page.url.removeprefix(desk.base)}files/")
    return desk


def test_upload_live_region_and_focus_survive_updates(files_page):
    page = files_page.page
    region = page.locator("[data-upload-status]").element_handle()
    page.locator("#files").focus()
    choose(page, ("good.txt", b"Words."), scripts=True)
    expect(page.locator("[data-upload-status]")).to_have_text("good.txt is uploaded.")
    assert region is not None
    assert region.evaluate(
        "region => region.isConnected && region.getAttribute('role') === 'status'"
    )
    assert page.evaluate(FOCUS_KEPT)


def test_cancelling_an_upload_by_keyboard_returns_focus_to_the_file_input(files_page):
    page = files_page.page
    page.route(
        "**/files/", lambda route: None if route.request.method == "POST" else route.continue_()
    )
    choose(page, ("mine.txt", b"Words."), scripts=True)
    page.get_by_role("button", name="Stop uploading").focus()
    page.keyboard.press("Enter")
    page.locator("progress").wait_for(state="detached")
    assert page.evaluate("document.activeElement.id") == "files"
    expect(page.locator("[data-upload-status]")).to_have_text("mine.txt was not uploaded.")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.activeElement.id") == "files"
    assert page.locator(".summary").count() == 0


def test_refreshed_file_list_keeps_the_focus(files_page, work):
    page = files_page.page
    choose(page, ("mine.txt", b"Words."), scripts=True)
    page.get_by_text("Checking your file.").wait_for()
    page.get_by_role("link", name="Remove mine.txt").focus()
    work()
    page.get_by_text("1 word").wait_for()
    expect(page.locator("[data-upload-status]")).to_have_text("We have checked your files.")
    assert "Remove" in page.evaluate("document.activeElement.textContent")


def test_refused_files_are_listed_in_a_focused_error_summary(files_page):
    page = files_page.page
    choose(page, ("one.txt", b""), ("two.txt", b""), ("good.txt", b"Words."), scripts=True)
    summary = page.locator(".summary:focus")
    summary.wait_for()
    expect(summary.get_by_role("link")).to_have_count(2)
    assert page.title() == "Error: Form: files"
    files_page.accessible()
    summary.get_by_role("link").first.click()
    assert page.evaluate("document.activeElement.id") == "files"
    choose(page, ("more.txt", b"Other words."), scripts=True)
    page.locator(".files-here strong").get_by_text("more.txt").wait_for()
    assert page.locator(".summary").count() == 0


def test_continue_uploads_the_chosen_files_without_scripts(visit, call):
    desk = visit(width=320, scripts=False)
    page = desk.page
    begin(desk)
    desk.go(f"{page.url.removeprefix(desk.base)}files/")
    page.locator("#files").set_input_files(
        [{"name": "mine.txt", "mimeType": "text/plain", "buffer": b"Words."}]
    )
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("heading", name="A title for your evidence").wait_for()
    assert Draft.objects.get().files.get().name == "mine.txt"
