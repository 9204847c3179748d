"""The public page that says whether a file is unaltered, and nothing more."""

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from evidence.bundles.models import BundleFile
from evidence.custody.models import CustodyEntry
from evidence.custody.signing_keys import as_pem, name_of, public_keys
from evidence.lifecycle import Disclosure
from evidence.rate_limits import rules as limits
from tests.evidence.bundles.bundle_builders import a_bundle, content
from tests.factories import CallFactory, a_member, a_submission
from tests.shared_data import Parts, do_all, made_once, part

pytestmark = pytest.mark.django_db


def make() -> Parts:
    """A bundle that nobody but its readers may know of."""
    call = CallFactory(inquiry__prefix="QSECRT", inquiry__title="The secret inquiry")
    a_submission(call, name="Dr Hidden", disclosure=Disclosure.CONFIDENTIAL)
    do_all()
    clerk = a_member(call.inquiry)
    options = {"with_confidential": True, "with_names": True, "marking": "Top"}
    return {"bundle": a_bundle(call, clerk, do_all, **options)}


_world = made_once(make)
bundle = part("bundle")


def upload_fields(*contents: bytes, name: str = "file.pdf") -> dict[str, list[SimpleUploadedFile]]:
    return {"files": [SimpleUploadedFile(name, content) for content in contents]}


def words(answer) -> str:
    return " ".join(answer.content.decode().split())


# --- What is said --------------------------------------------------------------------------------


def test_verify_page_says_a_file_is_unaltered_and_when_it_was_made(client, bundle):
    for form in ("pdf", "zip", "json", "sig"):
        file = bundle.files.get(form=form)
        page = words(client.post("/verify/", upload_fields(content(file.sha256))))
        assert "file.pdf: not changed" in page
        assert bundle.fingerprint in page


def test_verify_page_says_nothing_else_of_a_known_file(client, bundle):
    page = words(client.post("/verify/", upload_fields(content(bundle.pdf_sha256))))

    submission = bundle.items.get().submission
    hidden = ["Hidden", "QSECRT", "secret inquiry", bundle.title, "Top", submission.receipt]
    hidden += [str(bundle.pk), bundle.requested_by.username]
    assert [word for word in hidden if word in page] == []


def test_all_unknown_files_get_the_same_answer(client, bundle):
    pdf = content(bundle.pdf_sha256)
    pages = {
        words(client.post("/verify/", upload_fields(unknown)))
        for unknown in (b"words", pdf[:-1], pdf + b"x", b"PK\x03\x04", b"")
    }
    assert len(pages) == 1
    assert "file.pdf: not recognised" in pages.pop()


def test_verify_answer_is_the_same_for_everybody(bundle):
    clerk = Client()
    clerk.force_login(bundle.requested_by)
    pages = [
        words(visitor.post("/verify/", upload_fields(content(bundle.pdf_sha256))))
        for visitor in (clerk, Client())
    ]
    assert pages[0] == pages[1]


def test_zip_of_another_server_is_reported_signed_and_by_which_key(client, bundle):
    BundleFile.objects.all().delete()

    page = words(client.post("/verify/", upload_fields(content(bundle.zip_sha256))))

    assert "file.pdf: signed by the committee's office" in page
    assert page.count(name_of(public_keys()[0])) == 2


def test_altered_file_is_named_and_its_name_escaped(client, bundle):
    BundleFile.objects.all().delete()
    whole = content(bundle.zip_sha256)
    name = next(file["name"] for file in json.loads(content(bundle.manifest_sha256))["files"])
    at = whole.index(name.encode()) + len(name) + 10
    altered = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]

    page = words(client.post("/verify/", upload_fields(altered, name="<script>.zip")))

    assert "&lt;script&gt;.zip: changed" in page
    assert f"<code>{name}</code>" in page


def test_digest_computed_by_the_browser_is_enough(client, bundle):
    data = {"sha256": [bundle.pdf_sha256, "0" * 64], "name": ["<b>mine", "other"]}
    page = words(client.post("/verify/", data))

    assert "&lt;b&gt;mine: not changed" in page
    assert "other: not recognised" in page


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"sha256": "no digest", "name": "x"},
        {"sha256": "0" * 64},
        {"files": "words"},
        {"sha256": "A" * 64, "name": "x"},
    ],
)
def test_verify_form_without_a_file_is_answered_with_a_message(client, data):
    answer = client.post("/verify/", data)
    assert answer.status_code == 422
    assert "Choose a file" in answer.content.decode()


# --- What it leaves behind -----------------------------------------------------------------------


def test_nothing_is_kept_of_a_file_or_its_sender(client, bundle, settings, tmp_path):
    # Where uploads would lie there is no room for any.
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "nowhere")
    entries = CustodyEntry.objects.count()

    answer = client.post("/verify/", upload_fields(content(bundle.pdf_sha256), b"x" * 3_000_000))

    assert answer.status_code == 200
    assert not answer.cookies
    assert answer["Cache-Control"] == "no-store, private"
    assert CustodyEntry.objects.count() == entries


# --- Limits --------------------------------------------------------------------------------------


def test_upload_over_the_limit_is_refused_before_it_is_read(client, settings):
    settings.LARGEST_CHECKED = 1024 * 1024

    class Unread(io.BytesIO):
        def read(self, *_: object) -> bytes:
            raise AssertionError("the body was read")

    answer = client.generic(
        "POST",
        "/verify/",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(3 * 1024 * 1024),
        **{"wsgi.input": Unread()},
    )

    assert answer.status_code == 413
    assert "larger than 1 MB in total" in answer.content.decode()


def test_malformed_form_is_no_server_error(client):
    for body in (b"", b"--x\r\n", b"nonsense"):
        answer = client.generic(
            "POST", "/verify/", body, content_type="multipart/form-data; boundary=x"
        )
        assert answer.status_code in {400, 422}


def test_client_over_the_rate_limit_waits_and_others_do_not(client):
    for _ in range(limits.VERIFY.most):
        assert client.post("/verify/", {"sha256": "0" * 64, "name": "x"}).status_code == 200

    refused = client.post("/verify/", {"sha256": "0" * 64, "name": "x"})
    assert refused.status_code == 429
    assert "Too many attempts." in refused.content.decode()
    other = {"sha256": "0" * 64, "name": "x"}
    assert client.post("/verify/", other, REMOTE_ADDR="192.0.2.9").status_code == 200


# --- Keys and language ---------------------------------------------------------------------------


def test_public_keys_can_be_downloaded_by_anybody(client):
    answer = client.get("/verify/keys.pem")

    assert answer.content == as_pem(public_keys())
    assert b"PRIVATE" not in answer.content
    assert answer["Content-Type"] == "application/x-pem-file"


def test_home_page_links_to_the_verify_page(client):
    assert reverse("verify") in client.get("/").content.decode()
