"""The work done out of sight, in the order evidence meets it.

A task takes the key of a step, claims it, and calls one function. Messages may come twice, late
or never: the row decides, not the message. Steps that fail are tried again, later each time;
after the last attempt the piece is held, with a plain reason and a "try again" for the clerk.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import structlog
from celery import shared_task
from celery.signals import worker_init, worker_process_init, worker_ready, worker_shutting_down
from django.contrib.sessions.models import Session
from django.db import connections
from django.utils import timezone

from evidence.bundles.archive.make import build_bag, fail_bag
from evidence.bundles.bind import Report
from evidence.bundles.build import Cancelled, build, fail
from evidence.bundles.clock import make_now
from evidence.bundles.copies import build_copy, fail_copy
from evidence.bundles.expire import clear as clear_files
from evidence.bundles.expire import expire_due
from evidence.bundles.models import ArchiveBag, Bundle, Copy
from evidence.bundles.renew import ask_to_renew, renew, renew_paper
from evidence.bundles.room import NoRoom, clear_leftovers, longest_ago
from evidence.bundles.shelving import take_off_forgotten
from evidence.bundles.timetable import Schedule
from evidence.drafts import look as drafts_look
from evidence.drafts.end import clear, expire, remind
from evidence.drafts.models import Draft, DraftFile, EntryLink
from evidence.drafts.open import forget_old_links, send_link
from evidence.errors import EvidenceError
from evidence.files.working import work_here
from evidence.house.prepare import facsimile, prepare, render
from evidence.intake.examine import examine, hold
from evidence.letters.models import Letter
from evidence.letters.write import send
from evidence.limits.count import forget_old
from evidence.papers.models import Paper
from evidence.papers.prepare import fail_paper, prepare_paper
from evidence.pdf.letters import get_ready
from evidence.submissions.models import Submission
from evidence.tagging.suggest import suggest
from evidence.work.claim import Claim, ClaimLost, ask, claim, claim_turn, kept_alive
from evidence.work.doorbell import ring
from evidence.work.lane import lane
from evidence.work.models import Step
from evidence.work.reconcile import Reconciler

log = structlog.get_logger(__name__)
Verb = Callable[[Claim], None]
LEND_EVERY_SECONDS = 0.25
SAFE_REASON = "This step was interrupted or failed {attempts} times and was stopped."


@shared_task(name="evidence.tasks.examine")
def examine_piece(step_id: int) -> None:
    """RECEIVED → CHECKED or HELD."""
    _work(step_id, lambda held: examine(_piece(held), within=held.settle))


@shared_task(name="evidence.tasks.prepare")
def prepare_piece(step_id: int) -> None:
    """CHECKED → PREPARED or HELD."""
    _work(step_id, lambda held: prepare(_piece(held), within=held.settle))


@shared_task(name="evidence.tasks.suggest")
def suggest_tags(step_id: int) -> None:
    _work(step_id, lambda held: suggest(_piece(held), within=held.settle))


@shared_task(name="evidence.tasks.facsimile")
def make_facsimile(step_id: int) -> None:
    _work(step_id, lambda held: facsimile(_piece(held), within=held.settle))


@shared_task(name="evidence.tasks.render")
def render_piece(step_id: int) -> None:
    """Give the pages the face that now holds, after a decision."""
    _work(step_id, lambda held: render(_piece(held), within=held.settle))


@shared_task(name="evidence.tasks.renew")
def renew_piece(step_id: int) -> None:
    """Prepare the pages of a piece for bundles again, after the program was changed."""
    _work(step_id, lambda held: renew(_piece(held), within=held.settle))


@shared_task(name="evidence.tasks.renew_paper")
def renew_own_paper(step_id: int) -> None:
    _work(step_id, lambda held: renew_paper(_paper(held), within=held.settle))


@shared_task(name="evidence.tasks.look")
def look_at_file(step_id: int) -> None:
    """A file of a draft: READING → READ or BAD."""

    def verb(held: Claim) -> None:
        file = DraftFile.objects.filter(pk=held.subject_id).first()
        if file is None:
            _nothing_left(held)
        else:
            drafts_look.look(file, within=held.settle)

    _work(step_id, verb)


@shared_task(name="evidence.tasks.remind")
def remind_witness(step_id: int) -> None:
    _work(step_id, lambda held: _with_draft(held, remind))


@shared_task(name="evidence.tasks.expire")
def expire_draft(step_id: int) -> None:
    """The end of a draft; of one that is gone already, the files it may have left."""

    def verb(held: Claim) -> None:
        if not Draft.objects.filter(pk=held.subject_id).exists():
            clear(held.subject_id)
        _with_draft(held, expire)

    _work(step_id, verb)


@shared_task(name="evidence.tasks.send_link")
def send_entry_link(step_id: int) -> None:
    def verb(held: Claim) -> None:
        asked = EntryLink.objects.filter(pk=held.subject_id).first()
        if asked is None:
            _nothing_left(held)
        else:
            send_link(asked, within=held.settle)

    _work(step_id, verb)


@shared_task(name="evidence.tasks.tidy")
def tidy(step_id: int) -> None:
    """Once a day: what has run out is deleted, and tomorrow is asked for."""

    def verb(held: Claim) -> None:
        forget_old()
        forget_old_links()
        clear_leftovers()
        take_off_forgotten(longest_ago())
        expire_due()
        ask_to_renew()
        Session.objects.filter(expire_date__lt=timezone.now()).delete()
        with held.settle():
            ask("tidy", TIDY, at=timezone.now() + timedelta(days=1))

    _work(step_id, verb)


@shared_task(name="evidence.tasks.build_bundle")
def build_bundle(step_id: int) -> None:
    """ASKED → READY or FAILED."""
    _work(step_id, partial(_long, lend=True))


@shared_task(name="evidence.tasks.prepare_paper")
def make_paper(step_id: int) -> None:
    """A paper of the committee's own: PREPARING → READY or FAILED."""
    _work(step_id, lambda held: prepare_paper(_paper(held), within=held.settle))


