"""Links, buttons and fields are at least 24 by 24 CSS pixels at 320 px (WCAG 2.2, 2.5.8)."""

import pytest

from evidence.decisions.models import Act
from evidence.publication.publish import publish
from evidence.web.witness import form_flow
from inquiry.calls.models import Question
from tests.browser.test_clerk_and_staff import sign_in
from tests.browser.test_witness_at_the_form import begin, choose
from tests.factories import (
    CallFactory,
    InstitutionFactory,
    ThemeFactory,
    a_member,
    a_submission,
    decide,
    docx,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Links in a sentence or in the text of evidence may be smaller.
SMALL = """() => {
  const inText = (element) => {
    if (element.closest(".evidence")) return true;
    const sentence = element.parentElement.textContent.trim();
    return getComputedStyle(element).display === "inline"
      && sentence.length > element.textContent.trim().length;
  };
  return [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
    .filter((element) => element.checkVisibility() && element.type !== "hidden")
    .filter((element) => !element.matches(".skip") && !inText(element))
    .map((element) => [element, element.getBoundingClientRect()])
    .filter(([, box]) => box.width > 0 && Math.min(box.width, box.height) < 23.99)
    .map(([element, box]) => `${element.outerHTML.slice(0, 90)} ${box.width} x ${box.height}`);
}"""


@pytest.fixture
def call():
    call = CallFactory(code="call", title="Interference in academia", inquiry__prefix="FIA")
    Question.objects.create(inquiry=call.inquiry, number=1, text="By what means?")
    InstitutionFactory(name="Durham University")
    ThemeFactory(name="Visa denial")
    return call


@pytest.fixture
def published(call, work):
    clerk = a_member(call.inquiry)
    text = docx("# Heading\n\nA paragraph.[^1]\n\n[^1]: A note.")
    submission = a_submission(call, content=text, file_name="evidence.docx")
    work()
    decide(submission, Act.ACCEPT, Act.OPEN, Act.REPORT, by=clerk)
    work()
    publish(submission, by=clerk)
    submission.refresh_from_db()
    return submission


def small_targets(desk, *paths: str) -> dict[str, list[str]]:
    sizes = {}
    for path in paths:
        desk.go(path)
        sizes[path] = desk.page.evaluate(SMALL)
    return {path: small for path, small in sizes.items() if small}


def test_targets_of_public_pages_are_large_enough(visit, published):
    desk = visit(width=320)
    english = ("/", "/calls/call/", "/calls/call/start/", "/evidence/", "/verify/", "/safety/")
    english += (f"/evidence/{published.reference}/", "/return/", "/return/link/", "/sign-in/")
    welsh = [f"/cy{path}" for path in english[:6]]
    assert small_targets(desk, *english, *welsh) == {}


def test_targets_of_a_form_are_large_enough(visit, call):
    desk = visit(width=320)
    begin(desk)
    form = desk.page.url.removeprefix(desk.base)
    desk.go(f"{form}files/")
    for name in ("one.txt", "two.txt"):
        choose(desk.page, (name, b"Words of Ann."), scripts=True)
        desk.page.get_by_text(name).first.wait_for()
    pages = ["", "code/", "files/", "confirm/", "warnings/", "preview/", "check/", "delete/"]
    pages += [f"{page}/" for page in form_flow.PAGES]
    small = small_targets(desk, *(f"{form}{page}" for page in pages))
    assert small == {}, small


def test_targets_of_staff_pages_are_large_enough(visit, published):
    desk = visit(width=320)
    sign_in(desk, a_member(published.inquiry))
    inquiry = f"?inquiry={published.inquiry.code}"
    pages = [f"/staff/{inquiry}", f"/staff/evidence/{published.pk}/", f"/staff/bundles/{inquiry}"]
    pages += [f"/staff/bundles/new/{inquiry}", f"/staff/papers/{inquiry}", "/staff/copies/"]
    small = small_targets(desk, *pages)
    assert small == {}, small


@pytest.mark.parametrize(("language", "remove"), [("", "Remove"), ("/cy", "Tynnu oddi yma")])
def test_chosen_institution_has_a_button_that_says_what_it_removes(visit, call, language, remove):
    desk = visit(width=320)
    begin(desk)
    page = desk.page
    desk.go(f"{language}{page.url.removeprefix(desk.base)}about/")
    page.get_by_role("combobox").fill("durham")
    page.get_by_role("option", name="Durham University").click()

    button = page.get_by_role("button", name=f"{remove} Durham University", exact=True)
    assert button.inner_text().split("\n")[0].strip().startswith(remove)
    assert page.locator(".picked li").inner_text().count("×") == 0
    assert page.locator(".picked li > span").get_attribute("lang") == "en-GB"
    assert page.evaluate(SMALL) == []
    desk.accessible()
    button.click()
    assert page.locator(".picked li").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_form_controls_follow_the_colour_scheme(visit, call, scheme):
    desk = visit(width=320)
    desk.page.emulate_media(color_scheme=scheme)
    for path in ("/return/", "/admin/login/"):
        desk.go(path)
        value = desk.page.evaluate("getComputedStyle(document.documentElement).colorScheme")
        assert value in {"light dark", scheme}
