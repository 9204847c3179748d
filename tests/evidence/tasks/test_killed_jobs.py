"""Each kind of job is killed at the worst moments, and leaves no trace of it."""

from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager

import pytest
from django.core import mail
from django.utils import timezone

from evidence.bundles.archive_transfer.models import ArchiveBag
from evidence.bundles.models import Bundle, NumberedCopy
from evidence.committee_papers.models import CommitteePaper
from evidence.custody.models import CustodyEntry
from evidence.custody.verify import verify
from evidence.documents import original_layout
from evidence.drafts.models import DraftFile
from evidence.jobs.fair_scheduling import long_jobs
from evidence.jobs.models import Job
from evidence.jobs.queue import Claim
from evidence.letters.models import Letter
from evidence.submissions.models import Move, Submission
from evidence.tasks.registry import JOBS
from evidence.tasks.run import run_job
from tests.evidence.test_tasks import a_world_of_jobs, fake_libreoffice, rows
from tests.jobs import lease_runs_out
from tests.process_kill import die, killed_in

pytestmark = pytest.mark.django_db(transaction=True)


def kill_before_settling() -> None:
    """All work is done, files are written, letters are with the post, and nothing says so."""
    Claim.settle = die


def kill_while_settling() -> None:
    """What it came to is written, and not committed."""
    settle = Claim.settle

    @contextmanager
    def settle_and_die(claim: Claim):
        with settle(claim):
            yield
            die()

    Claim.settle = settle_and_die


class KillsEachOnce:
    """Does all that is due, as `do_all`; the first job of each kind is killed at its first try."""

    def __init__(self, moment: Callable[[], None]) -> None:
        self.moment = moment
        self.killed: set[str] = set()

    def __call__(self) -> int:
        count = 0
        while job := next_job():
            count += 1
            if job.name in self.killed:
                run_job(job.pk)
                continue
            self.killed.add(job.name)

            def doomed(job_id: int = job.pk) -> None:
                self.moment()
                run_job(job_id)

            killed_in(doomed)
            lease_runs_out()
        return count


def next_job() -> Job | None:
    """As `evidence.tasks.run.work_one` chooses it."""
    now = timezone.now()
    due = Job.objects.due(now)
    return due.short(now).first() or long_jobs().next() or due.idle().first()


@pytest.mark.parametrize(
    "moment", [kill_before_settling, pytest.param(kill_while_settling, marks=pytest.mark.campaign)]
)
def test_kill_in_each_kind_of_job_loses_and_duplicates_nothing(moment, monkeypatch, work):
    monkeypatch.setattr(original_layout, "libreoffice_facsimile", fake_libreoffice)
    kills = KillsEachOnce(moment)

    a_world_of_jobs(kills)

    assert kills.killed == set(JOBS)
    assert set(Job.objects.live().values_list("name", flat=True)) <= {
        *("expire", "remind", "by_clock", "tidy")
    }
    assert not Job.objects.filter(state=Job.State.HELD).exists()
    assert not Job.objects.unsettled().exists()
    assert sorted(Submission.objects.values_list("status", flat=True)) == [
        *("accepted", "declined", "prepared")
    ]
    moves = Counter(Move.objects.values_list("submission", "before", "after"))
    assert set(moves.values()) == {1}
    assert (
        CustodyEntry.objects.filter(act="moved").count() == Move.objects.exclude(before="").count()
    )
    assert set(Letter.objects.values_list("state", flat=True)) == {"sent"}
    assert CustodyEntry.objects.filter(act="letter sent").count() == Letter.objects.count() == 4
    # What the killed worker posted went with its memory; what is here was sent by who came after.
    assert max(Counter(str(letter.extra_headers) for letter in mail.outbox).values()) == 1
    assert set(Bundle.objects.values_list("state", flat=True)) == {"ready"}
    assert NumberedCopy.objects.get().state == NumberedCopy.State.READY
    assert ArchiveBag.objects.get().state == ArchiveBag.State.READY
    assert CommitteePaper.objects.get().state == CommitteePaper.State.READY
    assert DraftFile.objects.get(kind="txt").state == DraftFile.State.READ
    assert verify().whole

    before, sent = rows(), len(mail.outbox)
    Job.objects.update(state=Job.State.WAITING, due_at=timezone.now(), attempts=0)
    work()
    assert rows() == before
    assert len(mail.outbox) == sent
