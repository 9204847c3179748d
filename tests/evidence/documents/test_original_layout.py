"""The original layout of a word-processing file is made when a clerk first asks to see it."""

import shutil

import pytest
from django.test import Client
from django.urls import reverse

from evidence.documents import libreoffice, original_layout
from evidence.documents.errors import UnreadableFileError
from evidence.documents.models import Rendition
from evidence.documents.original_layout import Layout, facsimile, layouts
from evidence.jobs.models import Job
from tests.factories import a_member, a_submission, docx

pytestmark = [pytest.mark.django_db, pytest.mark.office]
needs_office = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice is not installed"
)


@pytest.fixture
def submission(work):
    submission = a_submission(content=docx("Seen."), file_name="mine.docx")
    work()
    return submission


@pytest.fixture
def clerk(submission) -> Client:
    client = Client()
    client.force_login(a_member(submission.inquiry))
    return client


def address(submission) -> str:
    return reverse("submission-office", args=[submission.pk, 0])


def desk(client, submission) -> str:
    page = client.get(reverse("admin:evidence_submission_change", args=[submission.pk]))
    return page.content.decode()


@needs_office
def test_original_layout_is_made_on_request_and_the_page_says_so_meanwhile(submission, clerk, work):
    assert not Job.objects.filter(name="facsimile").exists()
    assert "Show original layout" in desk(clerk, submission)

    waiting = clerk.post(address(submission), follow=True)

    assert "is being made" in waiting.content.decode()
    assert "Original layout: being made" in desk(clerk, submission)
    work()
    made = clerk.get(address(submission))
    assert made["Content-Type"] == "application/pdf"
    assert b"".join(made.streaming_content).startswith(b"%PDF-")
    assert "Original layout (PDF)" in desk(clerk, submission)


@needs_office
def test_original_layout_is_made_once(submission, work):
    original_layout.request(submission)
    work()
    first = submission.renditions.get(form=Rendition.Form.OFFICE)

    original_layout.request(submission)
    facsimile(submission)

    again = submission.renditions.get(form=Rendition.Form.OFFICE)
    assert (again.sha256, again.made_at) == (first.sha256, first.made_at)
    assert Job.objects.get(name="facsimile").state == Job.State.DONE


def test_without_libreoffice_nothing_is_offered(submission, clerk, monkeypatch):
    monkeypatch.setattr(libreoffice, "_program", lambda: None)

    assert layouts(submission) == {0: Layout.NONE}
    assert "riginal layout" not in desk(clerk, submission)
    assert clerk.post(address(submission)).status_code == 404
    assert not Job.objects.filter(name="facsimile").exists()


def test_file_that_libreoffice_refuses_is_reported_and_not_tried_for_ever(
    submission, clerk, work, monkeypatch
):
    def refuse(*_given: object) -> bytes:
        raise UnreadableFileError("LibreOffice could not open the file.")

    monkeypatch.setattr(libreoffice, "_program", lambda: "soffice")
    monkeypatch.setattr(original_layout, "libreoffice_facsimile", refuse)
    clerk.post(address(submission))
    work()

    assert "could not make a PDF" in clerk.get(address(submission)).content.decode()
    assert "could not be made" in desk(clerk, submission)
