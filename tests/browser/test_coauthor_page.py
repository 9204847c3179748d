"""Another author answers the letter on a phone, without scripts; the clerk prints a return code."""

import re

import pytest
from django.core import mail
from django.urls import reverse
from playwright.sync_api import expect

from evidence.lifecycle import Status
from evidence.submissions.models import Submission
from tests.browser.test_clerk_and_staff import sign_in
from tests.evidence.drafts.test_coauthors import LINK, send
from tests.evidence.drafts.test_issued_codes import CODE, received
from tests.factories import a_member

pytestmark = [pytest.mark.browser, pytest.mark.campaign, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scripts", [True, False])
def test_an_author_who_did_not_agree_says_so(width, scripts, visit, work):
    send()
    work()
    link = next(match.group() for letter in mail.outbox if (match := LINK.search(letter.body)))
    page = (witness := visit(width=width, scripts=scripts)).page
    witness.go(link)
    expect(page).to_have_title(re.compile("^Form"))
    if scripts:
        witness.accessible()
    page.get_by_role("button", name="Send answer").click()
    expect(page.get_by_role("link", name="Select whether this is right")).to_be_visible()
    page.get_by_label("No, I did not agree").check()
    page.get_by_role("button", name="Send answer").click()
    expect(page.get_by_text("You have told us that you did not agree.")).to_be_visible()
    assert Submission.objects.get().status == Status.HELD
    witness.go(link)
    expect(page.get_by_role("heading", name="This link does not work")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 390])
def test_a_clerk_prints_a_return_code_and_nothing_of_the_desk_with_it(width, visit, work):
    submission = received(work)
    page = (desk := visit(width=width)).page
    sign_in(desk, a_member(submission.inquiry))
    desk.go(reverse("admin:evidence_submission_change", args=[submission.pk]))
    page.get_by_text("Ask by post, with a new return code…").click()
    page.locator("#note-ask-by-post").fill("Was it in May?")
    with page.expect_navigation():
        page.get_by_role("button", name="Ask by post, with a new return code").click()
    letter = page.get_by_role("article")
    expect(letter).to_contain_text(CODE)
    desk.accessible()

    page.emulate_media(media="print")
    expect(letter).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_hidden()
    expect(page.get_by_text("Evidence desk")).to_be_hidden()
    page.emulate_media(media="screen")
    page.reload()
    expect(page.get_by_text("This code was shown before")).to_be_visible()
