"""A clerk finds a letter that could not be sent on the landing page, and has it sent."""

import datetime

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import expect

from evidence.decisions.decide import Act
from evidence.jobs.models import Job
from evidence.jobs.queue import ask, claim_job
from evidence.letters.models import Letter
from evidence.letters.outbox import release
from evidence.tasks.registry import JOBS
from tests.browser.test_clerk_and_staff import sign_in
from tests.factories import CallFactory, a_member, a_submission, decide

pytestmark = [pytest.mark.browser, pytest.mark.campaign, pytest.mark.django_db(transaction=True)]
NO_MAIL = "The mail server could not take the letter (SMTPServerDisconnected)."


@pytest.fixture
def clerk(work):
    call = CallFactory(inquiry__prefix="FIA", inquiry__title="Interference in academia")
    clerk = a_member(call.inquiry)
    submission = a_submission(call, email="witness@example.org")
    work()
    decide(submission, Act.DECLINE, by=clerk)
    mail.outbox.clear()
    letter = Letter.objects.get(kind=Letter.Kind.DECLINED)
    release(letter, by=clerk)
    job = Job.objects.get(name="send_letter", subject_id=letter.pk)
    JOBS["send_letter"].give_up(
        letter, reason=NO_MAIL, within=lambda: claim_job(job.pk).settle_held(NO_MAIL)
    )
    ask("suggest", submission.pk, at=timezone.now() - datetime.timedelta(hours=2))
    return clerk


@pytest.mark.parametrize("width", [1280, 320])
def test_failed_jobs_are_listed_and_retried_without_scripts(width, clerk, visit, work):
    page = (desk := visit(width=width, scripts=False)).page
    sign_in(desk, clerk)
    desk.go("/admin/inbox/")

    page.get_by_role("link", name="Failed and late jobs 2").click()
    expect(page.get_by_role("heading", name="Failed and late jobs")).to_be_visible()
    expect(page.get_by_text(NO_MAIL)).to_be_visible()
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0
    page.get_by_role("button", name="Retry: Sending a letter").click()

    expect(page.get_by_text("The job is running again.")).to_be_visible()
    expect(page.get_by_text(NO_MAIL)).not_to_be_visible()
    work()
    assert Letter.objects.get(kind=Letter.Kind.DECLINED).state == Letter.State.SENT
    assert len(mail.outbox) == 1


def test_failed_jobs_page_is_accessible(clerk, visit):
    for width in (1280, 390, 320):
        desk = visit(width=width)
        sign_in(desk, clerk)
        desk.go("/admin/jobs/")
        desk.accessible()
        assert not desk.complaints
