"""A witness sends evidence in a real browser: wide and narrow, with scripts and without."""

import pytest

from evidence.lifecycle import Disclosure
from evidence.submissions.models import Submission
from tests.factories import CallFactory, docx

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WAYS = {
    "at a desk": {"width": 1280},
    "on a small phone": {"width": 320},
    "without scripts": {"width": 1280, "scripts": False},
}


def fill(page) -> None:
    page.get_by_label("I write for myself").check()
    page.get_by_label("Full name").first.fill("Dr A. Name")
    page.get_by_label("E-mail address").fill("a.name@example.org")
    page.get_by_label("Publish it without my name").check()
    page.get_by_label("Reasons, and what harm could follow").fill("My family would suffer.")
    page.get_by_label("It is my own or our own work").check()
    page.get_by_label("I understand").check()


@pytest.mark.parametrize("way", WAYS)
def test_a_witness_sends_a_document_and_gets_a_receipt(way, visit):
    call = CallFactory(title="Interference in academia", inquiry__scope="What it is about.")
    desk = visit(**WAYS[way])
    page = desk.page

    desk.go("/")
    page.get_by_role("link", name="Interference in academia").click()
    page.get_by_role("link", name="Send evidence").first.click()
    fill(page)
    page.get_by_label("Your document").set_input_files(
        {"name": "mine.docx", "mimeType": "application/octet-stream", "buffer": docx()}
    )
    page.get_by_role("button", name="Send evidence").click()

    piece = Submission.objects.get(call=call)
    assert page.locator(".receipt").inner_text() == piece.receipt
    assert piece.disclosure == Disclosure.NAME_WITHHELD
    assert not desk.complaints


def test_a_refused_file_leaves_everything_filled_in_and_a_good_one_need_not_be_chosen_again(visit):
    CallFactory(code="call", title="Interference in academia")
    desk = visit(scripts=False)
    page = desk.page
    desk.go("/calls/call/send/")
    fill(page)
    page.get_by_label("Full name").first.fill("")
    page.get_by_label("Your document").set_input_files(
        {"name": "mine.docx", "mimeType": "application/octet-stream", "buffer": docx()}
    )
    page.get_by_role("button", name="Send evidence").click()

    summary = page.get_by_role("alert")
    assert "Give your full name" in summary.inner_text()
    assert "We have kept mine.docx" in page.locator("main").inner_text()
    assert page.get_by_label("E-mail address").input_value() == "a.name@example.org"
    assert page.get_by_label("Publish it without my name").is_checked()

    summary.get_by_role("link", name="Give your full name").click()
    page.get_by_label("Full name").first.fill("Dr A. Name")
    page.get_by_role("button", name="Send evidence").click()

    assert page.locator(".receipt").is_visible()
    assert Submission.objects.get().attachments.get().name == "mine.docx"


def test_a_double_click_sends_one_piece(visit):
    CallFactory(code="call")
    page = (desk := visit()).page
    desk.go("/calls/call/send/")
    fill(page)
    page.get_by_label("Your document").set_input_files(
        {"name": "a.txt", "mimeType": "text/plain", "buffer": b"Words of evidence."}
    )
    page.get_by_role("button", name="Send evidence").dblclick()
    page.locator(".receipt").wait_for()

    assert Submission.objects.count() == 1


@pytest.mark.parametrize("width", [1280, 320])
def test_the_pages_of_a_witness_are_accessible_in_every_state(width, visit):
    CallFactory(code="call", title="Interference in academia")
    page = (desk := visit(width=width)).page

    for path in ("/", "/calls/call/", "/evidence/", "/calls/call/send/", "/sign-in/"):
        desk.go(path)
        desk.accessible()

    desk.go("/calls/call/send/")
    page.get_by_role("button", name="Send evidence").click()
    page.get_by_role("alert").wait_for()
    desk.accessible()
    assert not desk.complaints


def test_the_form_can_be_filled_in_by_keyboard_alone(visit):
    CallFactory(code="call")
    page = (desk := visit()).page
    desk.go("/calls/call/send/")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "submit":
            break
        if page.evaluate("document.activeElement.type") in {"radio", "checkbox"}:
            page.keyboard.press("Space")
    page.keyboard.press("Enter")

    page.get_by_role("alert").wait_for()
    assert page.evaluate("document.activeElement.className") == "summary"
