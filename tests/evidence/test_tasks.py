"""Each job can run twice or fail repeatedly without changing the result."""

import datetime
import io
import itertools
import uuid
from collections.abc import Callable

import pytest
from django.core import mail
from django.core.serializers import serialize
from django.utils import timezone

from evidence.batches import uploads
from evidence.batches.add import Details, request
from evidence.batches.models import BatchFile
from evidence.bundles.archive_transfer.jobs import ask_for
from evidence.bundles.archive_transfer.models import ArchiveBag
from evidence.bundles.models import Bundle, BundleItem, NumberedCopy
from evidence.bundles.numbered_copies import Recipient, issue_copies
from evidence.bundles.requests import freeze
from evidence.bundles.schedules.models import Schedule
from evidence.bundles.schedules.run import make_by_itself
from evidence.bundles.spec.saved import keep
from evidence.bundles.specification import Specification
from evidence.committee_papers.models import CommitteePaper
from evidence.committee_papers.prepare import PaperDetails, add_paper
from evidence.custody.models import CustodyEntry
from evidence.custody.verify import verify
from evidence.decisions.models import Act
from evidence.documents import original_layout
from evidence.documents.models import Rendition, SubmissionText
from evidence.drafts import access as opening
from evidence.drafts import clean_copy, file_checks, files, return_codes, save_answers
from evidence.drafts.email_confirmation import ask_for_code
from evidence.drafts.models import Draft, DraftFile
from evidence.intake.models import SubmissionFinding
from evidence.jobs.models import Job
from evidence.jobs.queue import ask
from evidence.letters.models import Letter
from evidence.letters.outbox import release
from evidence.lifecycle import Status
from evidence.submissions.models import Attachment, Move, Submission
from evidence.tagging.models import InstitutionTag
from evidence.tasks.registry import JOBS, TIDY
from evidence.tasks.run import run_job
from tests.factories import InstitutionFactory, a_member, a_submission, decide, docx
from tests.jobs import breaks, replace_job, without_pauses
from tests.shared_data import Parts, do_all, made_once, part

pytestmark = pytest.mark.django_db
WRITTEN = (
    *(Submission, Attachment, Move, CustodyEntry, SubmissionFinding, Rendition, SubmissionText),
    *(
        BatchFile,
        InstitutionTag,
        Letter,
        Bundle,
        BundleItem,
        ArchiveBag,
        NumberedCopy,
        Draft,
        DraftFile,
        CommitteePaper,
    ),
)
NOT_COMPARED = {"id", "made_at", "found_at", "tagged_at", "ready_at"}


_office = itertools.count()


def fake_libreoffice(*_given: object) -> bytes:
    """LibreOffice, without its seconds: no two of its files are the same, like the real one's."""
    return b"%%PDF %d" % next(_office)


@pytest.fixture(autouse=True)
def office(monkeypatch):
    monkeypatch.setattr(original_layout, "libreoffice_facsimile", fake_libreoffice)


