"""While a worker reads a file, pages say so and refresh, with and without scripts."""

import pytest
from playwright.sync_api import expect

from evidence.web.witness import file_progress
from tests.browser.test_witness_at_the_form import begin, call, choose
from tests.factories import docx

__all__ = ["call"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_findings_appear_when_the_worker_has_read_the_file(visit, call, work, scripts, monkeypatch):
    monkeypatch.setattr(file_progress, "FIRST_PAUSE_SECONDS", 1)
    desk = visit(width=320, scripts=scripts)
    page = desk.page
    begin(desk)
    form = page.url.removeprefix(desk.base)
    desk.go(f"{form}files/")
    choose(page, ("mine.docx", docx("Four words of evidence.")), scripts=scripts)
    page.get_by_text("Checking your file.").wait_for()
    desk.go(f"{form}warnings/")
    page.get_by_text("We are still checking a file.").wait_for()
    if scripts:
        desk.accessible()
    other = page.context.new_page()
    other.goto(f"{desk.base}{form}files/")
    other.get_by_text("Checking your file.").wait_for()

    work()

    page.get_by_text("What will look different").or_(
        page.get_by_text("We found no hidden details")
    ).wait_for()
    other.get_by_text("words").first.wait_for()
    for shown in (page, other):
        expect(shown.get_by_text("hecking")).to_have_count(0)
    assert not desk.complaints
