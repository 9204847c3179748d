"""A witness completes the form in a browser: wide and narrow, with and without scripts."""

import re

import pytest
from playwright.sync_api import expect

from evidence.drafts.models import Draft
from evidence.lifecycle import Disclosure
from evidence.submissions.models import Submission
from inquiry.calls.models import Question
from tests.factories import CallFactory, InstitutionFactory, ThemeFactory, docx

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WAYS = {
    "at a desk": {"width": 1280},
    "on a small phone": {"width": 320},
    "without scripts": {"width": 1280, "scripts": False},
    "without scripts on a small phone": {"width": 320, "scripts": False},
}
# Two that differ in everything, and the others in the longer trials.
ALWAYS = ("at a desk", "without scripts on a small phone")
WALKED = [way if way in ALWAYS else pytest.param(way, marks=pytest.mark.campaign) for way in WAYS]
CODE = re.compile(r"\w{4}(\s+\w{4}){3}")


@pytest.fixture
def call():
    call = CallFactory(
        code="call", title="Interference in academia", inquiry__scope="What it is about."
    )
    Question.objects.create(inquiry=call.inquiry, number=1, text="By what means?")
    InstitutionFactory(name="University of Long and Winding Roads")
    ThemeFactory(name="Visa denial")
    return call


def begin(desk) -> str:
    """Begin a form and come to its task list; the return code."""
    page = desk.page
    desk.go("/calls/call/")
    page.get_by_role("link", name="Start now").click()
    page.get_by_role("button", name="Start now").click()
    code = CODE.search(page.locator(".receipt").inner_text())
    page.get_by_role("link", name="I have written it down").click()
    page.get_by_role("heading", name="Your form").wait_for()
    page.wait_for_load_state()
    assert code is not None
    return code.group()


