"""A clerk reads a witness's precautions beside a letter, and sends it."""

import pytest
from django.core import mail
from django.urls import reverse
from playwright.sync_api import expect

from evidence.decisions.decide import Act
from evidence.letters.models import Letter
from tests.browser.test_clerk_and_staff import sign_in
from tests.factories import a_member, a_submission, decide

pytestmark = [pytest.mark.browser, pytest.mark.campaign, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [1280, 320])
def test_letter_is_sent_once_the_clerk_has_read_the_precautions(width, visit, work):
    submission = a_submission(
        email="witness@example.org",
        hours="Weekdays after nine in the evening",
        avoid="employer, university",
        safe_ways="My sister, 020 7946 0000",
    )
    work()
    clerk = a_member(submission.inquiry)
    decide(submission, Act.DECLINE, by=clerk)
    letter = Letter.objects.get(kind=Letter.Kind.DECLINED)
    page = (desk := visit(width=width)).page
    sign_in(desk, clerk)
    desk.go(reverse("admin:evidence_letter_change", args=[letter.pk]))

    panel = page.get_by_role("region", name="Contacting this witness safely")
    expect(panel).to_contain_text("Weekdays after nine in the evening")
    expect(panel).to_contain_text("employer, university")
    desk.accessible()
    # The browser asks for the tick; without it nothing is posted.
    panel.get_by_role("button", name="Send letter").click()
    assert Letter.objects.get(pk=letter.pk).state == Letter.State.DRAFT
    panel.get_by_label("I have read this").check()
    with page.expect_navigation():
        panel.get_by_role("button", name="Send letter").click()
    work()

    assert Letter.objects.get(pk=letter.pk).state == Letter.State.SENT
    assert [message.to for message in mail.outbox] == [["witness@example.org"]]


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_a_letter_with_a_word_to_avoid_waits_until_the_clerk_changes_it(width, visit, work):
    submission = a_submission(email="witness@example.org", avoid="received")
    letter = Letter.objects.get()
    page = (desk := visit(width=width)).page
    sign_in(desk, a_member(submission.inquiry))
    desk.go(reverse("admin:evidence_letter_change", args=[letter.pk]))

    panel = page.get_by_role("region", name="Contacting this witness safely")
    expect(panel).to_contain_text("“received”. It is not sent by email while it does.")
    expect(panel.get_by_role("button", name="Send letter")).to_have_count(0)
    desk.accessible()
    page.get_by_label("Body").fill("All is well.")
    with page.expect_navigation():
        page.get_by_role("button", name="Save").click()
    panel.get_by_label("I have read this").check()
    with page.expect_navigation():
        panel.get_by_role("button", name="Send letter").click()
    work()

    assert [message.body for message in mail.outbox] == ["All is well."]
