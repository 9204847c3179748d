"""What a clerk can do about a job that failed: Retry, Dismiss, Retry all."""

import io

import pytest
from django.core import mail
from django.urls import reverse

from evidence.admin.dashboard import other_work
from evidence.bundles.archive_transfer.jobs import ask_for
from evidence.bundles.archive_transfer.models import ArchiveBag
from evidence.bundles.models import Bundle
from evidence.bundles.requests import freeze
from evidence.bundles.specification import Specification
from evidence.committee_papers.models import CommitteePaper
from evidence.committee_papers.prepare import PaperDetails, add_paper
from evidence.custody.models import CustodyEntry
from evidence.decisions.decide import Act
from evidence.drafts import access as opening
from evidence.drafts import files
from evidence.drafts.models import DraftFile
from evidence.errors import NotReadyError
from evidence.jobs.models import Job
from evidence.jobs.queue import claim_job
from evidence.letters.models import Letter
from evidence.lifecycle import Status
from evidence.publication.publish import publish
from evidence.tasks import failed_jobs
from evidence.tasks.registry import JOBS
from tests.evidence.admin.admin_client import page_of, page_text, shown_after, signed_in
from tests.evidence.admin.failed_job_client import (
    PAGE,
    a_letter_given_up,
    given_up_job,
    press,
    rows,
)
from tests.factories import CallFactory, a_submission, decide
from tests.jobs import breaks, replace_job, without_pauses

pytestmark = pytest.mark.django_db


def test_retry_button_runs_the_job_again(call, clerk, submission, work):
    job = given_up_job("suggest", submission.pk)

    answer = press(signed_in(clerk), job, "retry")

    assert "The job is running again." in answer.content.decode()
    job.refresh_from_db()
    assert (job.state, job.attempts, job.reason) == (Job.State.WAITING, 0, "")
    assert rows(signed_in(clerk)) == 0
    entry = CustodyEntry.objects.get(act="job asked for again")
    assert (entry.by, entry.inquiry, entry.subject_id) == (clerk, call.inquiry, str(submission.pk))
    work()
    job.refresh_from_db()
    assert job.state == Job.State.DONE


def test_second_retry_says_the_job_was_already_handled(call, clerk, submission):
    job = given_up_job("suggest", submission.pk)
    known = failed_jobs.find(job.pk, clerk)
    failed_jobs.retry(known, by=clerk)
    with claim_job(job.pk).settle():
        pass

    with pytest.raises(NotReadyError):
        failed_jobs.retry(known, by=clerk)
    assert press(signed_in(clerk), job, "retry").status_code == 404
    assert CustodyEntry.objects.filter(act="job asked for again").count() == 1


def test_dismissed_job_stays_dismissed(call, clerk, submission, work):
    job = given_up_job("suggest", submission.pk)

    press(signed_in(clerk), job, "dismiss")

    job.refresh_from_db()
    assert job.state == Job.State.DISMISSED
    assert rows(signed_in(clerk)) == 0
    assert work() == 0
    assert CustodyEntry.objects.filter(act="failed job dismissed", by=clerk).count() == 1


@pytest.mark.parametrize("name", ["render", "expire", "clear_bundle", "by_clock", "tidy", "remind"])
def test_promised_or_required_jobs_cannot_be_dismissed(name, call, clerk, submission):
    assert not JOBS[name].dismissible
    job = given_up_job("render", submission.pk)

    press(signed_in(clerk), job, "dismiss")

    job.refresh_from_db()
    assert job.state == Job.State.HELD


def test_failed_publication_pages_are_shown_and_retried(call, clerk, submission, work, monkeypatch):
    with monkeypatch.context() as patch:
        without_pauses(patch)
        replace_job(patch, "render", breaks)
        decide(submission, Act.ACCEPT, Act.WITHHOLD_NAME, Act.REPORT, by=clerk)
        work()
    with pytest.raises(NotReadyError, match="could not be made"):
        publish(submission, by=clerk)
    client = signed_in(clerk)
    page = page_text(client, page_of(submission))
    assert "You cannot publish this submission until its pages are made." in page
    job = Job.objects.get(name="render")

    shown = shown_after(
        client, reverse("admin:job-act", args=[job.pk, "retry"]), {"next": page_of(submission)}
    )

    assert "The job is running again." in shown
    assert "cannot be published" not in shown
    work()
    submission.refresh_from_db()
    publish(submission, by=clerk)


def test_held_submission_is_listed_until_a_clerk_resolves_it(call, clerk, work, monkeypatch):
    submission = a_submission(call)
    with monkeypatch.context() as patch:
        without_pauses(patch)
        replace_job(patch, "prepare", breaks)
        work()
    submission.refresh_from_db()
    assert submission.status == Status.HELD
    client = signed_in(clerk)
    assert rows(client) == 1

    press(client, Job.objects.get(name="prepare"), "retry")
    submission.refresh_from_db()
    assert submission.status == Status.RECEIVED
    assert rows(client) == 0
    work()

    submission.refresh_from_db()
    assert submission.status == Status.PREPARED