def save_and_continue(page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Save and continue").click()


def fill_in_first_pages(page) -> None:
    page.get_by_role("link", name="How should we publish your evidence?").click()
    page.get_by_label("Publish it without my name").check()
    page.get_by_label("Why do you need this").fill("My family would suffer.")
    save_and_continue(page)
    page.get_by_label("I am writing for myself").check()
    save_and_continue(page)
    page.get_by_label("Full name").fill("Dr Ann Othername")
    save_and_continue(page)
    page.get_by_label("Yes").first.check()
    page.get_by_label("Email address").fill("ann@othername.example")
    page.get_by_label("No").nth(1).check()
    save_and_continue(page)
    with page.expect_navigation():
        page.get_by_role("link", name="Continue without confirming").click()


def choose(page, *files: tuple[str, bytes], scripts: bool) -> None:
    page.locator("#files").set_input_files(
        [
            {"name": name, "mimeType": "application/octet-stream", "buffer": content}
            for name, content in files
        ]
    )
    if not scripts:
        page.get_by_role("button", name="Upload files").click()


def fill_in_remaining_pages(page) -> None:
    """From the title to the page that shows all answers."""
    page.get_by_label("A title").fill("On pressure")
    save_and_continue(page)
    page.get_by_label("By what means?").check()
    save_and_continue(page)
    page.get_by_label("Visa denial").check()
    save_and_continue(page)
    page.get_by_role("link", name="Continue").click()
    page.get_by_label("No").nth(0).check()
    page.get_by_label("No").nth(1).check()
    save_and_continue(page)
    save_and_continue(page)
    for words in ("This is my or our", "To the best", "I understand"):
        page.get_by_label(words).check()
    save_and_continue(page)


@pytest.mark.parametrize("way", WALKED)
def test_witness_completes_the_form_and_gets_a_receipt(way, visit, call, work):
    desk = visit(**WAYS[way])
    page = desk.page
    scripts = WAYS[way].get("scripts", True)

    begin(desk)
    fill_in_first_pages(page)
    choose(page, ("mine.docx", docx("I am Othername.")), scripts=scripts)
    page.locator(".files-here strong").get_by_text("mine.docx").wait_for()
    page.get_by_label("Add files").wait_for()
    assert page.get_by_role("button", name="Upload files").is_visible() is not scripts
    assert page.get_by_role("link", name="type your evidence here").count() == 0
    work()
    page.get_by_role("button", name="Continue").click()
    fill_in_remaining_pages(page)
    expect(page.locator("main")).to_contain_text("to check")
    with page.expect_navigation():
        page.get_by_role("button", name="Send", exact=True).click()

    submission = Submission.objects.get()
    expect(page.locator(".receipt")).to_have_text(submission.receipt)
    assert submission.disclosure == Disclosure.NAME_WITHHELD
    assert not desk.complaints
    if scripts:
        desk.accessible()


@pytest.mark.parametrize("width", [pytest.param(1280, marks=pytest.mark.campaign), 320])
def test_every_form_page_is_accessible_empty_and_with_errors(width, visit, call):
    desk = visit(width=width)
    page = desk.page
    for path in (
        "/",
        "/calls/call/",
        "/calls/call/start/",
        "/safety/",
        "/return/",
        "/return/link/",
    ):
        desk.go(path)
        desk.accessible()
    begin(desk)
    desk.accessible()
    form = page.url.removeprefix(desk.base)
    pages = ["who", "details", "contact", "text", "questions", "about", "disclosure"]
    for name in [*pages, "circumstances", "oral", "declarations"]:
        desk.go(f"{form}{name}/")
        desk.accessible()
        if name in {"who", "details", "contact", "circumstances", "declarations"}:
            save_and_continue(page)
            page.locator("[role=alert].summary:focus").wait_for()
            desk.accessible()
    for name in ("confirm", "files", "warnings", "preview", "check", "code", "delete"):
        desk.go(f"{form}{name}/")
        desk.accessible()
    assert not desk.complaints


def test_long_names_and_large_text_do_not_break_the_layout(visit, call):
    desk = visit(width=320)
    page = desk.page
    begin(desk)
    long = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch" * 2
    form = page.url.removeprefix(desk.base)
    desk.go(f"{form}who/")
    page.get_by_label("I am writing with other people").check()
    save_and_continue(page)
    page.get_by_label("Full name").fill(long)
    save_and_continue(page)
    page.get_by_role("link", name="Add another author").click()
    page.get_by_label("Full name").fill(long)
    page.get_by_label("Yes, publish their name").check()
    page.get_by_role("button", name="Save").click()
    desk.accessible()
    desk.go(f"{form}files/")
    choose(page, (f"{long}.txt", b"Words."), scripts=True)
    page.locator(".files-here").wait_for()
    desk.accessible()
    desk.go(f"{form}check/")
    desk.accessible()
    # Twice the size of letters on a page of 640 px is what a reader at 200 % sees.
    page.set_viewport_size({"width": 640, "height": 900})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0


def test_refused_and_accepted_files_are_listed_together(visit, call):
    desk = visit()
    page = desk.page
    begin(desk)
    desk.go(f"{page.url.removeprefix(desk.base)}files/")
    choose(page, ("good.txt", b"Words."), ("bad.txt", b""), scripts=True)

    page.get_by_role("link", name="bad.txt: This file is empty.").wait_for()
    page.locator(".files-here strong").get_by_text("good.txt").wait_for()
    page.get_by_role("link", name="Remove good.txt").click()
    page.get_by_role("button", name="Remove file").click()
    page.get_by_label("Choose your document").wait_for()
    assert not Draft.objects.get().files.exists()


def test_file_chosen_before_scripts_load_is_uploaded_when_they_load(visit, call):
    desk = visit()
    page = desk.page
    begin(desk)
    routes = []

    def hold(route) -> None:
        routes.append(route)

    page.route("**/upload*.js", hold)
    desk.page.goto(f"{page.url}files/", wait_until="commit")
    choose(page, ("early.txt", b"Words."), scripts=True)
    assert not Draft.objects.get().files.exists()
    routes[0].continue_()

    page.locator(".files-here strong").get_by_text("early.txt").wait_for()


def test_institution_is_searched_by_typing_and_chosen_by_keyboard(visit, call):
    desk = visit()
    page = desk.page
    begin(desk)
    desk.go(f"{page.url.removeprefix(desk.base)}about/")
    page.get_by_role("combobox", name="Universities or organisations").fill("winding")
    desk.accessible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="University of Long and Winding Roads").wait_for()
    save_and_continue(page)
    assert len(Draft.objects.get().answers_by_page["about"]["institutions"]) == 1


