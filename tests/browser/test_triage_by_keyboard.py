"""A Monday's letters, triaged by keyboard in one screen that is never left."""

import pytest
from playwright.sync_api import expect

from evidence.inbox.models import Note
from evidence.lifecycle import Disclosure
from evidence.tagging.models import Standing, ThemeTag
from inquiry.people.roles import Role
from inquiry.vocabulary.models import ThemeTerm
from tests.browser.test_clerk_and_staff import sign_in
from tests.factories import CallFactory, InstitutionFactory, ThemeFactory, a_member, a_submission

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def call():
    ThemeTerm.objects.create(theme=ThemeFactory(name="Visa denial"), text="visa")
    return CallFactory(inquiry__prefix="FIA", inquiry__title="Interference in academia")


def letters(call, work, number: int) -> list:
    rows = [
        a_submission(call, text=f"Letter {n}. A visa was refused.", name=f"Dr {n:02} Writer")
        for n in range(1, number + 1)
    ]
    work()
    return rows


class Keys:
    """Presses keys as a clerk does, and counts them."""

    def __init__(self, page) -> None:
        self.page, self.pressed = page, 0

    def press(self, key: str, then: str) -> None:
        self.page.keyboard.press(key)
        self.pressed += 1
        self.page.get_by_text(then).first.wait_for()


def triage_by_keyboard(page, rows: list) -> int:
    """Accepts the tags of each letter and proposes it; returns the keys pressed."""
    keys = Keys(page)
    for number, row in enumerate(rows, 1):
        expect(page.locator("#submission")).to_contain_text(f"Dr {number:02} Writer")
        keys.press("a", "1 tag updated.")
        keys.press("p", "Propose")
        keys.press("Enter", f"Proposed for {row.receipt}:")
        if number < len(rows):
            keys.press("j", f"Letter {number + 1}.")
    return keys.pressed


def walk(call, visit, work, number: int) -> tuple[int, int]:
    """Keys pressed and pages loaded for so many letters."""
    clerk = a_member(call.inquiry)
    rows = letters(call, work, number)
    page = (desk := visit()).page
    sign_in(desk, clerk)
    page.get_by_role("link", name="Dr 01 Writer").click()
    page.get_by_text("Letter 1.").wait_for()
    loads = []
    page.on("load", lambda _page: loads.append(page.url))

    pressed = triage_by_keyboard(page, rows)

    assert not desk.complaints
    for row in rows:
        assert row.theme_tags.get().standing == Standing.ACCEPTED
        assert row.decisions.proposed().count() == 2
    return pressed, len(loads)


def test_letters_are_triaged_by_keyboard_without_loading_a_page(call, visit, work):
    pressed, loads = walk(call, visit, work, 3)
    assert loads == 0
    assert pressed == 4 * 3 - 1


@pytest.mark.campaign
def test_forty_letters_are_triaged_by_keyboard_without_loading_a_page(call, visit, work):
    pressed, loads = walk(call, visit, work, 40)
    assert (pressed, loads) == (4 * 40 - 1, 0)


def test_keys_undo_find_write_and_can_be_switched_off(call, visit, work):
    clerk = a_member(call.inquiry)
    (row,) = letters(call, work, 1)
    page = (desk := visit()).page
    sign_in(desk, clerk)
    desk.go(f"/admin/inbox/{row.pk}/")

    page.keyboard.press("a")
    page.get_by_text("1 tag updated.").wait_for()
    page.locator("#submission").focus()
    page.keyboard.press("u")
    page.get_by_text("Undone.").wait_for()
    assert ThemeTag.objects.get().standing == Standing.SUGGESTED

    page.keyboard.press("n")
    page.keyboard.type("Ask which year.")
    page.get_by_role("button", name="Keep note").click()
    page.get_by_text("Note kept.").wait_for()
    assert Note.objects.get().text == "Ask which year."

    page.locator("#submission").focus()
    page.keyboard.press("?")
    expect(page.get_by_label("Use single keys")).to_be_visible()
    desk.accessible()
    page.get_by_label("Use single keys").uncheck()
    page.locator("#submission").focus()
    page.keyboard.press("a")
    page.reload()
    assert ThemeTag.objects.get().standing == Standing.SUGGESTED
    assert not desk.complaints


@pytest.mark.parametrize("width", [320, 1280, 1440])
def test_inbox_and_triage_are_accessible_at_every_width(call, visit, work, width):
    clerk = a_member(call.inquiry)
    InstitutionFactory(name="Durham University")
    a_submission(
        call,
        name="Dr Quill Writer",
        text="I, Quill Writer, was refused a visa.",
        disclosure=Disclosure.NAME_WITHHELD,
    )
    a_submission(call, name="Dr Hidden", text="Never.", disclosure=Disclosure.CONFIDENTIAL)
    rows = letters(call, work, 2)
    desk = visit(width=width)
    sign_in(desk, clerk)
    desk.accessible()
    desk.go("/admin/inbox/?view=snoozed")
    desk.accessible()
    desk.page.goto(f"{desk.base}/admin/inbox/")
    for name in ("Dr Quill Writer", "Dr Hidden"):
        desk.page.get_by_role("link", name=name).click()
        desk.accessible()
        desk.go("/admin/inbox/")
    desk.go(f"/admin/inbox/{rows[0].pk}/")
    for summary in desk.page.locator(".triage-acts summary").all():
        summary.click()
    desk.accessible()
    assert not desk.complaints


def test_triage_works_without_scripts(call, visit, work):
    clerk = a_member(call.inquiry)
    first, second = letters(call, work, 2)
    page = (desk := visit(scripts=False, width=390)).page
    sign_in(desk, clerk)
    page.get_by_role("link", name="Dr 01 Writer").click()

    page.get_by_role("button", name="Accept selected").click()
    expect(page.get_by_text("1 tag updated.")).to_be_visible()
    page.get_by_role("button", name="Propose", exact=True).click()
    expect(page.get_by_text(f"Proposed for {first.receipt}:")).to_be_visible()
    page.get_by_role("link", name="Next", exact=True).click()
    expect(page.locator("#submission")).to_contain_text("Dr 02 Writer")
    page.get_by_role("button", name="Snooze", exact=True).click()
    expect(page.get_by_text("Snoozed until")).to_be_visible()
    assert first.decisions.proposed().count() == 2
    assert not second.decisions.exists()


def test_member_is_led_to_what_is_new_and_its_pages_are_accessible(call, visit, work):
    letters(call, work, 2)
    desk = visit(width=320)
    sign_in(desk, a_member(call.inquiry, Role.MEMBER))
    expect(desk.page.get_by_role("heading", name="Interference in academia")).to_be_visible()
    desk.accessible()
    assert not desk.complaints
