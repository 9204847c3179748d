"""Sends a draft: its files and answers become exactly one submission.

The bytes go to the quarantine storage before the one transaction that makes the submission. If the
process dies anywhere, the draft is unchanged and can be sent again.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from evidence.drafts.files import check_first, is_arriving
from evidence.drafts.models import Draft, DraftFile
from evidence.drafts.typed_text import page_of
from evidence.errors import (
    CallNotOpenError,
    DraftDeletedError,
    EvidenceError,
    NotReadyError,
    UploadInProgressError,
)
from evidence.files import draft_storage as place
from evidence.files.accepted_types import EMAILS, Kind
from evidence.files.storage import CHUNK, quarantine
from evidence.jobs.queue import ask
from evidence.submissions.models import Submission
from evidence.submissions.receive import Envelope, Parcel, Sender, receive, take_in
from evidence.tagging.models import InstitutionTag, Standing, ThemeTag
from evidence.witnesses.models import Statement
from inquiry.calls.models import Question
from inquiry.vocabulary.models import Institution, Theme

SAID_SO = "Named by the witness."


@dataclass(frozen=True)
class CompleteForm:
    """All answers of a complete form, validated."""

    senders: Sequence[Sender]
    title: str = ""
    typed: str = ""
    reasons: str = ""
    questions: Sequence[Question] = ()
    institutions: Sequence[Institution] = ()
    themes: Sequence[Theme] = ()
    statement: dict[str, object] = field(default_factory=dict)


def send(draft: Draft, form: CompleteForm) -> Submission:
    """Make the submission, or return the one that was already made.

    Raises `CallNotOpenError` once it is too late, `UploadInProgressError` while a file is
    uploading,
    `FileRefusedError` if there is no document, `NotReadyError` for a file that cannot be used,
    `DraftDeletedError` for a draft that was deleted meanwhile.
    """
    try:
        return _try_to_send(draft, form)
    except (EvidenceError, FileNotFoundError) as problem:
        # Another window sent it first: its files are gone from here, and its receipt counts.
        if (sent := _sent(draft)) is not None:
            return sent
        if isinstance(problem, FileNotFoundError):
            raise NotReadyError(_("We lost a file. Upload it again.")) from problem
        raise


def _sent(draft: Draft) -> Submission | None:
    """The submission that was made of the draft by now, whatever the draft in hand says."""
    return Submission.objects.filter(draft=draft.pk).first()


def _try_to_send(draft: Draft, form: CompleteForm) -> Submission:
    if (sent := _sent(draft)) is not None:
        return sent
    files = list(draft.files.all())
    check_first(files, typed=bool(form.typed))
    if bad := [file.name for file in files if file.state == DraftFile.State.BAD]:
        raise NotReadyError(_("We cannot use “{name}”. Remove it.").format(name=bad[0]))
    if any(Kind(file.kind) in EMAILS and file.state == DraftFile.State.READING for file in files):
        raise NotReadyError(
            _("We are still taking the attachments out of your email. Send again in a minute.")
        )
    parcels = [_on_the_store(file) for file in files]
    if form.typed:
        parcels.insert(0, take_in(io.BytesIO(page_of(form.typed)), name="typed.html"))
    with transaction.atomic():
        return _send(draft, form, parcels, files)


def _send(
    draft: Draft, form: CompleteForm, parcels: Sequence[Parcel], files: Sequence[DraftFile]
) -> Submission:
    # The submission is read after the lock is taken. On PostgreSQL (READ COMMITTED), rows joined to
    # a locked row are as they were before the wait for the lock.
    locked = Draft.objects.select_for_update(of=("self",)).select_related(
        "call__inquiry__committee", "late_code", "supplements"
    )
    previous = locked.filter(pk=draft.pk).first()
    if previous is None:
        raise DraftDeletedError
    draft = previous
    if (sent := _sent(draft)) is not None:
        return sent
    if is_arriving(draft):
        raise UploadInProgressError
    if [file.pk for file in draft.files.all()] != [file.pk for file in files]:
        raise NotReadyError(
            _("Your files changed while you were sending. Check them and send again.")
        )
    if not draft.may_be_sent(timezone.now()):
        raise CallNotOpenError(
            _(
                "This call for evidence has closed, so nothing was sent. We have "
                "kept what you typed."
            )
        )
    submission = receive(draft.call, parcels, _envelope(draft, form), admitted=True)
    _write_down(submission, form)
    Draft.objects.filter(pk=draft.pk).update(submission=submission, answers="")
    draft.files.all().delete()
    # A worker deletes the draft's files: they are in the quarantine store now.
    ask("expire", draft.pk)
    return submission


def _on_the_store(file: DraftFile) -> Parcel:
    """Copy the file to the quarantine storage, and check that it has not changed since upload."""
    with place.stream(file.original) as source:
        stored = quarantine().put(source.chunks(CHUNK))
    if stored.sha256 != file.sha256:
        raise NotReadyError(
            _("“{name}” was damaged after you uploaded it. Upload it again.").format(name=file.name)
        )
    return Parcel(file.name, Kind(file.kind), stored, is_clean_copy=file.is_clean_copy)


def _envelope(draft: Draft, form: CompleteForm) -> Envelope:
    return Envelope(
        idempotency_key=f"draft:{draft.pk}",
        senders=form.senders,
        title=form.title,
        channel=Submission.Channel.PAGE,
        reasons=form.reasons,
        questions=tuple(form.questions),
        supplements=draft.supplements,
    )


def _write_down(submission: Submission, form: CompleteForm) -> None:
    Statement.objects.get_or_create(
        submission=submission, defaults={**form.statement, "declared_at": timezone.now()}
    )
    for institution in form.institutions:
        InstitutionTag.objects.get_or_create(
            submission=submission,
            institution=institution,
            part=InstitutionTag.Part.MENTIONED,
            defaults={"standing": Standing.SUGGESTED, "sentence": SAID_SO},
        )
    for theme in form.themes:
        ThemeTag.objects.get_or_create(
            submission=submission,
            theme=theme,
            defaults={"standing": Standing.SUGGESTED, "sentence": SAID_SO},
        )
