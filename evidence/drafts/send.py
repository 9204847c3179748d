"""Sends a draft: its files and answers become one piece of evidence, once.

The bytes are laid on the quarantine shelf before the one transaction that makes the piece, so a
process may die anywhere: then the draft is as it was, and is sent again.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from evidence.drafts.files import check_first, is_arriving
from evidence.drafts.models import Draft, DraftFile
from evidence.drafts.typing import page_of
from evidence.errors import CallNotOpen, DraftGone, EvidenceError, NotReady, StillArriving
from evidence.files import drafts as place
from evidence.files.shelves import CHUNK, quarantine
from evidence.files.sniff import Kind
from evidence.submissions.models import Submission
from evidence.submissions.receive import Envelope, Parcel, Sender, receive, take_in
from evidence.tagging.models import InstitutionTag, Standing, ThemeTag
from evidence.witnesses.models import Statement
from evidence.work.claim import ask
from inquiry.calls.models import Question
from inquiry.vocabulary.models import Institution, Theme

SAID_SO = "Named by the witness."


@dataclass(frozen=True)
class Said:
    """All answers of a complete form, as the page that asked them has checked them."""

    senders: Sequence[Sender]
    title: str = ""
    typed: str = ""
    reasons: str = ""
    questions: Sequence[Question] = ()
    institutions: Sequence[Institution] = ()
    themes: Sequence[Theme] = ()
    statement: dict[str, object] = field(default_factory=dict)


def send(draft: Draft, said: Said) -> Submission:
    """Make the piece, or give the one that was made already.

    Raises `CallNotOpen` once it is too late, `StillArriving` while a file is on its way,
    `FileRefused` where there is no document, `NotReady` for a file that cannot be used,
    `DraftGone` for a draft that was deleted meanwhile.
    """
    try:
        return _try_to_send(draft, said)
    except (EvidenceError, FileNotFoundError) as problem:
        # Another window was quicker: its files are gone from here, and its receipt is ours.
        if (sent := _sent(draft)) is not None:
            return sent
        if isinstance(problem, FileNotFoundError):
            raise NotReady(_("A file was lost here. Send it again.")) from problem
        raise


def _sent(draft: Draft) -> Submission | None:
    """The piece that was made of the draft by now, whatever the draft in hand says."""
    return Submission.objects.filter(draft=draft.pk).first()


def _try_to_send(draft: Draft, said: Said) -> Submission:
    if (sent := _sent(draft)) is not None:
        return sent
    files = list(draft.files.all())
    check_first(files, typed=bool(said.typed))
    if bad := [file.name for file in files if file.state == DraftFile.State.BAD]:
        raise NotReady(_("“{name}” cannot be used. Remove it.").format(name=bad[0]))
    parcels = [_on_the_shelf(file) for file in files]
    if said.typed:
        parcels.insert(0, take_in(io.BytesIO(page_of(said.typed)), name="typed.html"))
    with transaction.atomic():
        return _send(draft, said, parcels, files)


def _send(
    draft: Draft, said: Said, parcels: Sequence[Parcel], files: Sequence[DraftFile]
) -> Submission:
    # The piece is asked for after the lock is had: what is joined to a row one has waited for is
    # as it was before the waiting (PostgreSQL, READ COMMITTED).
    locked = Draft.objects.select_for_update(of=("self",)).select_related(
        "call__inquiry", "late_code", "supplements"
    )
    found = locked.filter(pk=draft.pk).first()
    if found is None:
        raise DraftGone
    draft = found
    if (sent := _sent(draft)) is not None:
        return sent
    if is_arriving(draft):
        raise StillArriving
    if [file.pk for file in draft.files.all()] != [file.pk for file in files]:
        raise NotReady(_("The files were changed meanwhile. Look at them and send again."))
    if not draft.may_be_sent(timezone.now()):
        raise CallNotOpen(_("This call has closed. Nothing was sent; what you typed is kept."))
    piece = receive(draft.call, parcels, _envelope(draft, said), admitted=True)
    _write_down(piece, said)
    Draft.objects.filter(pk=draft.pk).update(submission=piece, answers="")
    draft.files.all().delete()
    # The worker clears the files away: they lie on the quarantine shelf now.
    ask("expire", draft.pk)
    return piece


def _on_the_shelf(file: DraftFile) -> Parcel:
    """Lay the file on the quarantine shelf; it must still be what came."""
    with place.stream(file.original) as source:
        stored = quarantine().put(source.chunks(CHUNK))
    if stored.sha256 != file.sha256:
        raise NotReady(_("“{name}” was damaged here. Send it again.").format(name=file.name))
    return Parcel(file.name, Kind(file.kind), stored)


def _envelope(draft: Draft, said: Said) -> Envelope:
    return Envelope(
        once=f"draft:{draft.pk}",
        senders=said.senders,
        title=said.title,
        channel=Submission.Channel.PAGE,
        reasons=said.reasons,
        questions=tuple(said.questions),
        supplements=draft.supplements,
    )


def _write_down(piece: Submission, said: Said) -> None:
    Statement.objects.get_or_create(
        submission=piece, defaults={**said.statement, "declared_at": timezone.now()}
    )
    for institution in said.institutions:
        InstitutionTag.objects.get_or_create(
            submission=piece,
            institution=institution,
            part=InstitutionTag.Part.MENTIONED,
            defaults={"standing": Standing.SUGGESTED, "sentence": SAID_SO},
        )
    for theme in said.themes:
        ThemeTag.objects.get_or_create(
            submission=piece,
            theme=theme,
            defaults={"standing": Standing.SUGGESTED, "sentence": SAID_SO},
        )
