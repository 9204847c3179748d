"""Preparing PDFs that break the rules: they go on, and findings say what a clerk should compare."""

import pytest

from evidence.documents.models import Rendition
from evidence.files.storage import archive
from evidence.jobs.models import Job
from evidence.lifecycle import Status
from tests.evidence.pdf import damaged_pdfs as damaged
from tests.factories import a_submission

pytestmark = pytest.mark.django_db


def prepared(work, content: bytes):
    submission = a_submission(content=content, file_name="a.pdf")
    work()
    submission.refresh_from_db()
    return submission


def text_of(submission) -> str:
    rendition = submission.renditions.get(form=Rendition.Form.TEXT)
    with archive().read(rendition.sha256) as stream:
        return stream.read().decode()


def test_one_damaged_page_does_not_hold_a_submission(work):
    submission = prepared(work, damaged.damaged_page())

    assert submission.status == Status.PREPARED
    (finding,) = submission.findings.filter(code="page-as-picture")
    assert (finding.severity, finding.finding.location.number) == ("warn", 2)
    assert [page.strip() for page in text_of(submission).split("\f")] == [
        "first page",
        "kept words",
        "third page",
    ]
    assert submission.renditions.filter(form=Rendition.Form.FRAGMENT).exists()


@pytest.mark.parametrize("how", damaged.TRAILERS)
def test_trailer_that_breaks_the_rules_does_not_hold_a_submission(how, work):
    plain = damaged.plain("first page", "second page")
    submission = prepared(work, damaged.TRAILERS[how](plain))

    assert submission.status == Status.PREPARED
    assert not Job.objects.exclude(state=Job.State.DONE).filter(subject_id=submission.pk).exists()


def test_file_that_only_one_reader_opens_is_shown_as_pictures(work):
    submission = prepared(work, damaged.that_only_pdfium_opens())

    assert submission.status == Status.PREPARED
    assert submission.findings.filter(code="pages-as-pictures").count() == 1
    assert "second page" in text_of(submission)


def test_file_without_a_readable_page_is_held_after_one_try(work):
    submission = prepared(work, damaged.with_page_tree("Kids", lambda _pdf: 3))

    assert submission.status == Status.HELD
    job = Job.objects.get(name="examine", subject_id=submission.pk)
    assert (job.state, job.attempts) == (Job.State.DONE, 1)


def test_pdf_that_locks_only_its_attachments_is_received_and_prepared(work):
    submission = prepared(work, damaged.with_locked_attachment())

    assert submission.status == Status.PREPARED
    assert text_of(submission).strip() == "words for all"
