"""Jobs that failed, as the desk's tests make them and look at them."""

from django.core import mail
from django.urls import reverse

from evidence.admin.landing import desks_of
from evidence.decisions.decide import Act
from evidence.letters.models import Letter
from evidence.letters.write import release
from evidence.tasks.registry import JOBS
from evidence.work.claim import ask, claim
from evidence.work.models import Step
from tests.factories import a_piece, decide

PAGE = "/admin/jobs/"


def given_up(verb: str, subject_id, reason: str = "It failed.") -> Step:
    """The row of a job as it stands when it was tried for long enough."""
    ask(verb, subject_id)
    job = Step.objects.get(verb=verb, subject_id=subject_id)
    with claim(job.pk).settle_held(reason):
        pass
    job.refresh_from_db()
    return job


def rows(client, page: str = PAGE) -> int:
    answer = client.get(page)
    assert answer.status_code == 200
    return answer.content.decode().count('class="field-job"')


def press(client, job: Step, act: str):
    return client.post(reverse("admin:job-act", args=[job.pk, act]), follow=True)


def count_of(person) -> int:
    (desk,) = desks_of(person)
    return next(pile.count for pile in desk.piles if pile.what == "failed and late jobs")


def a_letter_given_up(call, clerk, work) -> Letter:
    piece = a_piece(call, email="witness@example.org")
    work()
    decide(piece, Act.DECLINE, by=clerk)
    letter = Letter.objects.get(sort=Letter.Sort.DECLINED)
    mail.outbox.clear()
    release(letter, by=clerk)
    job = Step.objects.get(verb="send_letter", subject_id=letter.pk)
    JOBS["send_letter"].give_up(
        letter, reason="No mail.", within=lambda: claim(job.pk).settle_held("No mail.")
    )
    letter.refresh_from_db()
    assert letter.state == Letter.State.FAILED
    return letter
