"""An address is confirmed in a browser, and a link then shows the progress of the form."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_witness_at_the_form import (
    begin,
    call,
    save_and_continue,
)

__all__ = ["call"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("scripts", [True, False])
def test_witness_confirms_the_address_and_follows_a_link_to_the_status_page(
    scripts, visit, call, work, mailoutbox
):
    desk = visit(width=320, scripts=scripts)
    page = desk.page
    code = begin(desk)
    desk.go(f"{page.url.removeprefix(desk.base)}contact/")
    page.get_by_label("Yes").first.check()
    page.get_by_label("Email address").fill("ann@othername.example")
    page.get_by_label("No").nth(1).check()
    save_and_continue(page)
    page.get_by_role("heading", name="Confirm your email address").wait_for()
    with page.expect_navigation():
        page.get_by_role("button", name="Send me a code").click()
    work()
    digits = re.search(r"\d{3} \d{3}", mailoutbox[0].body).group()
    page.get_by_label("Code from our email").fill("000 000")
    with page.expect_navigation():
        page.get_by_role("button", name="Confirm", exact=True).click()
    expect(page.locator("[role=alert].summary")).to_contain_text("not the code in our latest email")
    if scripts:
        desk.accessible()
    page.get_by_label("Code from our email").fill(digits)
    with page.expect_navigation():
        page.get_by_role("button", name="Confirm", exact=True).click()
    expect(page.locator("main")).to_contain_text("ann@othername.example is confirmed.")
    if scripts:
        desk.accessible()

    reader = visit(width=320, scripts=scripts)
    reader.go("/return/link/")
    reader.page.get_by_label("The email address you confirmed").fill("ann@othername.example")
    reader.page.get_by_role("button", name="Send me a link").click()
    reader.page.get_by_role("heading", name="Check your email").wait_for()
    work()
    reader.go(re.search(r"/return/link/\S+/", mailoutbox[1].body).group())
    reader.page.get_by_role("button", name="Show progress").click()
    expect(reader.page.locator("main")).to_contain_text(
        "You have started your form but not sent it."
    )
    if scripts:
        reader.accessible()
    reader.page.get_by_label("Your return code").fill(code)
    reader.page.get_by_role("button", name="Continue").click()
    reader.page.get_by_role("heading", name="Your form").wait_for()
    assert not desk.complaints
    assert not reader.complaints
