"""Makes failed jobs and reads the page that lists them, for tests."""

from django.core import mail
from django.urls import reverse

from evidence.admin.dashboard import other_work
from evidence.decisions.decide import Act
from evidence.jobs.models import Job
from evidence.jobs.queue import ask, claim_job
from evidence.letters.models import Letter
from evidence.letters.outbox import release
from evidence.tasks.registry import JOBS
from tests.factories import a_submission, decide

PAGE = "/admin/jobs/"


def given_up_job(name: str, subject_id, reason: str = "It failed.") -> Job:
    """The row of a job as it stands when it was tried for long enough."""
    ask(name, subject_id)
    job = Job.objects.get(name=name, subject_id=subject_id)
    with claim_job(job.pk).settle_held(reason):
        pass
    job.refresh_from_db()
    return job


def rows(client, page: str = PAGE) -> int:
    answer = client.get(page)
    assert answer.status_code == 200
    return answer.content.decode().count('class="field-job"')


def press(client, job: Job, act: str):
    return client.post(reverse("admin:job-act", args=[job.pk, act]), follow=True)


def count_of(person) -> int:
    inquiry = person.memberships.get().inquiry
    return next(
        pile.count for pile in other_work(person, inquiry) if pile.label == "Failed and late jobs"
    )


def a_letter_given_up(call, clerk, work) -> Letter:
    submission = a_submission(call, email="witness@example.org")
    work()
    decide(submission, Act.DECLINE, by=clerk)
    letter = Letter.objects.get(kind=Letter.Kind.DECLINED)
    mail.outbox.clear()
    release(letter, by=clerk)
    job = Job.objects.get(name="send_letter", subject_id=letter.pk)
    JOBS["send_letter"].give_up(
        letter, reason="No mail.", within=lambda: claim_job(job.pk).settle_held("No mail.")
    )
    letter.refresh_from_db()
    assert letter.state == Letter.State.FAILED
    return letter
