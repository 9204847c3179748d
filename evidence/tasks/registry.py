"""All jobs: what each runs, how long it is retried, and what happens when it is given up.

A new job is registered here, and nowhere else.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.contrib.sessions.models import Session
from django.db.models import Q
from django.utils import timezone

from evidence.batches import add as batches
from evidence.batches.models import BatchFile
from evidence.bundles.archive_transfer.jobs import build_bag, fail_bag, make_bag_again
from evidence.bundles.archive_transfer.models import ArchiveBag
from evidence.bundles.build.build import build, fail
from evidence.bundles.build.workspace import clear_leftovers, earliest_start
from evidence.bundles.fragment_upgrades import ask_to_renew, renew, renew_paper
from evidence.bundles.models import Bundle, NumberedCopy
from evidence.bundles.numbered_copies import build_copy, fail_copy, make_copy_again
from evidence.bundles.requests import build_again
from evidence.bundles.retention import clear as clear_files
from evidence.bundles.retention import expire_due
from evidence.bundles.schedules.run import make_now
from evidence.committee_papers.models import CommitteePaper
from evidence.committee_papers.prepare import fail_paper, prepare_paper, prepare_paper_again
from evidence.documents import scans
from evidence.documents.original_layout import facsimile
from evidence.documents.prepare import prepare, render
from evidence.drafts import clean_copy, file_checks
from evidence.drafts.access import forget_old_links, send_link
from evidence.drafts.coauthors import forget_old_coauthor_links, send_letter
from evidence.drafts.email_confirmation import forget_old_codes, send_code
from evidence.drafts.expiry import clear, expire, remind
from evidence.drafts.models import DraftFile
from evidence.families import group as families
from evidence.intake.examine import examine, hold, try_again
from evidence.jobs.queue import Settle, ask
from evidence.jobs.retry import FIVE_DAYS, UNTIL_DONE
from evidence.letters import outbox as letters
from evidence.letters.models import Letter
from evidence.lifecycle import Status
from evidence.publication.search_entries import (
    JOB_FOR_MISSING,
    ask_for_missing,
    index,
    index_missing,
)
from evidence.rate_limits.rules import forget_old
from evidence.search.entries import JOB as INDEX_JOB
from evidence.stored_files.garbage_collection import remove_left_behind
from evidence.submissions.models import Submission
from evidence.tagging.suggest import suggest
from evidence.tasks import subjects as of
from evidence.tasks.job_type import LONG_GRACE, JobType

# The daily job has no subject; it has this key instead.
TIDY = UUID(int=0)


def _hold(job: str, submission: Submission, *, reason: str, within: Settle) -> None:
    hold(submission, code=f"{job}-stopped", reason=reason, within=within)


def _is_held_by(job: str) -> Q:
    """Submissions held for this reason that a clerk has not yet dealt with."""
    return Q(status=Status.HELD, findings__code=f"{job}-stopped", findings__settled_at__isnull=True)


def _fail_copy(copy: NumberedCopy, *, reason: str, within: Settle) -> None:  # noqa: ARG001
    fail_copy(copy, within=within)


def _give_up_file(file: DraftFile, *, reason: str, within: Settle) -> None:  # noqa: ARG001
    file_checks.give_up(file, within=within)


def _give_up_clean_copy(file: DraftFile, *, reason: str, within: Settle) -> None:  # noqa: ARG001
    clean_copy.give_up(file, within=within)


def _forget_sessions() -> None:
    Session.objects.filter(expire_date__lt=timezone.now()).delete()


TIDYING: tuple[Callable[[], object], ...] = (
    forget_old,
    forget_old_links,
    forget_old_codes,
    forget_old_coauthor_links,
    _forget_sessions,
    clear_leftovers,
    lambda: remove_left_behind(earliest_start()),
    expire_due,
    ask_to_renew,
    ask_for_missing,
    families.ask_for_missing,
)


def _tidy(_key: UUID, *, within: Settle) -> None:
    """The daily job: delete what has expired, and ask for tomorrow's.

    A part that fails does not stop the others; afterwards all are tried again.
    """
    problems: list[Exception] = []
    for part in TIDYING:
        try:
            part()
        except Exception as problem:  # noqa: BLE001  raised when the others are done
            problems.append(problem)
    if problems:
        raise problems[0]
    with within():
        ask("tidy", TIDY, at=timezone.now() + timedelta(days=1))


ON_DOCUMENTS = (
    JobType(
        batches.JOB,
        "Adding a file of a batch",
        batches.add,
        of.BATCH_FILES,
        give_up=batches.give_up,
        still_failed=Q(state=BatchFile.State.FAILED),
        retried=batches.retry,
        dismissed=batches.discard,
    ),
    JobType(
        "examine",
        "Checking a submission",
        examine,
        of.SUBMISSIONS,
        give_up=partial(_hold, "examine"),
        still_failed=_is_held_by("examine"),
        retried=try_again,
        dismissible=False,
    ),
    JobType(
        "prepare",
        "Making the pages of a submission",
        prepare,
        of.SUBMISSIONS,
        give_up=partial(_hold, "prepare"),
        still_failed=_is_held_by("prepare"),
        retried=try_again,
        dismissible=False,
    ),
    # It is given up so that the submission goes on; a finding says which pages were not read.
    JobType(
        scans.JOB,
        "Reading scanned pages by machine",
        scans.read_scans,
        of.SUBMISSIONS,
        give_up=scans.give_up,
        still_failed=Q(status=Status.CHECKED),
        grace=LONG_GRACE,
    ),
    JobType("suggest", "Suggesting tags", suggest, of.SUBMISSIONS),
    JobType(INDEX_JOB, "Indexing a submission for search", index, of.SUBMISSIONS),
    JobType(families.JOB, "Looking for near-identical letters", families.group, of.SUBMISSIONS),
    JobType("facsimile", "Making a PDF of the original layout", facsimile, of.SUBMISSIONS),
    # Publishing waits for these pages, so the job cannot be dismissed.
    JobType(
        "render",
        "Making the pages again with the heading that was decided",
        render,
        of.SUBMISSIONS,
        dismissible=False,
    ),
    JobType("renew", "Preparing pages for bundles again", renew, of.SUBMISSIONS, grace=LONG_GRACE),
    JobType(
        "look",
        "Reading a file for its witness",
        file_checks.look,
        of.DRAFT_FILES,
        give_up=_give_up_file,
        still_failed=Q(state=DraftFile.State.BAD),
        retried=file_checks.look_again,
    ),
    JobType(
        "clean_copy",
        "Making a clean copy of a file for its witness",
        clean_copy.make,
        of.DRAFT_FILES,
        give_up=_give_up_clean_copy,
        still_failed=Q(clean_copy=DraftFile.CleanCopy.FAILED),
    ),
    JobType(
        "prepare_paper",
        "Making the pages of a committee paper",
        prepare_paper,
        of.PAPERS,
        give_up=fail_paper,
        still_failed=Q(state=CommitteePaper.State.FAILED, removed=False),
        retried=prepare_paper_again,
    ),
    JobType(
        "renew_paper",
        "Preparing a committee paper for bundles again",
        renew_paper,
        of.PAPERS,
        grace=LONG_GRACE,
    ),
)
LONG = (
    JobType(
        "build_bundle",
        "Making a bundle",
        build,
        of.BUNDLES,
        long=True,
        give_up=fail,
        still_failed=Q(state=Bundle.State.FAILED),
        retried=build_again,
        grace=LONG_GRACE,
    ),
    JobType(
        "build_copy",
        "Making a numbered copy",
        build_copy,
        of.COPIES,
        long=True,
        give_up=_fail_copy,
        still_failed=Q(state=NumberedCopy.State.FAILED, withdrawn_at=None),
        retried=make_copy_again,
        grace=LONG_GRACE,
    ),
    JobType(
        "archive_bag",
        "Making a transfer for the archive",
        build_bag,
        of.BAGS,
        long=True,
        give_up=fail_bag,
        still_failed=Q(state=ArchiveBag.State.FAILED),
        retried=make_bag_again,
        grace=LONG_GRACE,
    ),
)
LETTERS = (
    JobType(
        "send_letter",
        "Sending a letter",
        send_letter,
        of.LETTERS,
        retry=FIVE_DAYS,
        give_up=letters.fail_letter,
        still_failed=Q(state=Letter.State.FAILED),
        retried=letters.release,
        dismissed=letters.discard,
    ),
    JobType("send_link", "Sending a link to a form", send_link, of.LINKS, retry=FIVE_DAYS),
    JobType(
        "send_code",
        "Sending a code that confirms an address",
        send_code,
        of.ADDRESS_CODES,
        retry=FIVE_DAYS,
    ),
    # Matters until the form was sent or the call has closed.
    JobType(
        "remind", "Reminding a witness", remind, of.DRAFTS, retry=UNTIL_DONE, dismissible=False
    ),
)
IN_TIME = (
    JobType(
        "expire",
        "Deleting a form and its files",
        expire,
        of.DRAFTS,
        retry=UNTIL_DONE,
        gone=clear,
        dismissible=False,
    ),
    JobType(
        "clear_bundle",
        "Removing the files of a bundle",
        clear_files,
        of.BUNDLES,
        retry=UNTIL_DONE,
        dismissible=False,
    ),
    JobType(
        "by_clock",
        "Making a bundle by itself",
        make_now,
        of.SCHEDULES,
        retry=UNTIL_DONE,
        dismissible=False,
    ),
    # Asked for again each day.
    JobType(JOB_FOR_MISSING, "Indexing what search does not know yet", index_missing),
    JobType("tidy", "Tidying up once a day", _tidy, retry=UNTIL_DONE, dismissible=False),
)
JOBS: dict[str, JobType] = {job.name: job for job in (*ON_DOCUMENTS, *LONG, *LETTERS, *IN_TIME)}
