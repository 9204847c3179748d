"""Makes inquiries with very many submissions, to test lists and bundles."""

import datetime
import uuid

from django.urls import reverse

from evidence.bundles.spec.selection import plan
from evidence.bundles.specification import Grouping, Order, Specification
from evidence.documents.models import Rendition, SubmissionText
from evidence.lifecycle import Status
from evidence.submissions.models import Attachment, Submission, SubmissionWitness
from evidence.witnesses.models import Witness
from inquiry.calls.models import Call, Question
from inquiry.people.models import User
from tests.evidence.admin.admin_client import signed_in
from tests.factories import CallFactory, a_member, a_submission
from tests.shared_data import Parts, do_all


def many(count: int) -> Parts:
    """An inquiry with as many submissions. They are written at one stroke; all of them name the
    files of one that was really prepared."""
    call = CallFactory(inquiry__prefix="FIA")
    first = a_submission(call)
    do_all()
    first.refresh_from_db()
    file = first.attachments.get()
    renditions = list(file.renditions.all())
    submissions, witnesses, links, files, made, texts = [], [], [], [], [], []
    for number in range(count - 1):
        witness = Witness(name="Dr A. Name", organisation="University of X")
        submission = Submission(
            pk=uuid.UUID(int=number + 1),
            call=call,
            inquiry=call.inquiry,
            receipt=f"{number:014}",
            idempotency_key=f"many:{number}",
            received_at=first.received_at - datetime.timedelta(seconds=number % 60),
            status=Status.PREPARED,
            status_since=first.status_since,
            disclosure_requested="open",
            words=4,
            pages=1,
        )
        copy = Attachment(
            submission=submission,
            name="evidence.txt",
            kind=file.kind,
            sha256=file.sha256,
            size=file.size,
            archived=True,
        )
        submissions.append(submission)
        witnesses.append(witness)
        links.append(SubmissionWitness(submission=submission, witness=witness))
        files.append(copy)
        texts.append(SubmissionText(submission=submission, text="A paragraph of evidence."))
        made += [
            Rendition(
                attachment=copy,
                submission_id=submission.pk,
                form=rendition.form,
                name=rendition.name,
                sha256=rendition.sha256,
                size=rendition.size,
                pages=rendition.pages,
                heading_digest=rendition.heading_digest,
                version=rendition.version,
            )
            for rendition in renditions
        ]
    for model, rows in (
        (Witness, witnesses),
        (Submission, submissions),
        (SubmissionWitness, links),
        (Attachment, files),
        (Rendition, made),
        (SubmissionText, texts),
    ):
        model.objects.bulk_create(rows, batch_size=500)
    question = Question.objects.create(inquiry=call.inquiry, number=1, text="Why?")
    through = Submission.questions.through
    through.objects.bulk_create(
        [through(submission=submission, question=question) for submission in submissions],
        batch_size=500,
    )
    return {"call": call, "clerk": a_member(call.inquiry)}


def all_are_planned(call: Call, clerk: User, count: int) -> None:
    specification = Specification(title="All", order=Order.WITNESS, grouping=Grouping.QUESTION)
    assert len(plan(call.inquiry, specification, by=clerk).rows) == count


def all_are_listed(call: Call, clerk: User) -> None:
    client = signed_in(clerk)
    for address in (
        reverse("register"),
        f"{reverse('register')}?inquiry={call.inquiry.code}&q=evidence",
        f"{reverse('bundle-new')}?inquiry={call.inquiry.code}",
        reverse("bundles"),
        reverse("published"),
        reverse("admin:index"),
        f"{reverse('register')}?q=evidence&tags=none",
        reverse("admin:inbox"),
    ):
        assert client.get(address).status_code == 200, address
