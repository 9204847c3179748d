"""Examining a received submission: what passes, what is held, what a clerk can clear."""

import pytest

from evidence.errors import NotPermittedError, NotReadyError
from evidence.files.clamav import ScanResult
from evidence.intake import examine as examining
from evidence.intake.examine import release, try_again
from evidence.jobs.models import Job
from evidence.lifecycle import Status
from evidence.submissions.models import Attachment
from evidence.tasks.run import run_job
from inquiry.people.roles import Role
from tests.factories import a_member, a_submission, docx
from tests.jobs import without_pauses

pytestmark = pytest.mark.django_db
HIDDEN = b"<!doctype html><html><body><p>Words.</p><p style='display:none'>secret</p></body></html>"


@pytest.fixture
def scanner(settings, monkeypatch):
    """A scanner that says what the test wants; the real one has tests of its own."""
    settings.CLAMD_URL = "tcp://127.0.0.1:1"
    result = {"kind": "clean", "name": ""}
    monkeypatch.setattr(
        examining, "scan", lambda _stream, **_where: ScanResult(result["kind"], result["name"])
    )
    without_pauses(monkeypatch)
    return result


def examined(work, **kinds):
    submission = a_submission(**kinds)
    work()
    submission.refresh_from_db()
    return submission


def test_sound_file_passes_and_is_archived(work, scanner):
    submission = examined(work)

    attachment = submission.attachments.get()
    assert submission.status == Status.PREPARED
    assert attachment.scan == Attachment.Scan.CLEAN
    assert attachment.archived


def test_file_is_reported_unscanned_without_a_scanner(work):
    assert examined(work).attachments.get().scan == Attachment.Scan.NOT_SCANNED


def test_infected_file_is_held_and_never_cleared(work, scanner):
    scanner.update(kind="infected", name="Eicar")
    submission = examined(work)
    clerk = a_member(submission.inquiry)

    assert submission.status == Status.HELD
    assert submission.findings.holding().get().message == "A virus was found: Eicar."
    assert not submission.attachments.get().archived
    with pytest.raises(NotReadyError, match="virus"):
        release(submission, by=clerk, note="looks fine")


@pytest.mark.parametrize("kind", ["unreachable", "too-large"])
def test_unscanned_file_never_passes(kind, work, scanner):
    scanner.update(kind=kind)
    submission = examined(work)

    assert submission.status == Status.HELD
    with pytest.raises(NotReadyError):
        release(submission, by=a_member(submission.inquiry), note="looks fine")

    scanner.update(kind="clean")
    try_again(submission, by=a_member(submission.inquiry))
    work()
    submission.refresh_from_db()
    assert submission.status == Status.PREPARED


def test_submission_waits_while_the_scanner_is_down(scanner):
    scanner.update(kind="unreachable")
    submission = a_submission()
    job = Job.objects.get(name="examine")

    run_job(job.pk)

    submission.refresh_from_db()
    job.refresh_from_db()
    assert (submission.status, job.state) == (Status.RECEIVED, Job.State.WAITING)
    assert job.reason == "The virus scanner cannot be reached."


def test_same_file_in_another_submission_is_flagged_and_not_refused(work):
    first = examined(work, text="The very same words.")
    second = a_submission(first.call, text="The very same words.")
    work()
    second.refresh_from_db()

    assert second.status == Status.PREPARED
    finding = second.findings.get(code="duplicate")
    assert finding.about == first


def test_hidden_text_holds_a_submission_until_a_clerk_clears_it(work):
    submission = examined(work, content=HIDDEN, file_name="page.html")
    clerk = a_member(submission.inquiry)
    assert submission.status == Status.HELD
    assert "secret" in submission.findings.holding().get(code="hidden-text").words

    with pytest.raises(NotReadyError, match="Enter the reason"):
        release(submission, by=clerk, note=" ")
    with pytest.raises(NotPermittedError):
        release(submission, by=a_member(submission.inquiry, Role.OPERATIONS), note="fine")
    release(submission, by=clerk, note="It is a left-over of a draft.")
    work()

    submission.refresh_from_db()
    assert submission.status == Status.PREPARED
    assert "secret" not in submission.submission_text.text


def test_content_left_out_of_a_word_file_is_listed_once_with_its_words(work):
    submission = examined(
        work,
        content=docx('Kept [gone]{.deletion author="A" date="2026-01-01T00:00:00Z"} here.'),
        file_name="tracked.docx",
    )

    codes = [finding.code for finding in submission.findings.all()]
    assert "deletion-dropped" in codes
    assert "tracked-changes" not in codes
