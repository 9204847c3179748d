"""The form is saved automatically, and kept on the page while it cannot be saved."""

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from evidence.drafts.models import Draft
from tests.browser.test_witness_at_the_form import begin
from tests.factories import CallFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AWAY = "https://neutral.example/today"
SAVED = re.compile(r"Saved at \d\d:\d\d")


@pytest.fixture
def typing_page(visit, settings):
    """The page for typing evidence, with a clock that can be put forward."""
    CallFactory(code="call")
    settings.QUICK_EXIT_URL = AWAY
    desk = visit(width=390)
    page = desk.page
    page.route("https://neutral.example/**", lambda route: route.fulfill(body="<h1>Weather</h1>"))
    desk.code = begin(desk)
    desk.form = page.url.removeprefix(desk.base)
    page.clock.install()
    desk.go(f"{desk.form}text/")
    page.get_by_label("Your evidence").fill("Words that I typed")
    return desk


def text() -> str:
    return str(Draft.objects.get().answers_by_page.get("text", {}).get("text", ""))


def test_typing_is_saved_after_twenty_seconds_and_the_page_shows_when(typing_page):
    page = typing_page.page
    assert text() == ""
    page.clock.run_for(20_000)
    status = page.locator("[data-autosave-status]")
    expect(status).to_have_text(SAVED)
    expect(status).to_have_attribute("role", "status")
    assert text() == "Words that I typed"
    typing_page.accessible()

    requests = []
    page.on("request", lambda request: requests.append(request.url))
    page.clock.run_for(60_000)
    assert requests == []


def test_following_a_link_saves_what_was_typed(typing_page):
    page = typing_page.page
    page.get_by_role("link", name="All pages").first.click()
    page.get_by_role("heading", name="Your form").wait_for()
    assert text() == "Words that I typed"


@pytest.mark.parametrize("event", ["visibilitychange", "pagehide"])
def test_hiding_the_page_saves_what_was_typed(event, typing_page):
    page = typing_page.page
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.evaluate(
            """event => {
              Object.defineProperty(document, "visibilityState", {value: "hidden"});
              (event === "pagehide" ? window : document).dispatchEvent(new Event(event));
            }""",
            event,
        )
    assert text() == "Words that I typed"


def test_quick_exit_saves_what_was_typed_and_closes_the_form(typing_page):
    page = typing_page.page
    page.get_by_role("link", name="Leave this page now").click()
    page.wait_for_url(AWAY)
    for _ in range(100):
        if not Session.objects.exists():
            break
        page.evaluate("() => new Promise((done) => requestAnimationFrame(done))")
    assert not Session.objects.exists()
    assert text() == "Words that I typed"


def test_typing_is_kept_offline_and_saved_later(typing_page):
    page = typing_page.page
    page.context.set_offline(True)
    page.clock.run_for(20_000)
    status = page.locator("[data-autosave-status]")
    expect(status).to_contain_text("You are offline")
    page.get_by_role("link", name="All pages").first.click()
    expect(page.get_by_label("Your evidence")).to_have_value("Words that I typed")
    assert page.evaluate("localStorage.length") == 0
    assert text() == ""

    page.context.set_offline(False)
    expect(status).to_have_text(SAVED)
    assert text() == "Words that I typed"


def test_return_code_continues_the_form_after_the_session_ends(typing_page):
    page = typing_page.page
    Session.objects.all().delete()
    page.clock.run_for(20_000)
    expect(page.locator("[data-autosave-status]")).to_contain_text("enter your return code")
    expect(page.get_by_label("Your evidence")).to_have_value("Words that I typed")
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_text("What you typed is kept on this page").wait_for()
    typing_page.accessible()
    page.get_by_label("Your return code").fill(typing_page.code)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("heading", name="A title for your evidence").wait_for()
    assert text() == "Words that I typed"


def test_session_can_be_extended_three_minutes_before_it_ends(typing_page):
    page = typing_page.page
    typing_page.go(f"{typing_page.form}who/")
    stay = page.get_by_role("button", name="Stay signed in")
    page.clock.run_for(26 * 60_000)
    expect(stay).to_be_hidden()
    page.clock.run_for(2 * 60_000)
    expect(page.get_by_role("alert")).to_contain_text("in 3 minutes")
    typing_page.accessible()
    stay.focus()
    with page.expect_response(lambda response: response.request.method == "HEAD"):
        page.keyboard.press("Enter")
    expect(stay).to_be_hidden()
    assert page.evaluate("document.activeElement !== document.body")
    page.clock.run_for(26 * 60_000)
    expect(stay).to_be_hidden()
    page.clock.run_for(5 * 60_000)
    expect(page.get_by_role("alert")).to_contain_text("closed on this device")


def test_page_without_scripts_says_how_long_the_session_lasts(visit):
    CallFactory(code="call")
    desk = visit(scripts=False)
    begin(desk)
    sentence = desk.page.locator("noscript p")
    assert sentence.is_visible()
    assert "after 30 minutes if you do nothing" in (sentence.text_content() or "")