def make() -> Parts:
    """A submission that has been through every job there is, and a letter and a bundle of it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(original_layout, "libreoffice_facsimile", fake_libreoffice)
        return {"everything": a_world_of_jobs()}


_world = made_once(make)
everything = part("everything")


def a_world_of_jobs(do_all: Callable[[], int] = do_all) -> Submission:
    InstitutionFactory(name="University of York")
    submission = a_submission(
        content=docx(
            "The University of York. [gone]{.deletion author=A date=2026-01-01T00:00:00Z}"
        ),
        file_name="a.docx",
        email="witness@example.org",
    )
    do_all()
    clerk = a_member(submission.inquiry)
    other = a_submission(submission.call, email="other@example.org")
    do_all()
    decide(other, Act.DECLINE, by=clerk)
    release(Letter.objects.get(kind=Letter.Kind.DECLINED), by=clerk)
    decide(submission, Act.ACCEPT, by=clerk)
    do_all()
    bundle = freeze(submission.inquiry, Specification(title="Pack"), by=clerk)
    ask_for(submission.inquiry, by=clerk)
    do_all()
    issue_copies(bundle, [Recipient("A member")], by=clerk)
    details = PaperDetails(CommitteePaper.Kind.BRIEF, "A brief")
    brief = io.BytesIO(b"What to ask.")
    paper = add_paper(submission.inquiry, brief, details, name="brief.txt", by=clerk)
    in_a_batch(submission.call, clerk)
    ask("facsimile", submission.pk)
    ask("read_scans", submission.pk)
    ask("renew", submission.pk)
    ask("renew_paper", paper.pk)
    ask("clear_bundle", Bundle.objects.first().pk)
    by_the_clock(submission.inquiry, clerk)
    draft_to_remind(submission.call)
    ask("index_missing", TIDY)
    ask("tidy", TIDY)
    do_all()
    assert not Job.objects.unsettled().exists()
    return submission


def in_a_batch(call, clerk) -> None:
    batch = uploads.start(call, key=uuid.uuid4(), by=clerk)
    file = uploads.put(batch, io.BytesIO(b"Words by email."), name="words.txt", by=clerk)
    details = Details(
        kind="individual",
        name="Dr B. Name",
        organisation="",
        disclosure="open",
        channel="email",
        email="batch@example.org",
        received_at=timezone.now().isoformat(),
    )
    request([(file, details)], by=clerk)


def by_the_clock(inquiry, clerk) -> None:
    kept = keep(inquiry, Specification(title="Each day"), "Each day", shared=False, by=clerk)
    schedule = make_by_itself(kept, at=datetime.time(18), by=clerk)
    Schedule.objects.update(next_at=timezone.now())
    ask("by_clock", schedule.pk)


def draft_to_remind(call) -> None:
    """A draft with files, of which one is to get a clean copy, and an address, to be reminded of
    now; a way back was asked for. Another, whose address waits to be confirmed."""
    draft, _code = opening.start(call, language="en-gb")
    save_answers.keep(draft, "contact", {"email": "begun@example.org", "may_email": "yes"})
    files.add(draft, io.BytesIO(b"Words."), name="a.txt")
    document = files.add(draft, io.BytesIO(docx("Words.")), name="b.docx")
    file_checks.look(document)
    clean_copy.request(document)
    soon = timezone.now() + datetime.timedelta(days=1)
    type(call).objects.filter(pk=call.pk).update(closes_at=soon)
    ask("remind", draft.pk)
    ask("expire", draft.pk)
    confirmed = return_codes.email_digest("begun@example.org")
    Draft.objects.filter(pk=draft.pk).update(confirmed_digest=confirmed)
    opening.ask_for_link("begun@example.org", language="en-gb", address="127.0.0.1")
    # Of another form with that address, which is not confirmed yet.
    other, _code = opening.start(call, language="en-gb")
    save_answers.keep(other, "contact", {"email": "begun@example.org", "may_email": "yes"})
    ask_for_code(other, language="en-gb", address="127.0.0.1")
    Job.objects.filter(name="remind", subject_id=other.pk).delete()
    Draft.objects.filter(pk=other.pk).update(reminder_wanted=False)


def rows() -> dict[str, list[str]]:
    """All that is written down, but for keys and moments of what is made anew."""
    contents = {}
    for model in WRITTEN:
        fields = [f.name for f in model._meta.concrete_fields if f.name not in NOT_COMPARED]
        order = ["pk"] if model is not SubmissionFinding else ["code", "position"]
        queryset = model._default_manager.order_by(*order)
        contents[model.__name__] = [str(row) for row in queryset.values_list(*fields)]
    return contents


def test_every_job_ever_asked_for_has_a_task(everything):
    assert set(Job.objects.values_list("name", flat=True)) == set(JOBS)


def test_each_job_run_twice_equals_running_it_once(everything, work):
    before, sent = rows(), len(mail.outbox)
    for name in sorted(JOBS):
        Job.objects.filter(name=name).update(state=Job.State.WAITING, due_at=timezone.now())

        work()

        assert rows() == before, name
        assert len(mail.outbox) == sent, name
        assert not Job.objects.unsettled().exists(), name
        assert verify().whole, name


def test_late_broker_message_changes_nothing(everything):
    before = rows()
    jobs = serialize("json", Job.objects.order_by("pk"))
    for name in sorted(JOBS):
        for job in Job.objects.filter(name=name):
            run_job(job.pk)
        run_job(10**6)

        assert rows() == before, name
    assert serialize("json", Job.objects.order_by("pk")) == jobs


@pytest.mark.parametrize("name", ["suggest", "facsimile", "render"])
def test_failing_optional_job_is_held_and_the_submission_continues(
    name, everything, monkeypatch, work
):
    replace_job(monkeypatch, name, breaks)
    without_pauses(monkeypatch)
    job = Job.objects.filter(name=name).first()
    ask(name, job.subject_id)
    work()

    job.refresh_from_db()
    assert job.state == Job.State.HELD
    assert "3 times" in job.reason
    assert "MemoryError" in job.reason
    assert not Submission.objects.filter(status=Status.HELD).exists()


def test_bundle_that_cannot_be_built_says_so_and_can_be_requested_again(
    everything, monkeypatch, work
):
    real = JOBS["build_bundle"].run
    replace_job(monkeypatch, "build_bundle", breaks)
    without_pauses(monkeypatch)
    bundle = freeze(
        everything.inquiry, Specification(title="Other"), by=a_member(everything.inquiry)
    )
    work()
    bundle.refresh_from_db()
    assert bundle.state == Bundle.State.FAILED
    assert "MemoryError" in bundle.reason

    replace_job(monkeypatch, "build_bundle", real)
    ask("build_bundle", bundle.pk)
    work()
    bundle.refresh_from_db()
    assert bundle.state == Bundle.State.READY