@shared_task(name="evidence.tasks.clear_bundle")
def clear_bundle(step_id: int) -> None:
    """The files of a bundle that has let them go."""
    _work(step_id, lambda held: clear_files(_bundle(held), within=held.settle))


@shared_task(name="evidence.tasks.by_clock")
def make_by_clock(step_id: int) -> None:
    """A recipe that is made by itself at certain times."""

    def verb(held: Claim) -> None:
        schedule = Schedule.objects.filter(pk=held.subject_id).first()
        if schedule is None:
            _nothing_left(held)
        else:
            make_now(schedule, within=held.settle)

    _work(step_id, verb)


@shared_task(name="evidence.tasks.build_copy")
def make_copy(step_id: int) -> None:
    """A numbered copy: ASKED → READY or FAILED."""
    _work(step_id, partial(_long, lend=True))


@shared_task(name="evidence.tasks.archive_bag")
def make_archive_bag(step_id: int) -> None:
    """ASKED → READY or FAILED."""
    _work(step_id, partial(_long, lend=True))


@shared_task(name="evidence.tasks.send_letter")
def send_letter(step_id: int) -> None:
    _work(step_id, lambda held: send(_letter(held), within=held.settle))


BY_VERB: dict[str, Callable[[int], None]] = {
    "examine": examine_piece,
    "prepare": prepare_piece,
    "suggest": suggest_tags,
    "facsimile": make_facsimile,
    "render": render_piece,
    "renew": renew_piece,
    "renew_paper": renew_own_paper,
    "build_bundle": build_bundle,
    "build_copy": make_copy,
    "prepare_paper": make_paper,
    "by_clock": make_by_clock,
    "clear_bundle": clear_bundle,
    "archive_bag": make_archive_bag,
    "send_letter": send_letter,
    "look": look_at_file,
    "remind": remind_witness,
    "expire": expire_draft,
    "send_link": send_entry_link,
    "tidy": tidy,
}


LONG: dict[str, Callable[[Claim, Report], None]] = {
    "build_bundle": lambda held, report: build(_bundle(held), within=held.settle, report=report),
    "build_copy": lambda held, report: build_copy(_copy(held), within=held.settle, report=report),
    "archive_bag": lambda held, report: build_bag(_bag(held), within=held.settle, report=report),
}


def work_one() -> bool:
    """Do one step that is due, in this process; False if there is none."""
    step = Step.objects.due(timezone.now()).short().first() or lane().next()
    if step is None:
        return False
    BY_VERB[step.verb](step.pk)
    return True


def _piece(held: Claim) -> Submission:
    return Submission.objects.select_related("inquiry__committee", "call").get(pk=held.subject_id)


