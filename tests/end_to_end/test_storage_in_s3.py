"""Evidence goes all the way, from the letter to the bundle, with both storage in S3."""

import io

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse

from evidence.bundles.models import Bundle
from evidence.bundles.requests import freeze
from evidence.bundles.specification import Specification
from evidence.lifecycle import Status
from tests.factories import CallFactory, a_member, a_submission, docx
from tests.s3_server import serving_s3, stores_in_a_bucket

pytestmark = pytest.mark.django_db


@pytest.fixture
def bucket(settings, monkeypatch):
    with (
        serving_s3() as endpoint,
        stores_in_a_bucket(settings, monkeypatch, endpoint, prefix="fia") as made,
    ):
        yield made


def test_submission_goes_from_upload_to_bundle_in_s3(bucket, work):
    call = CallFactory()
    clerk = a_member(call.inquiry)
    sent = docx("They came to the house of my parents.")
    submission = a_submission(call, content=sent, file_name="mine.docx")
    assert bucket.names() == [key for key in bucket.names() if key.startswith("fia/quarantine/")]

    work()
    submission.refresh_from_db()
    assert submission.status == Status.PREPARED
    bundle = freeze(call.inquiry, Specification(title="Pack"), by=clerk)
    work()
    bundle.refresh_from_db()
    assert bundle.state == Bundle.State.READY, bundle.reason

    client = Client()
    client.force_login(clerk)
    page = client.get(reverse("submission", args=[submission.pk]))
    assert "They came to the house of my parents." in page.content.decode()
    original = client.get(reverse("submission-original", args=[submission.pk, 0]))
    assert original.getvalue() == sent

    address = reverse("bundle-file", args=[bundle.pk, "pdf"])
    whole = client.get(address)
    assert whole["Content-Length"] == str(bundle.pdf_size)
    content = whole.getvalue()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert len(pdf.pages) == bundle.pages
    part = client.get(address, headers={"Range": "bytes=100-299"})
    assert part.status_code == 206
    assert part["Content-Range"] == f"bytes 100-299/{len(content)}"
    assert part.getvalue() == content[100:300]


def test_identical_documents_of_two_witnesses_are_stored_once(bucket, work):
    sent = docx("Words.")
    first = a_submission(content=sent, file_name="mine.docx")
    a_submission(first.call, content=sent, file_name="ours.docx", name="Dr B. Name")
    work()

    digest = first.attachments.get().sha256
    assert [key.split("/")[1] for key in bucket.names() if key.endswith(digest)] == [
        "archive",
        "quarantine",
    ]
