"""An inquiry with 5,000 submissions of as many witnesses: every list and every way to a bundle.

The rows are written at one stroke; all of them name the files of one that was really prepared.
"""

import datetime
import uuid

import pytest
from django.urls import reverse

from evidence.bundles.archive.bag import write
from evidence.bundles.contents import plan
from evidence.bundles.freeze import freeze
from evidence.bundles.models import Bundle
from evidence.bundles.recipe import Follow, Grouping, Order, Recipe
from evidence.decisions.models import Act
from evidence.decisions.propose import Proposal, propose_for_all
from evidence.errors import NotReady
from evidence.house.models import PieceText, Rendition
from evidence.lifecycle import Status
from evidence.submissions.models import Attachment, Submission, SubmissionWitness
from evidence.witnesses.models import Witness
from inquiry.calls.models import Question
from tests.evidence.admin.at_the_desk import signed_in
from tests.factories import CallFactory, a_meeting, a_member, a_piece
from tests.worlds import Parts, do_all, once, part

pytestmark = pytest.mark.django_db

COUNT = 5000


def make() -> Parts:
    call = CallFactory(inquiry__prefix="FIA")
    first = a_piece(call)
    do_all()
    first.refresh_from_db()
    file = first.attachments.get()
    renditions = list(file.renditions.all())
    pieces, witnesses, links, files, made, texts = [], [], [], [], [], []
    for number in range(COUNT - 1):
        witness = Witness(name="Dr A. Name", organisation="University of X")
        piece = Submission(
            pk=uuid.UUID(int=number + 1),
            call=call,
            inquiry=call.inquiry,
            receipt=f"{number:014}",
            once=f"many:{number}",
            received_at=first.received_at - datetime.timedelta(seconds=number % 60),
            status=Status.PREPARED,
            status_since=first.status_since,
            disclosure_requested="open",
            words=4,
            pages=1,
        )
        copy = Attachment(
            submission=piece,
            name="evidence.txt",
            kind=file.kind,
            sha256=file.sha256,
            size=file.size,
            archived=True,
        )
        pieces.append(piece)
        witnesses.append(witness)
        links.append(SubmissionWitness(submission=piece, witness=witness))
        files.append(copy)
        texts.append(PieceText(submission=piece, text="A paragraph of evidence."))
        made += [
            Rendition(
                attachment=copy,
                submission_id=piece.pk,
                form=one.form,
                name=one.name,
                sha256=one.sha256,
                size=one.size,
                pages=one.pages,
                face=one.face,
                version=one.version,
            )
            for one in renditions
        ]
    for model, rows in (
        (Witness, witnesses),
        (Submission, pieces),
        (SubmissionWitness, links),
        (Attachment, files),
        (Rendition, made),
        (PieceText, texts),
    ):
        model.objects.bulk_create(rows, batch_size=500)
    question = Question.objects.create(inquiry=call.inquiry, number=1, text="Why?")
    through = Submission.questions.through
    through.objects.bulk_create(
        [through(submission=piece, question=question) for piece in pieces], batch_size=500
    )
    return {"call": call, "clerk": a_member(call.inquiry)}


_world = once(make)
call, clerk = part("call"), part("clerk")


def test_all_are_planned_into_a_bundle(call, clerk):
    recipe = Recipe(title="All", order=Order.WITNESS, grouping=Grouping.QUESTION)
    assert len(plan(call.inquiry, recipe, by=clerk).rows) == COUNT


@pytest.mark.campaign
def test_a_bundle_of_all_is_built_packed_and_followed(call, clerk, settings):
    # Beside the transaction the rows lie in, nobody can renew a lease in time.
    settings.LEASE_SECONDS = 3600
    bundle = freeze(call.inquiry, Recipe(title="All"), by=clerk)
    do_all()
    bundle.refresh_from_db()
    assert (bundle.state, bundle.reason) == (Bundle.State.READY, "")
    client = signed_in(clerk)
    for name in ("bundle", "bundle-copies"):
        assert client.get(reverse(name, args=[bundle.pk])).status_code == 200

    following = freeze(
        call.inquiry, Recipe(title="Again"), by=clerk, follows=bundle, how=Follow.KEEP
    )
    assert following.items.count() == COUNT
    with pytest.raises(NotReady, match="nothing new"):
        freeze(call.inquiry, Recipe(title="More"), by=clerk, follows=bundle, how=Follow.SUPPLEMENT)


def test_all_are_listed(call, clerk):
    client = signed_in(clerk)
    for address in (
        reverse("register"),
        f"{reverse('register')}?inquiry={call.inquiry.code}&q=evidence",
        f"{reverse('bundle-new')}?inquiry={call.inquiry.code}",
        reverse("bundles"),
        reverse("published"),
        reverse("admin:index"),
        reverse("admin:evidence_submission_changelist"),
        f"{reverse('admin:evidence_submission_changelist')}?all=&q=evidence&tags=none",
    ):
        assert client.get(address).status_code == 200, address


@pytest.mark.campaign
def test_all_are_proposed_and_put_to_a_meeting(call, clerk):
    keys = list(Submission.objects.values_list("pk", flat=True))

    proposed = propose_for_all(
        keys, Proposal(acceptance=Act.ACCEPT), by=clerk, publication_as_asked=True
    )

    assert (proposed.count, proposed.left_out) == (COUNT, ())
    meeting = a_meeting(call.inquiry, by=clerk)
    page = signed_in(clerk).get(reverse("admin:evidence_meeting_change", args=[meeting.pk]))
    assert page.content.decode().count('name="decision"') == COUNT


@pytest.mark.campaign
def test_all_are_written_for_an_archive(call, clerk, tmp_path):
    Submission.objects.update(status=Status.CORRESPONDENCE, sort=Submission.Sort.CORRESPONDENCE)
    transfer = write(
        Submission.objects.all(),
        tmp_path / "bag",
        inquiry=call.inquiry,
        by=clerk,
        on=datetime.date(2026, 3, 17),
    )
    assert transfer.pieces == COUNT