def _long(held: Claim, *, lend: bool) -> None:
    """What is long, and may have been rung for in place of another whose turn it is."""
    asked_last = time.monotonic()

    def report(done: int, of: int, doing: str) -> None:
        nonlocal asked_last
        held.report(done, of, doing)
        if not lend or time.monotonic() - asked_last < LEND_EVERY_SECONDS:
            return
        while small := claim_turn(beside=held):
            # The worker is lent to small ones, so that they need not wait for the whole of this.
            # Nothing is said of it: they may be of an inquiry that whoever waits does not know of.
            _do(small, partial(_long, lend=False))
            held.report(done, of, doing)
        asked_last = time.monotonic()

    try:
        LONG[held.verb](held, report)
    except NoRoom as problem:
        _give_up(held, str(problem))
    except Cancelled:
        _nothing_left(held)


def _bundle(held: Claim) -> Bundle:
    return Bundle.objects.select_related("inquiry__committee").get(pk=held.subject_id)


def _paper(held: Claim) -> Paper:
    return Paper.objects.select_related("inquiry__committee").get(pk=held.subject_id)


def _copy(held: Claim) -> Copy:
    return Copy.objects.select_related("bundle__inquiry__committee").get(pk=held.subject_id)


def _bag(held: Claim) -> ArchiveBag:
    bags = ArchiveBag.objects.select_related("inquiry__committee", "requested_by")
    return bags.get(pk=held.subject_id)


def _with_draft(held: Claim, verb: Callable[..., None]) -> None:
    draft = Draft.objects.select_related("call", "late_code").filter(pk=held.subject_id).first()
    if draft is None:
        _nothing_left(held)
    else:
        verb(draft, within=held.settle)


def _nothing_left(held: Claim) -> None:
    """Whoever it was about is gone; that settles it."""
    with held.settle():
        pass


def _letter(held: Claim) -> Letter:
    return Letter.objects.select_related("submission").get(pk=held.subject_id)


def _work(step_id: int, verb: Verb) -> None:
    held = claim(step_id)
    if held is None:
        return
    _do(held, verb)
    if held.weight and (following := lane().next()):
        ring(following.pk, following.verb, always=True)


def _do(held: Claim, verb: Verb) -> None:
    bound = log.bind(step=held.step_id, verb=held.verb, subject=str(held.subject_id))
    try:
        if held.exhausted:
            last = Step.objects.values_list("reason", flat=True).get(pk=held.step_id)
            _give_up(held, f"{SAFE_REASON.format(attempts=held.attempt - 1)} {last}".strip())
            bound.error("step.held")
        else:
            with kept_alive(held):
                verb(held)
            bound.info("step.done", attempt=held.attempt)
    except ClaimLost:
        bound.warning("step.lost")
    except EvidenceError as problem:
        # Said in words for a clerk and naming nobody.
        bound.warning("step.again", attempt=held.attempt, problem=type(problem).__name__)
        held.put_back(str(problem))
    except Exception as problem:  # noqa: BLE001  a poison document must not stop the worker
        # The kind of problem only: its text may quote the document.
        bound.error("step.failed", attempt=held.attempt, problem=type(problem).__name__)
        held.put_back(f"It failed with {type(problem).__name__}.")


def _give_up(held: Claim, said: str) -> None:
    def within() -> Any:
        return held.settle_held(said)

    if held.verb in {"examine", "prepare"}:
        hold(_piece(held), code=f"{held.verb}-stopped", reason=said, within=within)
    elif held.verb == "build_bundle":
        fail(_bundle(held), reason=said, within=within)
    elif held.verb == "prepare_paper":
        fail_paper(_paper(held), reason=said, within=within)
    elif held.verb == "build_copy":
        fail_copy(_copy(held), within=within)
    elif held.verb == "archive_bag":
        fail_bag(_bag(held), reason=said, within=within)
    elif held.verb == "look" and (file := DraftFile.objects.filter(pk=held.subject_id).first()):
        drafts_look.give_up(file, within=within)
    else:
        with within():
            pass


# What is done once a day has no subject; this key stands for one.
TIDY = UUID(int=0)

_reconcilers: list[Reconciler] = []


@worker_init.connect
def _work_here(**_: Any) -> None:
    work_here()


@worker_ready.connect
def _start_reconciler(**_: Any) -> None:
    if not Step.objects.filter(verb="tidy").exists():
        ask("tidy", TIDY)
    # After the program was changed.
    ask_to_renew()
    reconciler = Reconciler()
    reconciler.start()
    # So that the first bundle is as quick as those after it.
    get_ready()
    _reconcilers.append(reconciler)


@worker_shutting_down.connect
def _stop_reconciler(**_: Any) -> None:
    for reconciler in _reconcilers:
        reconciler.stop()


@worker_process_init.connect
def _fresh_connections(**_: Any) -> None:
    connections.close_all()
