"""A witness sends a clean copy, and the file itself never reaches the committee."""

import io
import zipfile
from dataclasses import replace

import pikepdf
import pytest
from django.db import transaction
from PIL import Image

from evidence.custody.models import CustodyEntry
from evidence.documents.errors import NotWrittenError
from evidence.drafts import clean_copy
from evidence.drafts.models import DraftFile
from evidence.files import draft_storage
from evidence.files.storage import quarantine
from evidence.rate_limits import rules as limits
from evidence.submissions.models import Submission
from evidence.tasks.failed_jobs import listed, retry
from evidence.tasks.registry import JOBS
from tests.evidence.admin.failed_job_client import given_up_job
from tests.evidence.documents.document_builders import photograph
from tests.evidence.drafts.test_preview_of_pdf import a_pdf
from tests.evidence.drafts.witness import AtTheForm, begin, file
from tests.factories import CallFactory, a_member, docx

pytestmark = pytest.mark.django_db
AUTHOR = "Nadia Tursun"


CORE = (
    '<cp:coreProperties xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:cp="http://'
    'schemas.openxmlformats.org/package/2006/metadata/core-properties">'
    f"<dc:creator>{AUTHOR}</dc:creator></cp:coreProperties>"
)


def with_author(words: str = "Words of evidence.") -> bytes:
    """A Word file whose properties name its author."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx(words))) as plain, zipfile.ZipFile(out, "w") as archive:
        parts = {name: plain.read(name) for name in plain.namelist()}
        for name, part in (parts | {"docProps/core.xml": CORE.encode()}).items():
            archive.writestr(name, part)
    return out.getvalue()


def uploaded(work, content: bytes, name: str) -> AtTheForm:
    form = begin(CallFactory())
    form.fill_in()
    form.upload(file(content, name))
    work()
    return form


def the_file(form: AtTheForm) -> DraftFile:
    return form.draft.files.get()


def everything_in(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


def test_the_copy_is_made_looked_at_and_sent_and_the_file_is_deleted(
    work, django_capture_on_commit_callbacks
):
    form = uploaded(work, with_author(), "Tursun final.docx")
    original = the_file(form)
    assert "Make a clean copy for me" in form.words("form-warnings")
    offer = form.words("form-clean-copy", original.pk)
    assert AUTHOR in offer.partition("What the clean copy leaves out")[2]

    assert form.post("form-clean-copy", original.pk).status_code == 302
    assert "We are making your clean copy." in form.words("form-clean-copy", original.pk)
    work()
    assert "Your clean copy is ready. It is called document-1.docx." in form.words(
        "form-clean-copy", original.pk
    )
    answer = form.get("form-clean-copy-file", original.pk)
    assert answer["Content-Disposition"] == 'attachment; filename="document-1.docx"'
    assert b"Words of evidence." in everything_in(answer.content)
    assert AUTHOR.encode() not in everything_in(answer.content)
    assert the_file(form) == original

    with django_capture_on_commit_callbacks(execute=True):
        used = form.post("form-clean-copy", original.pk, use="yes")
    assert used["Location"] == form.address("form-warnings")
    work()
    copy = the_file(form)
    assert (copy.name, copy.is_clean_copy) == ("document-1.docx", True)
    assert not draft_storage.has(original.original)
    assert AUTHOR not in form.words("form-warnings")
    assert "Clean copy" in form.words("form-files")

    form.send()
    submission = Submission.objects.get()
    attachment = submission.attachments.get()
    assert (attachment.name, attachment.is_clean_copy) == ("document-1.docx", True)
    with quarantine().read(attachment.sha256) as stored:
        assert AUTHOR.encode() not in everything_in(stored.read())
    entry = CustodyEntry.objects.get(act="received")
    assert entry.detail["clean_copies"] == [attachment.sha256]


def test_a_clerk_reads_that_the_file_is_a_clean_copy(work, client):
    form = uploaded(work, with_author(), "a.docx")
    clean_copy.request(the_file(form))
    work()
    clean_copy.use(the_file(form))
    form.send()
    submission = Submission.objects.get()
    client.force_login(a_member(submission.inquiry))
    page = client.get(f"/admin/evidence/submission/{submission.pk}/change/").content.decode()
    assert "Clean copy made by this service. The witness kept the original file." in page


@pytest.mark.parametrize("file_format", ["JPEG", "WEBP"])
def test_a_picture_is_made_again_from_its_pixels(work, file_format):
    form = uploaded(work, photograph(file_format=file_format), "IMG_2031.jpg")
    clean_copy.request(the_file(form))
    work()
    content = clean_copy.content_of(the_file(form))
    with Image.open(io.BytesIO(content)) as picture:
        assert (picture.size, dict(picture.getexif())) == ((40, 30), {})
        assert picture.format == "JPEG"
    assert clean_copy.name_of_copy(the_file(form)) == "picture-1.jpg"


def test_a_pdf_keeps_its_pages_and_loses_its_properties(work):
    with pikepdf.open(io.BytesIO(a_pdf("Words"))) as pdf:
        pdf.docinfo["/Author"] = AUTHOR
        changed = io.BytesIO()
        pdf.save(changed)
    form = uploaded(work, changed.getvalue(), "a.pdf")
    clean_copy.request(the_file(form))
    work()
    with pikepdf.open(io.BytesIO(clean_copy.content_of(the_file(form)))) as pdf:
        assert "/Author" not in pdf.docinfo
        assert len(pdf.pages) == the_file(form).pages


def test_plain_text_and_a_clean_copy_itself_need_no_copy(work):
    form = uploaded(work, b"Words of evidence.", "a.txt")
    assert not clean_copy.can_be_made(the_file(form))
    assert form.post("form-clean-copy", the_file(form).pk).status_code == 422


def test_a_copy_that_is_not_there_cannot_be_used_or_opened(work):
    form = uploaded(work, with_author(), "a.docx")
    assert form.post("form-clean-copy", the_file(form).pk, use="yes").status_code == 422
    assert form.get("form-clean-copy-file", the_file(form).pk).status_code == 404
    assert the_file(form).name == "a.docx"


def test_a_copy_with_other_words_is_refused_and_the_file_stays(work, monkeypatch):
    form = uploaded(work, with_author(), "a.docx")
    monkeypatch.setattr(clean_copy, "to_docx", lambda *_: docx("Other words."))
    clean_copy.request(the_file(form))
    work()
    assert the_file(form).clean_copy == "failed"
    assert "We could not make a clean copy" in form.words("form-clean-copy", the_file(form).pk)

    monkeypatch.undo()
    form.post("form-clean-copy", the_file(form).pk)
    work()
    assert the_file(form).clean_copy == "ready"


def test_a_copy_that_cannot_be_written_leaves_a_state_the_witness_sees(work, monkeypatch):
    def fails(*_):
        raise NotWrittenError("no")

    form = uploaded(work, with_author(), "a.docx")
    monkeypatch.setattr(clean_copy, "to_docx", fails)
    clean_copy.request(the_file(form))
    work()
    assert "Try again" in form.words("form-clean-copy", the_file(form).pk)


def test_a_job_that_was_given_up_is_listed_and_retried(work):
    form = uploaded(work, with_author(), "a.docx")
    clean_copy.request(the_file(form))
    given_up_job("clean_copy", the_file(form).pk)
    JOBS["clean_copy"].give_up(the_file(form), reason="", within=transaction.atomic)
    assert "Try again" in form.words("form-clean-copy", the_file(form).pk)

    (failed,) = listed(a_member(form.call.inquiry))
    assert failed.title == "Making a clean copy of a file for its witness"
    retry(failed, by=a_member(form.call.inquiry))
    work()
    assert the_file(form).clean_copy == "ready"
    assert listed(a_member(form.call.inquiry)) == []


def test_a_file_removed_meanwhile_leaves_nothing_behind(work):
    form = uploaded(work, with_author(), "a.docx")
    clean_copy.request(the_file(form))
    stale = the_file(form)
    DraftFile.objects.all().delete()
    clean_copy.make(stale)
    assert not draft_storage.has(f"{stale.folder}/clean")


def test_requesting_twice_makes_one_copy(work):
    form = uploaded(work, with_author(), "a.docx")
    for _ in range(2):
        form.post("form-clean-copy", the_file(form).pk)
    work()
    first = clean_copy.content_of(the_file(form))
    form.post("form-clean-copy", the_file(form).pk)
    work()
    assert clean_copy.content_of(the_file(form)) == first


def test_requests_for_copies_count_as_uploads(work, monkeypatch):
    form = uploaded(work, with_author(), "a.docx")
    monkeypatch.setattr(limits, "UPLOAD", replace(limits.UPLOAD, most=1))
    answer = form.post("form-clean-copy", the_file(form).pk)
    assert answer.status_code == 422
    assert "Too many attempts" in answer.content.decode()
    assert the_file(form).clean_copy == ""


def test_a_file_is_removed_only_after_a_question(work):
    form = uploaded(work, b"Words.", "a.txt")
    assert "Remove this file?" in form.words("form-file-remove", the_file(form).pk)
    assert the_file(form).name == "a.txt"
    form.post("form-file-remove", the_file(form).pk)
    assert not form.draft.files.exists()
