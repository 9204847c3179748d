"""Makes fragments again when their file format has a new version.

A bundle can be built without up-to-date fragments, but takes ten times as long.
"""

from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from evidence.committee_papers.models import CommitteePaper
from evidence.documents.models import Rendition, set_by_us
from evidence.files.storage import Stored, archive
from evidence.jobs.queue import Settle, ask
from evidence.pdf.exceptions import UnusableItemError
from evidence.pdf.fragment.file_format import VERSION
from evidence.pdf.fragment.prepare import prepare_file
from evidence.stored_files.garbage_collection import StorageTransaction, release
from evidence.submissions.models import Submission

Form = Rendition.Form
APART = timedelta(seconds=0.1)


def ask_to_renew() -> None:
    """Ask for all outdated fragments to be made, a little apart, so that new submissions do not
    wait. Asking again changes only when they are due."""
    papers = CommitteePaper.objects.filter(state=CommitteePaper.State.READY).exclude(
        fragment_version=VERSION
    )
    due = [("renew_paper", paper.pk) for paper in papers]
    due += (("renew", key) for key in out_of_date())
    now = timezone.now()
    for place, (name, key) in enumerate(due):
        ask(name, key, at=now + place * APART)


def out_of_date() -> QuerySet[Rendition, UUID]:
    """The keys of submissions with a fragment of an earlier version."""
    old = Rendition.objects.filter(form=Form.FRAGMENT).exclude(version=VERSION)
    return old.order_by("submission").values_list("submission", flat=True).distinct()


def renew(submission: Submission, *, within: Settle = transaction.atomic) -> None:
    """Make the outdated fragments of a submission again. Its pages stay the same."""
    outdated = submission.renditions.filter(form=Form.FRAGMENT).exclude(version=VERSION)
    with StorageTransaction() as store:
        made = [(old, _of_file(store, old)) for old in outdated]
        with within():
            for old, stored in made:
                # If the pages were made again meanwhile, they have a new fragment, and this row is
                # gone.
                same = Rendition.objects.filter(pk=old.pk, sha256=old.sha256)
                new = {"sha256": stored.sha256, "size": stored.size} if stored else {}
                if same.update(version=VERSION, **new) and stored:
                    release(old.sha256)


def renew_paper(paper: CommitteePaper, *, within: Settle = transaction.atomic) -> None:
    """Make the outdated fragment of a committee paper again."""
    if paper.state != CommitteePaper.State.READY or paper.fragment_version == VERSION:
        with within():
            return
    with StorageTransaction() as store:
        stored = _made(store, paper.pdf_sha256, ours=paper.ours)
        with within():
            new = {"fragment_sha256": stored.sha256} if stored else {}
            CommitteePaper.objects.filter(pk=paper.pk).update(fragment_version=VERSION, **new)
            if stored:
                release(paper.fragment_sha256)


def _of_file(store: StorageTransaction, old: Rendition) -> Stored | None:
    forms = list(Rendition.objects.filter(attachment=old.attachment_id))
    pdf = next((form for form in forms if form.form == Form.PDF), None)
    return _made(store, pdf.sha256, ours=set_by_us(forms)) if pdf else None


def _made(store: StorageTransaction, pdf: str, *, ours: int) -> Stored | None:
    """The new fragment, or None if it cannot be made. A bundle then tries again, and gives the
    reason."""
    with archive().local(pdf) as path:
        content = _prepared(path, ours=ours)
    return store.put([content]) if content else None


def _prepared(path: Path, *, ours: int) -> bytes:
    with suppress(UnusableItemError):
        return prepare_file(path, ours=ours)
    return b""
