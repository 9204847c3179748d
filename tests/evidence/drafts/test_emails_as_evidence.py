"""An email is one file of a form, and each of its attachments another."""

from email.message import EmailMessage

import pytest
from django.urls import reverse

from evidence.drafts import files as draft_files
from evidence.drafts.file_checks import look
from evidence.drafts.models import DraftFile
from evidence.submissions.models import Submission
from tests.evidence.admin.admin_client import signed_in
from tests.evidence.admin.test_submission_list import letter_of
from tests.evidence.drafts.witness import begin, file, ready
from tests.factories import CallFactory, a_member, docx

pytestmark = pytest.mark.django_db


def email(*attachments: tuple[str, bytes], words: str = "Words of evidence.") -> bytes:
    message = EmailMessage()
    message["From"] = "Zhang Weiming <zhang@b.example>"
    message["Subject"] = "Evidence"
    message["MIME-Version"] = "1.0"
    message.set_content(words)
    for name, content in attachments:
        message.add_attachment(content, "application", "octet-stream", filename=name)
    return message.as_bytes()


def names(form) -> list[str]:
    return [row.name for row in form.draft.files.all()]


def test_attachments_of_an_email_become_files_of_the_form(work):
    form = begin(CallFactory())
    inner = email(("deep.txt", b"Deep words."), words="Inner words.")
    form.upload(
        file(
            email(("annex.docx", docx()), ("inner.eml", inner), ("date.ics", b"BEGIN:\0")), "a.eml"
        )
    )
    work()

    assert names(form) == ["a.eml", "annex.docx", "inner.eml", "deep.txt"]
    states = {row.name: row.state for row in form.draft.files.all()}
    assert set(states.values()) == {DraftFile.State.READ}
    page = form.words("form-files")
    assert page.count("We cannot take “date.ics” from this email") == 1
    assert page.count("We cannot take") == 1


def test_names_in_the_headers_are_listed_with_what_to_do_about_them(work):
    form = begin(CallFactory())
    form.upload(file(email(), "a.eml"))
    work()
    page = form.words("form-warnings")
    assert "Zhang Weiming" in page
    assert "Copy the text of the email into a new document" in page
    assert "In Word: File" not in page


def test_reading_an_email_again_adds_nothing_twice(work):
    form = begin(CallFactory())
    form.upload(file(email(("annex.docx", docx())), "a.eml"))
    work()
    look(form.draft.files.first())
    assert names(form) == ["a.eml", "annex.docx"]


def test_attachment_that_was_removed_does_not_come_back_when_the_email_is_read_again(work):
    form = begin(CallFactory())
    form.upload(file(email(("annex.docx", docx()), ("date.ics", b"BEGIN:\0")), "a.eml"))
    work()
    draft_files.remove(form.draft.files.get(position=1))
    look(form.draft.files.first())
    assert names(form) == ["a.eml"]
    assert "We cannot take “date.ics” from this email" in form.words("form-files")


def with_an_email():
    form = ready(CallFactory())
    draft_files.remove(form.draft.files.get())
    form.upload(file(email(("annex.docx", docx())), "a.eml"))
    return form


def test_attachment_that_the_witness_removed_is_not_sent(work):
    form = with_an_email()
    work()
    draft_files.remove(form.draft.files.get(position=1))
    form.send()
    assert [a.name for a in Submission.objects.get().attachments.all()] == ["a.eml"]


def test_email_is_not_sent_before_its_attachments_are_taken_out():
    form = with_an_email()
    page = form.send().content.decode()
    assert "Send again in a minute" in page
    assert not Submission.objects.exists()


def test_letters_that_staff_add_bring_their_attachments(work):
    call = CallFactory()
    content = email(("annex.docx", docx()), ("date.ics", b"BEGIN:\0"))
    page = signed_in(a_member(call.inquiry)).post(
        reverse("admin:evidence_submission_add"),
        letter_of(call, document=file(content, "letter.eml")),
        follow=True,
    )

    submission = Submission.objects.get()
    assert [a.name for a in submission.attachments.all()] == ["letter.eml", "annex.docx"]
    assert "“date.ics” in “letter.eml” was not taken" in page.content.decode()
    work()
    submission.refresh_from_db()
    assert submission.status == "prepared"
    assert "Words of evidence." in submission.submission_text.text
