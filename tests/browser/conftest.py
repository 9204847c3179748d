"""A real browser on a real server. Skips visibly where there is no Chromium."""

import os
import shutil
import threading
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

# Playwright's own loop makes Django think it is called from asynchronous code; it is not.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
# Without these a browser asks the network for things of its own.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        reason = "Chromium is not installed (apt-get install chromium)"
        if os.environ.get("NOTHING_SKIPPED"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


class Desk:
    """A page with what tests say of it: no policy broken, nothing `axe` finds."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base = page, base
        self.complaints: list[str] = []
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, message: object) -> None:
        text = getattr(message, "text", "")
        if getattr(message, "type", "") == "error" and "422" not in text:
            self.complaints.append(text)

    def go(self, path: str) -> None:
        self.page.goto(self.base + path)

    def accessible(self) -> None:
        """Nothing `axe` finds, and nothing wider than the window."""
        # axe puts style sheets into the page to measure it; the policy's complaints about
        # those are not the page's.
        self.page.wait_for_load_state()
        before = list(self.complaints)
        violations = Axe().run(self.page).response["violations"]
        self.complaints[:] = before
        complaints = [
            (rule["id"], [node["html"][:120] for node in rule["nodes"][:3]]) for rule in violations
        ]
        assert not complaints, (self.page.url, complaints)
        wide = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{self.page.url} is {wide} px wider than the window"


def wait_for_server_threads() -> None:
    """Wait for what the server was still at work on when the page was closed.

    Its threads hold connections to the test's database, which cannot be taken away from under them.
    """
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(timeout=10)


@pytest.fixture
def visit(chromium: Browser, live_server):
    """Open a page of a given width, with or without scripts."""
    contexts = []

    def open_page(*, width: int = 1280, scripts: bool = True) -> Desk:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            java_script_enabled=scripts,
            accept_downloads=True,
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        return Desk(context.new_page(), live_server.url)

    yield open_page
    for context in contexts:
        context.close()
    wait_for_server_threads()
