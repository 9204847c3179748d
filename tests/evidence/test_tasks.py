"""Each step, done again after it was done or breaking again and again, leaves what one leaves."""

import datetime
import io
import itertools
from collections.abc import Callable

import pytest
from django.core import mail
from django.core.serializers import serialize
from django.utils import timezone

from evidence.bundles.archive.make import ask_for
from evidence.bundles.clock import make_by_itself
from evidence.bundles.copies import Recipient, issue_copies
from evidence.bundles.freeze import freeze
from evidence.bundles.keep import keep
from evidence.bundles.models import ArchiveBag, Bundle, BundleItem, Copy
from evidence.bundles.recipe import Recipe
from evidence.bundles.timetable import Schedule
from evidence.custody.models import Entry
from evidence.custody.verify import verify
from evidence.decisions.models import Act
from evidence.drafts import answers, codes, files
from evidence.drafts import open as opening
from evidence.drafts.confirm import ask_for_code
from evidence.drafts.models import Draft, DraftFile
from evidence.house import prepare as preparing
from evidence.house.models import PieceText, Rendition
from evidence.intake.models import Finding
from evidence.letters.models import Letter
from evidence.letters.write import release
from evidence.lifecycle import Status
from evidence.papers.models import Paper
from evidence.papers.prepare import Told, add_paper
from evidence.submissions.models import Attachment, Move, Submission
from evidence.tagging.models import InstitutionTag
from evidence.tasks.registry import JOBS, TIDY
from evidence.tasks.run import run_job
from evidence.work.claim import ask
from evidence.work.models import Step
from tests.factories import InstitutionFactory, a_member, a_piece, decide, docx
from tests.jobs import breaks, instead, without_pauses
from tests.worlds import Parts, do_all, once, part

pytestmark = pytest.mark.django_db
WRITTEN = (
    *(Submission, Attachment, Move, Entry, Finding, Rendition, PieceText),
    *(InstitutionTag, Letter, Bundle, BundleItem, ArchiveBag, Copy, Draft, DraftFile, Paper),
)
NOT_COMPARED = {"id", "made_at", "found_at", "tagged_at", "ready_at"}


_office = itertools.count()


def like_an_office(*_given: object) -> bytes:
    """LibreOffice, without its seconds: no two of its files are the same, like the real one's."""
    return b"%%PDF %d" % next(_office)


@pytest.fixture(autouse=True)
def office(monkeypatch):
    monkeypatch.setattr(preparing, "libreoffice_facsimile", like_an_office)