def test_form_can_be_filled_in_by_keyboard_alone(visit, call):
    desk = visit()
    page = desk.page
    begin(desk)
    desk.go(f"{page.url.removeprefix(desk.base)}who/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "radio":
            page.keyboard.press("Space")
            break
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Save and continue":
            break
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Your details").wait_for()
    assert Draft.objects.get().answers_by_page["who"]["who"] == "individual"


def test_double_click_sends_one_submission(visit, call):
    desk = visit()
    page = desk.page
    begin(desk)
    fill_in_first_pages(page)
    choose(page, ("mine.txt", b"Words."), scripts=True)
    page.locator(".files-here").wait_for()
    page.get_by_role("button", name="Continue").click()
    fill_in_remaining_pages(page)
    page.get_by_role("button", name="Send", exact=True).dblclick()
    page.locator(".receipt").wait_for()
    assert Submission.objects.count() == 1
    page.go_back()
    page.locator(".receipt").wait_for()


def test_quick_exit_link_and_three_escape_presses_leave_at_once(visit, call, settings):
    desk = visit()
    page = desk.page
    settings.QUICK_EXIT_URL = f"{desk.base}/evidence/"
    begin(desk)
    form = page.url
    page.get_by_role("link", name="Leave this page now").click()
    page.get_by_role("heading", name="Published evidence").wait_for()
    page.goto(form)
    page.get_by_role("heading", name="Enter your return code to go on").wait_for()

    # Three would do; a frightened person presses on.
    for presses in (3, 7):
        begin(desk)
        for _ in range(presses):
            page.keyboard.press("Escape")
        page.get_by_role("heading", name="Published evidence").wait_for()


def test_return_code_shows_the_status_of_the_submission(visit, call):
    desk = visit(width=320)
    code = begin(desk)
    other = visit(width=320)
    other.go("/return/")
    other.page.get_by_label("Your return code").fill(code)
    other.page.get_by_role("button", name="Continue").click()
    other.page.get_by_role("heading", name="Your form").wait_for()
    other.accessible()


NAMED = """() => {
  const it = document.activeElement;
  const label = it.labels && it.labels[0] ? it.labels[0].textContent : "";
  return `${label} ${it.textContent || ""}`;
}"""


class Keys:
    """Somebody without a mouse: tabs to what is wanted and presses it."""

    def __init__(self, page) -> None:
        self.page = page

    def to(self, words: str) -> None:
        """Tab until what has the focus is named so."""
        for _ in range(120):
            self.page.keyboard.press("Tab")
            if words in (self.page.evaluate(NAMED) or ""):
                return
        pytest.fail(f"{words} is not reached by keyboard")

    def press(self, words: str, key: str = "Enter") -> None:
        self.to(words)
        self.page.keyboard.press(key)

    def follow(self, words: str) -> None:
        before = self.page.url
        self.press(words)
        self.page.wait_for_url(lambda address: address != before)

    def choose(self, group: str, jobs: int) -> None:
        """Choose the nth of some round buttons: the first by space, the others by arrows."""
        self.press(group, "Space")
        for _ in range(jobs):
            self.page.keyboard.press("ArrowDown")

    def write(self, words: str, text: str) -> None:
        self.to(words)
        self.page.keyboard.type(text)


def test_whole_form_can_be_completed_by_keyboard_alone(visit, call):
    desk = visit()
    desk.go("/calls/call/")
    keys = Keys(desk.page)
    keys.follow("Start now")
    keys.follow("Start now")
    keys.follow("I have written it down")
    keys.follow("How should we publish your evidence?")
    keys.choose("Publish it with my name", 0)
    keys.follow("Save and continue")
    keys.choose("I am writing for myself", 0)
    keys.follow("Save and continue")
    keys.write("Full name", "Dr Ann Othername")
    keys.follow("Save and continue")
    keys.choose("Yes", 1)
    keys.choose("Yes", 1)
    keys.write("Other safe ways", "By post")
    keys.follow("Save and continue")
    keys.follow("type your evidence here")
    keys.write("Your evidence", "Words of evidence.")
    keys.follow("Save and continue")
    keys.follow("Save and continue")
    keys.follow("Save and continue")
    keys.follow("Save and continue")
    keys.follow("Continue")
    keys.choose("Yes", 1)
    keys.choose("Yes", 1)
    keys.follow("Save and continue")
    keys.follow("Save and continue")
    for words in ("This is my or our", "To the best", "I understand"):
        keys.press(words, "Space")
    keys.follow("Save and continue")
    keys.follow("Send")

    assert desk.page.locator(".receipt").inner_text() == Submission.objects.get().receipt
    assert not desk.complaints