def test_retry_sends_a_letter_that_was_given_up(call, clerk, work):
    letter = a_letter_given_up(call, clerk, work)
    client = signed_in(clerk)
    page = page_text(client, PAGE)
    assert f"Not accepted, about {letter.submission.label}" in page
    assert "witness@example.org" not in page
    assert "could not be sent after several days of trying" in page_text(
        client, reverse("admin:evidence_letter_change", args=[letter.pk])
    )

    press(client, Job.objects.get(name="send_letter", subject_id=letter.pk), "retry")
    work()

    letter.refresh_from_db()
    assert letter.state == Letter.State.SENT
    assert len(mail.outbox) == 1


def test_dismissing_discards_a_letter_that_was_given_up(call, clerk, work):
    letter = a_letter_given_up(call, clerk, work)

    press(signed_in(clerk), Job.objects.get(name="send_letter", subject_id=letter.pk), "dismiss")
    work()

    letter.refresh_from_db()
    assert letter.state == Letter.State.DISCARDED
    assert not mail.outbox


def test_letter_discarded_on_its_page_is_no_longer_listed(call, clerk, work):
    letter = a_letter_given_up(call, clerk, work)
    client = signed_in(clerk)

    client.post(reverse("admin:letter-act", args=[letter.pk, "discard"]))

    assert rows(client) == 0


def test_letters_not_sent_because_email_was_not_agreed_are_counted(call, clerk, work):
    letter = a_letter_given_up(call, clerk, work)
    Letter.objects.update(state=Letter.State.UNWANTED)
    pile = next(
        pile for pile in other_work(clerk, call.inquiry) if "email not agreed" in pile.label
    )
    client = signed_in(clerk)

    assert pile.count == 2
    assert str(letter.pk) in page_text(client, pile.address)
    page = page_text(client, reverse("admin:evidence_letter_change", args=[letter.pk]))
    assert "This letter was not sent" in page
    assert "Discard draft" in page


def test_retry_works_for_jobs_whose_own_page_shows_the_failure(call, clerk, submission, work):
    """A bundle, a paper, a transfer for the archive, a file of a form."""
    decide(submission, Act.ACCEPT, by=clerk)
    work()
    bundle = freeze(call.inquiry, Specification(title="Pack"), by=clerk)
    bag = ask_for(call.inquiry, by=clerk)
    details = PaperDetails(CommitteePaper.Kind.BRIEF, "A brief")
    paper = add_paper(call.inquiry, io.BytesIO(b"What to ask."), details, name="a.txt", by=clerk)
    draft, _code = opening.start(call, language="en-gb")
    files.add(draft, io.BytesIO(b"Words."), name="a.txt")
    file = DraftFile.objects.get()
    subjects = {
        "build_bundle": bundle,
        "archive_bag": bag,
        "prepare_paper": paper,
        "look": file,
    }
    for name, subject in subjects.items():
        job = Job.objects.get(name=name, subject_id=subject.pk)
        JOBS[name].give_up(
            subject,
            reason="It failed.",
            within=lambda job=job: claim_job(job.pk).settle_held("It failed."),
        )
    client = signed_in(clerk)
    assert rows(client) == len(subjects)
    page = page_text(client, PAGE)
    assert f"Retry all {len(subjects)} failed jobs" in page

    client.post(f"{PAGE}retry-all/")

    assert rows(client) == 0
    work()
    for subject in subjects.values():
        subject.refresh_from_db()
    assert bundle.state == Bundle.State.READY
    assert bag.state == ArchiveBag.State.READY
    assert paper.state == CommitteePaper.State.READY
    assert file.state == DraftFile.State.READ


def test_retry_all_retries_only_jobs_the_clerk_may_see(call, clerk, submission, work):
    there = CallFactory()
    other = a_submission(there)
    work()
    own, foreign = given_up_job("suggest", submission.pk), given_up_job("suggest", other.pk)

    signed_in(clerk).post(f"{PAGE}retry-all/")

    own.refresh_from_db()
    foreign.refresh_from_db()
    assert (own.state, foreign.state) == (Job.State.WAITING, Job.State.HELD)


@pytest.mark.parametrize("there", ["https://elsewhere.example/", "//elsewhere.example", ""])
def test_redirect_after_retry_ignores_other_sites(there, call, clerk, submission):
    job = given_up_job("suggest", submission.pk)

    answer = signed_in(clerk).post(
        reverse("admin:job-act", args=[job.pk, "retry"]), {"next": there}
    )

    assert answer["Location"] == PAGE


def test_unknown_job_actions_return_404(call, clerk, submission):
    job, client = given_up_job("suggest", submission.pk), signed_in(clerk)

    assert client.get(reverse("admin:job-act", args=[job.pk, "retry"])).status_code == 404
    assert client.get(f"{PAGE}retry-all/").status_code == 404
    assert press(client, job, "delete").status_code == 404
    for wrong in ("x", "0", "999999999999999999999"):
        assert client.get(f"{PAGE}?inquiry={wrong}").status_code == 404
        assert client.post(f"{PAGE}{10**18}/retry/").status_code == 404