def make() -> Parts:
    """A piece that has been through every step there is, and a letter and a bundle of it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(preparing, "libreoffice_facsimile", like_an_office)
        return {"everything": a_world_of_jobs()}


_world = once(make)
everything = part("everything")


def a_world_of_jobs(do_all: Callable[[], int] = do_all) -> Submission:
    InstitutionFactory(name="University of York")
    piece = a_piece(
        content=docx(
            "The University of York. [gone]{.deletion author=A date=2026-01-01T00:00:00Z}"
        ),
        file_name="a.docx",
        email="witness@example.org",
    )
    do_all()
    clerk = a_member(piece.inquiry)
    other = a_piece(piece.call, email="other@example.org")
    do_all()
    decide(other, Act.DECLINE, by=clerk)
    release(Letter.objects.get(sort=Letter.Sort.DECLINED), by=clerk)
    decide(piece, Act.ACCEPT, by=clerk)
    do_all()
    bundle = freeze(piece.inquiry, Recipe(title="Pack"), by=clerk)
    ask_for(piece.inquiry, by=clerk)
    do_all()
    issue_copies(bundle, [Recipient("A member")], by=clerk)
    told = Told(Paper.Sort.BRIEF, "A brief")
    brief = io.BytesIO(b"What to ask.")
    paper = add_paper(piece.inquiry, brief, told, name="brief.txt", by=clerk)
    ask("renew", piece.pk)
    ask("renew_paper", paper.pk)
    ask("clear_bundle", Bundle.objects.first().pk)
    by_the_clock(piece.inquiry, clerk)
    begun(piece.call)
    ask("tidy", TIDY)
    do_all()
    assert not Step.objects.unsettled().exists()
    return piece


def by_the_clock(inquiry, clerk) -> None:
    kept = keep(inquiry, Recipe(title="Each day"), "Each day", shared=False, by=clerk)
    schedule = make_by_itself(kept, at=datetime.time(18), by=clerk)
    Schedule.objects.update(next_at=timezone.now())
    ask("by_clock", schedule.pk)


def begun(call) -> None:
    """A draft with a file and an address, to be reminded of now; a way back was asked for. Another,
    whose address waits to be confirmed."""
    draft, _code = opening.start(call, language="en-gb")
    answers.keep(draft, "contact", {"email": "begun@example.org", "may_email": "yes"})
    files.add(draft, io.BytesIO(b"Words."), name="a.txt")
    soon = timezone.now() + datetime.timedelta(days=1)
    type(call).objects.filter(pk=call.pk).update(closes_at=soon)
    ask("remind", draft.pk)
    ask("expire", draft.pk)
    confirmed = codes.email_digest("begun@example.org")
    Draft.objects.filter(pk=draft.pk).update(confirmed_digest=confirmed)
    opening.ask_for_link("begun@example.org", language="en-gb", address="127.0.0.1")
    # Of another form with that address, which is not confirmed yet.
    other, _code = opening.start(call, language="en-gb")
    answers.keep(other, "contact", {"email": "begun@example.org", "may_email": "yes"})
    ask_for_code(other, language="en-gb", address="127.0.0.1")
    Step.objects.filter(verb="remind", subject_id=other.pk).delete()
    Draft.objects.filter(pk=other.pk).update(reminder_wanted=False)


def rows() -> dict[str, list[str]]:
    """All that is written down, but for keys and moments of what is made anew."""
    said = {}
    for model in WRITTEN:
        fields = [f.name for f in model._meta.concrete_fields if f.name not in NOT_COMPARED]
        order = ["pk"] if model is not Finding else ["code", "words"]
        found = model._default_manager.order_by(*order)
        said[model.__name__] = [str(row) for row in found.values_list(*fields)]
    return said


def test_there_is_a_task_for_every_step_that_is_ever_asked_for(everything):
    assert set(Step.objects.values_list("verb", flat=True)) == set(JOBS)


def test_each_step_done_twice_leaves_what_one_leaves(everything, work):
    before, sent = rows(), len(mail.outbox)
    for verb in sorted(JOBS):
        Step.objects.filter(verb=verb).update(state=Step.State.WAITING, due_at=timezone.now())

        work()

        assert rows() == before, verb
        assert len(mail.outbox) == sent, verb
        assert not Step.objects.unsettled().exists(), verb
        assert verify().whole, verb


def test_a_message_that_comes_late_changes_nothing(everything):
    before = rows()
    steps = serialize("json", Step.objects.order_by("pk"))
    for verb in sorted(JOBS):
        for step in Step.objects.filter(verb=verb):
            run_job(step.pk)
        run_job(10**6)

        assert rows() == before, verb
    assert serialize("json", Step.objects.order_by("pk")) == steps


@pytest.mark.parametrize("verb", ["suggest", "facsimile", "render"])
def test_a_step_that_is_no_gate_is_held_by_itself_and_the_piece_goes_on(
    verb, everything, monkeypatch, work
):
    instead(monkeypatch, verb, breaks)
    without_pauses(monkeypatch)
    step = Step.objects.filter(verb=verb).first()
    ask(verb, step.subject_id)
    work()

    step.refresh_from_db()
    assert step.state == Step.State.HELD
    assert "3 times" in step.reason
    assert "MemoryError" in step.reason
    assert not Submission.objects.filter(status=Status.HELD).exists()


def test_a_bundle_that_cannot_be_built_says_so_and_can_be_asked_for_again(
    everything, monkeypatch, work
):
    real = JOBS["build_bundle"].run
    instead(monkeypatch, "build_bundle", breaks)
    without_pauses(monkeypatch)
    bundle = freeze(everything.inquiry, Recipe(title="Other"), by=a_member(everything.inquiry))
    work()
    bundle.refresh_from_db()
    assert bundle.state == Bundle.State.FAILED
    assert "MemoryError" in bundle.reason

    instead(monkeypatch, "build_bundle", real)
    ask("build_bundle", bundle.pk)
    work()
    bundle.refresh_from_db()
    assert bundle.state == Bundle.State.READY
