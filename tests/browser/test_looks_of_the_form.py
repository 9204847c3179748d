"""The form in every display mode: dark, printed, high contrast, in Welsh."""

import pytest

from tests.browser.test_witness_at_the_form import begin, choose
from tests.factories import CallFactory

pytestmark = [pytest.mark.browser, pytest.mark.campaign, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def call():
    return CallFactory(
        code="call", title="Interference in academia", inquiry__scope="What it is about."
    )


LOOKS = {
    "in the dark": {"color_scheme": "dark"},
    "printed": {"media": "print"},
    "with strong contrast": {"forced_colors": "active"},
}


@pytest.mark.campaign
@pytest.mark.parametrize("look", LOOKS)
def test_form_is_accessible_in_every_display_mode(look, visit, call):
    desk = visit(width=390)
    begin(desk)
    form = desk.page.url.removeprefix(desk.base)
    desk.go(f"{form}files/")
    choose(desk.page, ("mine.txt", b"Words."), scripts=True)
    desk.page.locator(".files-here").wait_for()
    desk.page.emulate_media(**LOOKS[look])
    for name in ("", "files/", "contact/", "disclosure/", "warnings/", "preview/", "check/"):
        desk.go(f"{form}{name}")
        desk.accessible()
    desk.go("/calls/call/")
    desk.accessible()


def test_welsh_pages_are_accessible(visit, call):
    desk = visit(width=320)
    page = desk.page
    desk.go("/cy/calls/call/start/")
    desk.accessible()
    with page.expect_navigation():
        page.locator("form button[type=submit]").click()
    form = page.url.removeprefix(desk.base).removesuffix("code/")
    assert form.startswith("/cy/form/")
    for name in ("", "who/", "contact/", "files/", "about/", "disclosure/", "check/"):
        desk.go(f"{form}{name}")
        assert page.locator("html").get_attribute("lang") == "cy"
        desk.accessible()
    desk.go(f"{form}contact/")
    page.locator("form[data-once] button[type=submit]").first.click()
    page.get_by_role("alert", name="Mae problem").wait_for()
    desk.accessible()
