"""The quick exit in a browser: from every page, by keys, during uploads, and without a way back."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.template import engines

from evidence.drafts.models import Draft
from tests.browser.test_witness_at_the_form import begin
from tests.factories import CallFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class NeutralPage(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>Weather</title><h1>Weather</h1>")

    def log_message(self, *_args: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def neutral_site():
    """The address of a page of another site. Browsers follow redirects to it by themselves."""
    with ThreadingHTTPServer(("localhost", 0), NeutralPage) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://localhost:{server.server_port}/today"
        server.shutdown()
        thread.join()


@pytest.fixture
def call():
    return CallFactory(code="call")


@pytest.fixture
def open_page(visit, call, settings, neutral_site):
    """A browser that fails the test if a page asks before it is left."""
    settings.QUICK_EXIT_URL = neutral_site
    forget_pages()

    def opened(**options):
        desk = visit(**options)
        desk.page.on("dialog", lambda dialog: pytest.fail(f"a dialog asks: {dialog.message}"))
        return desk

    yield opened
    forget_pages()


def forget_pages() -> None:
    """Parts that never change keep the address of the site; here it changes."""
    for loader in engines["django"].engine.template_loaders:
        loader.reset()


def wait_until_left(page) -> None:
    page.wait_for_url("**/today")


@pytest.mark.parametrize("scripts", [True, False])
def test_quick_exit_link_leaves_the_site(scripts, open_page):
    desk = open_page(scripts=scripts)
    for path in ("/", "/calls/call/", "/safety/", "/no-such-page/"):
        desk.go(path)
        desk.page.get_by_role("link", name="Leave this page now").click()
        wait_until_left(desk.page)


@pytest.mark.parametrize("key", ["Shift", "Escape"])
def test_pressing_escape_or_shift_three_times_leaves_public_pages_and_the_form(key, open_page):
    desk = open_page()
    begin(desk)
    for path in (desk.page.url.removeprefix(desk.base), "/", "/verify/"):
        desk.go(path)
        for _ in range(3):
            desk.page.keyboard.press(key)
        wait_until_left(desk.page)


def test_shift_pressed_while_typing_capitals_does_not_leave_the_site(open_page):
    desk = open_page()
    begin(desk)
    desk.go(f"{desk.page.url.removeprefix(desk.base)}title/")
    desk.page.get_by_label("A title").click()
    for letter in "ABCD":
        desk.page.keyboard.press(f"Shift+{letter}")
    assert desk.page.get_by_label("A title").input_value() == "ABCD"


@pytest.mark.parametrize("way", ["link", "Shift"])
def test_quick_exit_works_during_an_upload(way, open_page):
    desk = open_page()
    page = desk.page
    begin(desk)
    desk.go(f"{page.url.removeprefix(desk.base)}files/")
    waiting = []
    page.route(
        "**/files/",
        lambda route: (
            waiting.append(route) if route.request.method == "POST" else route.continue_()
        ),
    )
    # What says that a file is coming may be cut off as well.
    with page.expect_event(
        "requestfailed",
        lambda request: request.method == "POST" and request.url.endswith("/files/"),
    ):
        page.locator("#files").set_input_files(
            [{"name": "mine.txt", "mimeType": "text/plain", "buffer": b"Words."}]
        )
        page.locator("progress").wait_for()
        if way == "link":
            page.get_by_role("link", name="Leave this page now").click()
        else:
            for _ in range(3):
                page.keyboard.press("Shift")
        wait_until_left(page)
    assert len(waiting) == 1
    assert not Draft.objects.get().files.exists()


def test_back_button_does_not_return_after_quick_exit(open_page):
    desk = open_page()
    page = desk.page
    desk.go("/calls/call/")
    begin(desk)
    page.get_by_role("link", name="Leave this page now").click()
    wait_until_left(page)
    for _ in range(2):
        page.go_back(wait_until="commit")
        wait_until_left(page)
        page.get_by_role("heading", name="Weather").wait_for()
    # Whoever comes again on purpose can.
    desk.go("/")
    page.get_by_role("heading", name="Calls for evidence").wait_for()
    page.reload()
    page.get_by_role("heading", name="Calls for evidence").wait_for()


@pytest.mark.parametrize("width", [320, 390])
def test_quick_exit_on_a_phone_is_fixed_at_the_bottom_and_covers_nothing(width, open_page):
    desk = open_page(width=width)
    page = desk.page
    begin(desk)
    desk.go(f"{page.url.removeprefix(desk.base)}contact/")
    way = page.get_by_role("link", name="Leave this page now")
    for height in (0, 10_000):
        page.evaluate(f"window.scrollTo(0, {height})")
        box = way.bounding_box()
        assert box is not None
        assert 900 - 70 < box["y"] + box["height"] <= 900
        assert box["height"] >= 44
    footer = page.locator("footer p").bounding_box()
    assert footer is not None
    assert footer["y"] + footer["height"] <= box["y"]
    desk.accessible()
